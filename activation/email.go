package activation

import (
	"math"
	"strings"
)

// An email makes addresses: the part before the @ in the form of a real one, with
// letters that follow one another as often as they do in real ones; the domain is
// one that the node owns, else one of the list's own, as often as it stands there.
type email struct {
	next    map[rune]*tally // letters, by the one before; 0 at the beginning
	letters *tally
	digits  *tally
	domains []string
	owned   bool
}

func newEmail(cells, owned []string) *email {
	e := &email{next: map[rune]*tally{}, letters: new(tally), digits: new(tally), domains: owned, owned: len(owned) > 0}
	var domains []string
	for _, cell := range cells {
		local, domain, ok := cutEmail(cell)
		if !ok {
			continue
		}
		domains = append(domains, domain)
		e.learn(local)
	}
	if !e.owned {
		e.domains = domains
	}
	return e
}

// cutEmail parts an address at its last @.
func cutEmail(cell string) (local, domain string, ok bool) {
	at := strings.LastIndex(cell, "@")
	if at < 0 {
		return cell, "", false
	}
	return cell[:at], cell[at+1:], true
}

func (e *email) learn(local string) {
	before := rune(0)
	for _, r := range strings.ToLower(local) {
		switch class(r) {
		case 'a':
			if e.next[before] == nil {
				e.next[before] = new(tally)
			}
			e.next[before].add(r)
			e.letters.add(r)
			before = r
		case '0':
			e.digits.add(r)
			before = 0
		default:
			before = 0
		}
	}
}

// forge implements [forge].
func (e *email) forge(d *draws, like string, attempt int) string {
	local, _, ok := cutEmail(like)
	domain := d.pick(e.domains)
	if !ok { // a slip in the list: its form, without an @
		return e.local(d, local)
	}
	made := e.local(d, local)
	if e.owned { // nobody else can have it
		d.bits = math.Inf(1)
	}
	return made + "@" + domain
}

// named makes an address of the decoy's own names where the real one was made of
// real names, at the same places; else the address stands that was made.
func (e *email) named(d *draws, made, like string, r *renaming) string {
	local, _, ok := cutEmail(like)
	_, domain, _ := cutEmail(made)
	bits := d.bits
	d.bits, r.digits = 0, e.digits
	renamed := r.write(d, local)
	if !ok || !r.named || e.owned {
		d.bits = bits
	}
	if !ok || !r.named {
		return made
	}
	return renamed + "@" + domain
}

// plain: small letters of ASCII alone, as names stand in addresses.
func plain(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return class(r) != 'a' })
}

func (e *email) local(d *draws, like string) string {
	runes, before := []rune(like), rune(0)
	for i, r := range runes {
		switch kind := class(r); kind {
		case 'a', 'A':
			from := e.next[before]
			if from == nil {
				from = e.letters
			}
			before = from.draw(d)
			runes[i] = before - 'a' + kind
		case '0':
			runes[i] = e.digits.draw(d)
			before = 0
		default:
			before = 0
		}
	}
	return string(runes)
}
