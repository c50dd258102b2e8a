package identity

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The identifier types (DESIGN.md, "A node's folder").
const (
	Email        = "email"
	Phone        = "phone"
	NamePostcode = "name_postcode" // first name, last name, postcode
	NameDOB      = "name_dob"      // first name, last name, date of birth
	Address      = "address"       // the lines of a postal address, any number
	Household    = "household"     // the address that people share, with their last name or without
	Exact        = "exact"         // any columns, trimmed and case-folded
	SHA256Hex    = "sha256_hex"    // hashed by somebody before; 64 hexadecimal digits
	SHA256Base64 = "sha256_base64" // the same in base64
)

// A Spec says what a column, or several together, hold.
type Spec struct {
	Type    string
	Label   string   // of exact and the hashed types: what it is
	Region  string   // of phone: whose numbers have no country code; ISO 3166
	Country string   // of address and household: by whose rules it is written out; empty: as it stands
	Parts   []string // of address and household: what each column holds; empty: lines
	By      string   // of household: BySurname, also where empty, or ByAddress
	Columns []string // their number matters, not their names
}

// A Reason says why a cell is no identifier.
type Reason uint8

// The reasons.
const (
	Usable      Reason = iota
	Absent             // empty, null, or a part is
	NotUTF8            // not UTF-8, or with control characters
	TooLong            // longer than any value of the type
	NoAt               // an e-mail address without @
	NoDomain           // an e-mail address without a domain
	BadLocal           // what stands before the @
	BadDomain          // what stands behind it
	NotNumber          // a phone number that cannot be read
	NotValid           // a phone number that no network has
	NotDate            // a date that cannot be read, or could be two
	NotHash            // no SHA-256 in the form named
	NotPostcode        // no postcode of the country
	reasons
)

// String is the word in reports.
func (r Reason) String() string {
	return [reasons]string{"usable", "empty", "not-text", "too-long", "no-at-sign", "no-domain", "bad-local-part",
		"bad-domain", "not-a-number", "not-a-valid-number", "not-a-date", "not-a-hash", "not-a-postcode"}[r]
}

// maxValue is the longest cell that is looked at, and the longest canonical
// form of one, in bytes.
const maxValue = 1024

// A part appends the canonical form of one cell.
type part func(dst, cell []byte) ([]byte, Reason)

// A Normaliser makes canonical identifiers of one type under one profile. It
// is not safe for concurrent use.
type Normaliser struct {
	name    string
	columns int
	parts   []part  // several are joined length-prefixed
	postal  *postal // in place of parts, where columns do not stand for themselves
	shared  bool
	written func(value, cell []byte) bool // whether the cell is the value, as it stands
	again   func() *Normaliser
	home    func() (*Normaliser, error) // nil: none beside
}

// Again is another normaliser of the same type and profile, for another
// goroutine.
func (n *Normaliser) Again() *Normaliser { return n.again() }

// Normaliser makes the normaliser of a type. It fails with [ErrProfile].
func (p *Profile) Normaliser(s Spec) (*Normaliser, error) {
	build, ok := builders[s.Type]
	if !ok {
		return nil, fmt.Errorf("%w: type %.40q", ErrProfile, s.Type)
	}
	n := &Normaliser{name: p.name + "/" + s.Type, written: bytes.Equal}
	if err := build(n, p, s); err != nil {
		return nil, fmt.Errorf("%w: type %s: %w", ErrProfile, s.Type, err)
	}
	if s.Type == Household && s.By != ByAddress {
		n.home = func() (*Normaliser, error) { return p.Normaliser(s.Residence()) }
	}
	n.again = func() *Normaliser {
		another, _ := p.Normaliser(s) // what could be built once can be built again
		return another
	}
	return n, nil
}

// builders set up a normaliser of each type.
var builders = map[string]func(*Normaliser, *Profile, Spec) error{
	Email:        func(n *Normaliser, p *Profile, s Spec) error { return n.each(s, p.email) },
	Phone:        buildPhone,
	NamePostcode: func(n *Normaliser, p *Profile, s Spec) error { return n.person(s, p, p.postcode.part()) },
	NameDOB:      func(n *Normaliser, p *Profile, s Spec) error { return n.person(s, p, date) },
	Address:      buildAddress,
	Household:    buildHousehold,
	Exact:        buildExact,
	SHA256Hex:    func(n *Normaliser, p *Profile, s Spec) error { return n.hashed(s, p, hexHash, writtenHex) },
	SHA256Base64: func(n *Normaliser, p *Profile, s Spec) error { return n.hashed(s, p, base64Hash, writtenBase64) },
}

// most is how many columns an identifier has at most.
const most = 8

