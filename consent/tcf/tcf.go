// Package tcf decodes the consent strings of the IAB Europe Transparency and
// Consent Framework, version 2: what a person agreed to, for which purposes
// and vendors (IAB Tech Lab, "Consent string and vendor list formats v2",
// sections "TC String Format" and "What are the different segments"; in the
// repository InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework,
// folder TCFv2).
//
// It is strict: a string of another version, cut short, or that says what
// cannot be is an error, and an error means no. It writes no strings, and it
// judges none: who may do what with a string is package consent's affair.
package tcf

import (
	"bytes"
	"errors"
	"time"

	"mandorla/consent/bits"
)

// What is wrong with a string.
var (
	ErrLetter    = errors.New("tcf: not base64url")
	ErrTooLong   = errors.New("tcf: longer than any consent string")
	ErrVersion   = errors.New("tcf: not version 2")
	ErrTruncated = errors.New("tcf: cut short")
	ErrVendor    = errors.New("tcf: vendor 0")
	ErrRange     = errors.New("tcf: a range of vendors ends before it starts, or beyond the last vendor")
	ErrSegment   = errors.New("tcf: unknown segment, or one twice")
	ErrTrailing  = errors.New("tcf: data behind the last field")
)

// maxLength bounds a string, in letters. The four sets of vendors that it may
// have take two thirds of that with a bit for every number there is.
const maxLength = 1 << 16

// Purposes is a set of purposes, numbered from 1 to 24.
type Purposes uint32

// Has reports whether purpose n is in the set.
func (p Purposes) Has(n int) bool { return 1 <= n && n <= 24 && p>>(24-n)&1 == 1 }

// A String is a decoded TC string. It lends the text that it was read from.
type String struct {
	Created, Updated time.Time
	CMP, CMPVersion  int
	Screen           int
	Language         [2]byte
	VendorList       int
	Policy           int // version of the framework's policies
	ServiceSpecific  bool
	NonStandard      bool // texts
	SpecialFeatures  Purposes
	Consents         Purposes
	Interests        Purposes // transparency for a legitimate interest, and no objection
	PurposeOne       bool     // purpose 1 was not shown at all
	Country          [2]byte  // the publisher's
	Vendors          Vendors
	VendorInterests  Vendors
	Restrictions     int   // how many sets of vendors the publisher restricted
	Segments         uint8 // bit n: the segment of type n is there
	restrictions     bits.Reader
}

// Parse decodes a TC string.
func Parse(text []byte) (String, error) {
	if len(text) > maxLength {
		return String{}, ErrTooLong
	}
	core, rest, more := bytes.Cut(text, []byte{'.'})
	s, err := parseCore(core)
	for more && err == nil {
		var segment []byte
		segment, rest, more = bytes.Cut(rest, []byte{'.'})
		err = s.segment(segment)
	}
	if err != nil {
		return String{}, err
	}
	return s, nil
}

// parseCore reads the core segment, field by field in the order of the
// specification.
func parseCore(text []byte) (String, error) {
	r := bits.New(text)
	if r.Bad() {
		return String{}, ErrLetter
	}
	if version := r.Int(6); version != 2 || r.Bad() {
		return String{}, ErrVersion
	}
	s := String{
		Created:         moment(&r),
		Updated:         moment(&r),
		CMP:             r.Int(12),
		CMPVersion:      r.Int(12),
		Screen:          r.Int(6),
		Language:        twoLetters(&r),
		VendorList:      r.Int(12),
		Policy:          r.Int(6),
		ServiceSpecific: r.Bool(),
		NonStandard:     r.Bool(),
		SpecialFeatures: Purposes(r.Uint(12) << 12),
		Consents:        Purposes(r.Uint(24)),
		Interests:       Purposes(r.Uint(24)),
		PurposeOne:      r.Bool(),
		Country:         twoLetters(&r),
	}
	var err error
	if s.Vendors, err = readVendors(&r); err != nil {
		return s, err
	}
	if s.VendorInterests, err = readVendors(&r); err != nil {
		return s, err
	}
	if s.Restrictions, s.restrictions, err = readRestrictions(&r); err != nil {
		return s, err
	}
	return s, end(&r, s.Vendors, s.VendorInterests)
}

// end sees that a segment is complete, that there is no more of it, and that
// its sets of vendors keep to their last one.
func end(r *bits.Reader, sets ...Vendors) error {
	if r.Bad() {
		return ErrTruncated
	}
	if !r.Zero() {
		return ErrTrailing
	}
	for _, v := range sets {
		if v.beyond {
			return ErrRange
		}
	}
	return nil
}

// moment reads a time: tenths of a second since 1970.
func moment(r *bits.Reader) time.Time {
	return time.UnixMilli(int64(r.Uint(36)) * 100).UTC()
}

// twoLetters reads two letters of six bits each, A being 0.
func twoLetters(r *bits.Reader) [2]byte {
	return [2]byte{'A' + byte(r.Uint(6)), 'A' + byte(r.Uint(6))}
}

// The segments that may follow the core one.
const (
	disclosedVendors = 1
	allowedVendors   = 2
	publisherTC      = 3
)

// segment reads one of the segments behind the core one.
func (s *String) segment(text []byte) error {
	r := bits.New(text)
	if r.Bad() {
		return ErrLetter
	}
	kind := r.Int(3)
	if r.Bad() {
		return ErrTruncated
	}
	if kind < disclosedVendors || kind > publisherTC || s.Segments&(1<<kind) != 0 {
		return ErrSegment
	}
	s.Segments |= 1 << kind
	if kind == publisherTC {
		r.Skip(24 + 24) // the publisher's own purposes, by consent and by interest
		custom := r.Int(6)
		r.Skip(2 * custom)
		return end(&r)
	}
	v, err := readVendors(&r)
	if err != nil {
		return err
	}
	return end(&r, v)
}
