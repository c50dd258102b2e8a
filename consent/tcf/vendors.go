package tcf

import "mandorla/consent/bits"

// Vendors is a set of vendors, by their number in the Global Vendor List. It
// lends the text of the string.
type Vendors struct {
	last   int
	items  int // of ranges; -1: one bit a vendor
	at     bits.Reader
	beyond bool // a range goes beyond the last vendor
}

// readVendors reads a set: the last vendor's number, then either a bit for
// each or ranges.
func readVendors(r *bits.Reader) (v Vendors, err error) {
	v = Vendors{last: r.Int(16), items: -1}
	if ranged := r.Bool(); !ranged {
		v.at = *r
		r.Skip(v.last)
		return v, truncated(r)
	}
	var highest int
	v.items, v.at, highest, err = readRanges(r)
	v.beyond = highest > v.last
	return v, err
}

// readRanges reads ranges of vendors and gives back how many there are, where
// the first stands, and the highest vendor.
func readRanges(r *bits.Reader) (items int, at bits.Reader, highest int, err error) {
	items = r.Int(12)
	at = *r
	for range items {
		first, to := oneRange(r)
		if r.Bad() || first == 0 || to < first {
			return 0, at, 0, wrongRange(r, first)
		}
		highest = max(highest, to)
	}
	return items, at, highest, truncated(r)
}

// oneRange reads a range, or the one vendor that is it.
func oneRange(r *bits.Reader) (first, last int) {
	several := r.Bool()
	first = r.Int(16)
	if !several {
		return first, first
	}
	return first, r.Int(16)
}

func wrongRange(r *bits.Reader, first int) error {
	switch {
	case r.Bad():
		return ErrTruncated
	case first == 0:
		return ErrVendor
	}
	return ErrRange
}

func truncated(r *bits.Reader) error {
	if r.Bad() {
		return ErrTruncated
	}
	return nil
}

// Has reports whether a vendor is in the set.
func (v Vendors) Has(id int) bool {
	if id < 1 || id > v.last {
		return false
	}
	at := v.at
	if v.items < 0 {
		at.Skip(id - 1)
		return at.Bool()
	}
	return inRanges(&at, v.items, id)
}

// inRanges looks for a vendor and leaves the reader behind the ranges.
func inRanges(at *bits.Reader, items, id int) bool {
	found := false
	for range items {
		first, last := oneRange(at)
		found = found || first <= id && id <= last
	}
	return found
}

// A Restriction is what a publisher says of a vendor's use of a purpose.
type Restriction int

// The restrictions.
const (
	Unrestricted    Restriction = iota
	NotAllowed                  // the purpose is not allowed at all
	RequireConsent              // consent alone is a basis
	RequireInterest             // legitimate interest alone is a basis
)

// readRestrictions reads the publisher's restrictions.
func readRestrictions(r *bits.Reader) (n int, at bits.Reader, err error) {
	n = r.Int(12)
	at = *r
	for range n {
		r.Skip(6 + 2) // purpose, kind
		if _, _, _, err := readRanges(r); err != nil {
			return 0, at, err
		}
	}
	return n, at, truncated(r)
}

// Restriction is what the publisher says of a vendor and a purpose. Where it
// says more than one thing, or something undefined, the purpose is not allowed.
func (s *String) Restriction(purpose, vendor int) Restriction {
	at, found := s.restrictions, Unrestricted
	for range s.Restrictions {
		of, kind, items := at.Int(6), Restriction(at.Int(2))+1, at.Int(12)
		if !inRanges(&at, items, vendor) || of != purpose {
			continue
		}
		if found != Unrestricted && found != kind || kind > RequireInterest {
			return NotAllowed
		}
		found = kind
	}
	return found
}
