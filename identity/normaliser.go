package identity

import (
	"fmt"
	"strings"
)

// The identifier types (DESIGN.md, "A node's folder").
const (
	Email        = "email"
	Phone        = "phone"
	NamePostcode = "name_postcode" // first name, last name, postcode
	NameDOB      = "name_dob"      // first name, last name, date of birth
	Address      = "address"       // the lines of a postal address, any number
	Household    = "household"     // last name, then the lines of an address
	Exact        = "exact"         // any columns, trimmed and case-folded
	SHA256Hex    = "sha256_hex"    // hashed by somebody before; 64 hexadecimal digits
	SHA256Base64 = "sha256_base64" // the same in base64
)

// A Spec says what a column, or several together, hold.
type Spec struct {
	Type    string
	Label   string   // of exact and the hashed types: what it is
	Region  string   // of phone: whose numbers have no country code; ISO 3166
	Columns []string // their number matters, not their names
}

// A Reason says why a cell is no identifier.
type Reason uint8

// The reasons.
const (
	Usable    Reason = iota
	Absent           // empty, null, or a part is
	NotUTF8          // not UTF-8, or with control characters
	TooLong          // longer than any value of the type
	NoAt             // an e-mail address without @
	NoDomain         // an e-mail address without a domain
	BadLocal         // what stands before the @
	BadDomain        // what stands behind it
	NotNumber        // a phone number that cannot be read
	NotValid         // a phone number that no network has
	NotDate          // a date that cannot be read, or could be two
	NotHash          // no SHA-256 in the form named
	reasons
)

// String is the word in reports.
func (r Reason) String() string {
	return [reasons]string{"usable", "empty", "not-text", "too-long", "no-at-sign", "no-domain", "bad-local-part",
		"bad-domain", "not-a-number", "not-a-valid-number", "not-a-date", "not-a-hash"}[r]
}

// maxValue is the longest cell that is looked at, in bytes.
const maxValue = 1024

// A Normaliser makes canonical identifiers of one type under one profile. It
// is not safe for concurrent use.
type Normaliser struct {
	profile *Profile
	name    string
	parts   int
	shared  bool
	one     func(dst, cell []byte) ([]byte, Reason) // one part; several are joined length-prefixed
	each    []func(dst, cell []byte) ([]byte, Reason)
}

// Normaliser makes the normaliser of a type. It fails with [ErrProfile].
func (p *Profile) Normaliser(s Spec) (*Normaliser, error) {
	build, ok := builders[s.Type]
	if !ok {
		return nil, fmt.Errorf("%w: type %.40q", ErrProfile, s.Type)
	}
	n := &Normaliser{profile: p, name: p.name + "/" + s.Type, parts: len(s.Columns)}
	if err := build(n, s); err != nil {
		return nil, fmt.Errorf("%w: type %s: %w", ErrProfile, s.Type, err)
	}
	if len(n.name) > 100 {
		return nil, fmt.Errorf("%w: type %s: the label is too long", ErrProfile, s.Type)
	}
	return n, nil
}

// builders set up a normaliser of each type.
var builders = map[string]func(*Normaliser, Spec) error{
	Email:        func(n *Normaliser, s Spec) error { n.one = n.profile.email; return columns(s, 1, 1) },
	Phone:        buildPhone,
	NamePostcode: func(n *Normaliser, s Spec) error { return n.names(s, n.profile.postcode) },
	NameDOB:      func(n *Normaliser, s Spec) error { return n.names(s, date) },
	Address:      func(n *Normaliser, s Spec) error { return n.lines(s, 1) },
	Household:    func(n *Normaliser, s Spec) error { return n.lines(s, 2) },
	Exact:        buildExact,
	SHA256Hex:    func(n *Normaliser, s Spec) error { return n.hashed(s, hexHash) },
	SHA256Base64: func(n *Normaliser, s Spec) error { return n.hashed(s, base64Hash) },
}

// columns checks how many columns a type is made of.
func columns(s Spec, least, most int) error {
	if len(s.Columns) < least || len(s.Columns) > most {
		return fmt.Errorf("it is made of %d to %d columns, not %d", least, most, len(s.Columns))
	}
	return nil
}

func buildPhone(n *Normaliser, s Spec) error {
	if n.profile.phone != lastTen && !isRegion(s.Region) {
		return fmt.Errorf("region %.10q: name the country of numbers without country code, such as DE", s.Region)
	}
	n.shared = true
	n.one = func(dst, cell []byte) ([]byte, Reason) { return n.profile.phone.number(dst, cell, s.Region) }
	return columns(s, 1, 1)
}

func (n *Normaliser) names(s Spec, third func(dst, cell []byte) ([]byte, Reason)) error {
	n.shared = true
	n.each = []func(dst, cell []byte) ([]byte, Reason){n.profile.firstName, n.profile.lastName, third}
	return columns(s, 3, 3)
}

func (n *Normaliser) lines(s Spec, least int) error {
	n.shared = true
	n.one = n.profile.line
	return columns(s, least, 8)
}

func buildExact(n *Normaliser, s Spec) error {
	if s.Label == "" || strings.ContainsAny(s.Label, "/: \t\n") {
		return fmt.Errorf("label: name what the columns hold, in one word")
	}
	n.name += ":" + s.Label
	n.shared = len(s.Columns) > 1
	n.one = folded
	return columns(s, 1, 8)
}

func (n *Normaliser) hashed(s Spec, read func(dst, cell []byte) ([]byte, Reason)) error {
	if s.Label == "" || strings.ContainsAny(s.Label, "/: \t\n") {
		return fmt.Errorf("label: name what was hashed, in one word, such as email")
	}
	n.name = n.profile.name + "/sha256:" + s.Label
	n.one = read
	return columns(s, 1, 1)
}

// Name is the type of m(type, value) in PROTOCOLS.md §1.3: "uid2-1/email",
// "plain-1/exact:ssn", "uid2-1/sha256:email".
func (n *Normaliser) Name() string { return n.name }

// Parts is how many columns make the identifier.
func (n *Normaliser) Parts() int { return n.parts }

// Shared reports what becomes of a value that several rows hold. Where values
// are of low entropy and two persons may well have the same (phone numbers of
// households, names, addresses, several columns together), every holder loses
// it; otherwise (e-mail addresses, hashes, one column's exact value) the first
// row keeps it (PROTOCOLS.md §1.5, §8.7).
func (n *Normaliser) Shared() bool { return n.shared }

// Append appends the canonical form of a row's parts to dst. Where the reason
// is not [Usable] nothing was appended.
func (n *Normaliser) Append(dst []byte, parts ...[]byte) ([]byte, Reason) {
	if len(parts) != n.parts {
		return dst, Absent
	}
	if n.parts == 1 {
		return n.part(dst, 0, parts[0])
	}
	start := len(dst)
	for i, cell := range parts {
		at := len(dst)
		out, reason := n.part(append(dst, 0, 0), i, cell)
		if reason != Usable {
			return dst[:start], reason
		}
		size := len(out) - at - 2
		out[at], out[at+1] = byte(size>>8), byte(size)
		dst = out
	}
	return dst, Usable
}

// part appends the canonical form of one part.
func (n *Normaliser) part(dst []byte, i int, cell []byte) ([]byte, Reason) {
	start := len(dst)
	if len(cell) > maxValue {
		return dst, TooLong
	}
	normalise := n.one
	if normalise == nil {
		normalise = n.each[i]
	}
	out, reason := normalise(dst, cell)
	if reason != Usable {
		return out[:start], reason
	}
	if len(out) == start {
		return out, Absent
	}
	return out, Usable
}