// each sets the parts of a type that is made of just these.
func (n *Normaliser) each(s Spec, parts ...part) error {
	n.parts, n.columns = parts, len(parts)
	if len(s.Columns) != len(parts) {
		return fmt.Errorf("it is made of %d columns, not %d", len(parts), len(s.Columns))
	}
	return nil
}

// repeat sets the parts of a type that goes on with one kind of part, at least
// once.
func (n *Normaliser) repeat(s Spec, next part, first ...part) error {
	if len(s.Columns) <= len(first) || len(s.Columns) > most {
		return fmt.Errorf("it is made of %d to %d columns, not %d", len(first)+1, most, len(s.Columns))
	}
	n.parts = slices.Concat(first, slices.Repeat([]part{next}, len(s.Columns)-len(first)))
	n.columns = len(n.parts)
	return nil
}

func buildPhone(n *Normaliser, p *Profile, s Spec) error {
	if !isRegion(s.Region) {
		return fmt.Errorf("region %.10q: name the country of numbers without country code, such as DE", s.Region)
	}
	n.shared = true
	return n.each(s, newPhone(p.phone, s.Region).append)
}

func (n *Normaliser) person(s Spec, p *Profile, third part) error {
	n.shared = true
	return n.each(s, p.first.part(), p.last.part(), third)
}

func buildExact(n *Normaliser, _ *Profile, s Spec) error {
	n.name += ":" + s.Label
	n.shared = len(s.Columns) > 1
	if err := checkLabel(s.Label); err != nil {
		return err
	}
	return n.repeat(s, folded)
}

func (n *Normaliser) hashed(s Spec, p *Profile, read part, written func(value, cell []byte) bool) error {
	n.name = p.name + "/sha256:" + s.Label
	n.written = written
	if err := checkLabel(s.Label); err != nil {
		return err
	}
	return n.each(s, read)
}

// checkLabel wants one word of printable ASCII: it stands in the name, whose
// length has to fit one byte (PROTOCOLS.md §1.3).
func checkLabel(label string) error {
	odd := func(r rune) bool { return r <= ' ' || r > '~' || r == '/' || r == ':' }
	if label == "" || len(label) > 64 || strings.ContainsFunc(label, odd) {
		return errors.New("label: name in one word what the columns hold, such as customer_no or email")
	}
	return nil
}

// Name is the type of m(type, value) in PROTOCOLS.md §1.3: "uid2-1/email",
// "plain-1/exact:ssn", "uid2-1/sha256:email".
func (n *Normaliser) Name() string { return n.name }

// Parts is how many columns make the identifier.
func (n *Normaliser) Parts() int { return n.columns }

// Shared reports what becomes of a value that several rows hold. Where values
// are of low entropy and two persons may well have the same (phone numbers of
// households, names, addresses, several columns together), every holder loses
// it; otherwise (e-mail addresses, hashes, one column's exact value) the first
// row keeps it (PROTOCOLS.md §1.5, §8.7): of a household too, which several rows
// hold on purpose and one stands for.
func (n *Normaliser) Shared() bool { return n.shared }

// Append appends the canonical form of a row's parts to dst. Where the reason
// is not [Usable] nothing was appended.
//
// Several parts stand one after the other, each behind its length in two
// bytes, so that they cannot be cut in two ways; nor be taken for a single
// part, which has no control characters as the lengths are.
func (n *Normaliser) Append(dst []byte, cells ...[]byte) ([]byte, Reason) {
	if len(cells) != n.columns {
		return dst, Absent
	}
	if n.postal != nil {
		return n.postal.append(dst, cells)
	}
	if len(cells) == 1 {
		return n.parts[0].append(dst, cells[0])
	}
	start := len(dst)
	for i, cell := range cells {
		at := len(dst)
		out, reason := n.parts[i].append(append(dst, 0, 0), cell)
		if reason != Usable {
			return out[:start], reason
		}
		binary.BigEndian.PutUint16(out[at:], uint16(len(out)-at-2))
		dst = out
	}
	return dst, Usable
}

// append is the part within the limits of a value's length.
func (p part) append(dst, cell []byte) ([]byte, Reason) {
	if len(cell) > maxValue {
		return dst, TooLong
	}
	start := len(dst)
	out, reason := p(dst, cell)
	switch {
	case reason != Usable:
		return out[:start], reason
	case len(out) == start:
		return out, Absent
	case len(out)-start > maxValue:
		return out[:start], TooLong
	}
	return out, Usable
}

// changed reports whether an identifier differs from what stood in the cells.
func (n *Normaliser) changed(value []byte, cells [][]byte) bool {
	if n.postal != nil {
		return n.postal.changed(value, cells)
	}
	if len(cells) == 1 {
		return !n.written(value, cells[0])
	}
	for _, cell := range cells {
		size := int(binary.BigEndian.Uint16(value))
		if string(value[2:2+size]) != string(cell) {
			return true
		}
		value = value[2+size:]
	}
	return false
}
