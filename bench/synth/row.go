package synth

import (
	"strconv"
	"strings"
)

// headers are the columns of the tables.
var headers = [2][]string{
	airline: {"customer_id", "first_name", "last_name", "email", "phone", "postcode", "home_country", "tier", "spend", "consent"},
	bank:    {"card_id", "email", "phone", "given_name", "family_name", "zip", "product", "spend", "consent"},
}

// An answer is what a row says about taking part.
type answer uint8

const (
	granted answer = iota
	refused
	unsaid
)

// consentWords are how each table writes it.
var consentWords = [2][3]string{airline: {"yes", "no", ""}, bank: {"Y", "N", ""}}

// mostSpend is in cents, and below the maximum that the demonstration's
// node.yaml names.
const mostSpend = 500_000

// A row is one line of a table.
type row struct {
	entry
	slot    uint64
	given   string
	family  string
	mail    string // as it is written
	tel     string // as it is written
	spend   uint64 // cents
	consent answer
}

// The percentages of consent: granted below the first, then refused, then
// nothing said.
var consentShare = []int{92, 97}

func (w *world) row(t table, slot uint64) row {
	d := w.dice(useRow+use(t), slot)
	r := row{entry: w.entry(t, w.holder(t, slot)), slot: slot}
	r.consent = answer(rank(d, consentShare...))
	r.spend = d.Uint64N(1 + d.Uint64N(mostSpend)) // more small sums than large ones
	r.given, r.family = writeNames(d, r.first, r.last)
	r.mail = writeEmail(d, &r.entry)
	r.tel = writePhone(d, &r.entry)
	return r
}

// eligible reports whether the row may take part.
func (r *row) eligible() bool { return r.consent == granted }

// cells is the row in the order of its table's headers.
func (r *row) cells() []string {
	spend := strconv.FormatUint(r.spend/100, 10) + "." + padded(r.spend%100, 2)
	agreed := consentWords[r.table][r.consent]
	if r.table == bank {
		return []string{"K" + padded(r.slot, 9), r.mail, r.tel, r.given, r.family, r.postcode, r.product, spend, agreed}
	}
	return []string{"C" + padded(r.slot, 9), r.given, r.family, r.mail, r.tel, r.postcode, r.country, r.tier, spend, agreed}
}

// digits is a phone number without its leading 0.
func digits(phone uint64) string { return "158" + padded(phone, 8) }

// title is a plain name with a capital.
func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// padded is a number with zeros in front, to that many digits.
func padded(n uint64, digits int) string {
	s := strconv.FormatUint(n, 10)
	return strings.Repeat("0", max(0, digits-len(s))) + s
}
