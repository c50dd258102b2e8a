package synth

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// numbers is how many phone numbers there are: 0158 and eight digits, of which
// the first is 0 to 7. Germany's numbering plan has them for mobile networks and
// libphonenumber takes them for valid; none is known to be in use.
const numbers = 80_000_000

// sharedPhones is, of a thousand pairs of neighbours, how many have one phone
// number together.
const sharedPhones = 20

// A person is somebody, as they would describe themselves.
type person struct {
	number   uint64
	first    name
	last     name
	local    string // of the e-mail address; what stands before the @
	domain   string
	phone    uint64 // behind 0158; eight digits
	paired   bool   // has the phone number together with a neighbour
	postcode string
	country  string
	tier     string // as a customer
	product  string // as a cardholder
}

// domains are those of e-mail addresses; where one stands several times, it is
// that much more frequent.
var domains = []string{"gmail.com", "gmail.com", "gmail.com", "gmail.com", "googlemail.com",
	"example.com", "example.com", "example.org", "example.org", "example.net"}

var (
	countries = []string{"DE", "DE", "DE", "DE", "DE", "DE", "DE", "AT", "CH", "FR", "PL", "TR"}
	tiers     = []string{"blue", "silver", "gold", "platinum"}
	products  = []string{"basic", "travel", "premium"}
)

func (w *world) whois(number uint64) person {
	d := w.dice(usePerson, number)
	p := person{number: number, first: draw(d, firstNames), last: draw(d, lastNames), domain: draw(d, domains),
		postcode: padded(1067+d.Uint64N(98_000), 5), country: draw(d, countries),
		tier: tiers[rank(d, 60, 85, 96)], product: products[rank(d, 55, 85)]}
	// No provider's rules let an address of this form be taken: it has an
	// underscore, and a number that makes it unlike any other here.
	p.local = p.first.plain + "." + p.last.plain + "_" + strconv.FormatUint(number, 10)
	pair := number / 2
	p.paired = w.hash(usePair, pair)%1000 < sharedPhones
	owner := number
	if p.paired {
		owner = 2 * pair
	}
	p.phone = w.phones.to(owner)
	return p
}

// email is the person's address in the form that uid2-1 gives it.
func (p *person) email() string {
	local := p.local
	if p.domain == gmail {
		local = strings.ReplaceAll(local, ".", "")
	}
	return local + "@" + p.domain
}

// other is an address that the person uses elsewhere, in the same form.
func (p *person) other() string {
	return "work." + p.last.plain + "_" + strconv.FormatUint(p.number, 10) + "@example.net"
}

// draw picks one of a list.
func draw[T any](d *rand.Rand, list []T) T { return list[d.IntN(len(list))] }

// rank is how many of the percentages, which increase, a throw of a hundred
// reaches.
func rank(d *rand.Rand, percent ...int) int {
	throw, n := d.IntN(100), 0
	for n < len(percent) && throw >= percent[n] {
		n++
	}
	return n
}
