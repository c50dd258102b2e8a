package identity

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mandorla/identity/address"
)

// What makes a household.
const (
	BySurname = "surname_address" // people of one last name at one address
	ByAddress = "address"         // everybody at one address
)

// LastName is the part of a household that is no part of an address.
const LastName = "last_name"

// A postal makes identifiers of addresses whose columns do not stand for
// themselves: they are parts, or lines that are taken apart. It is made of
// street, number, what is within the house, PO box, and postcode or town; of
// these an address may lack some, as long as it has a street or a box, and a
// place.
type postal struct {
	rules   *address.Rules // nil: parts stand as they are written, folded
	parts   []string
	surname part // nil: none
	texts   []string
}

func buildAddress(n *Normaliser, p *Profile, s Spec) error {
	n.shared = true
	return n.address(s, p)
}

func buildHousehold(n *Normaliser, p *Profile, s Spec) error {
	switch s.By {
	case ByAddress:
		n.name += "_address"
		return n.address(s, p)
	case BySurname, "":
		return n.address(s, p, LastName)
	}
	return fmt.Errorf("by: %.40q; there are %s and %s", s.By, BySurname, ByAddress)
}

// address sets up a type that is made of an address, behind the parts named.
func (n *Normaliser) address(s Spec, p *Profile, before ...string) error {
	if s.Country == "" && len(s.Parts) == 0 {
		return n.repeat(s, p.line.part(), slices.Repeat([]part{p.last.part()}, len(before))...)
	}
	n.name += ":" + first(strings.ToLower(s.Country), "parts")
	n.columns = len(s.Columns)
	out := &postal{parts: s.addressParts(before)}
	if err := checkParts(out.parts, s, before); err != nil {
		return err
	}
	if len(before) > 0 {
		out.surname = p.last.part()
	}
	if s.Country != "" {
		rules, err := address.For(s.Country)
		if err != nil {
			return fmt.Errorf("country: %w", err)
		}
		if !p.verbatim {
			out.rules = rules
		}
	}
	n.postal = out
	return nil
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// addressParts is what the columns hold: where it is not said, the parts before
// and then lines.
func (s Spec) addressParts(before []string) []string {
	if len(s.Parts) > 0 || len(s.Columns) < len(before) {
		return s.Parts
	}
	return slices.Concat(before, slices.Repeat([]string{address.Line}, len(s.Columns)-len(before)))
}

func checkParts(parts []string, s Spec, before []string) error {
	known := append(address.Parts(), before...)
	if len(parts) != len(s.Columns) || len(parts) > most {
		return fmt.Errorf("parts: name what each of the columns holds, at most %d: %s", most, strings.Join(known, ", "))
	}
	for i, p := range parts {
		if !slices.Contains(known, p) {
			return fmt.Errorf("parts: %.40q; there are %s", p, strings.Join(known, ", "))
		}
		if p != address.Line && slices.Contains(parts[:i], p) {
			return fmt.Errorf("parts: %s stands there twice", p)
		}
	}
	for _, b := range before {
		if !slices.Contains(parts, b) {
			return fmt.Errorf("parts: %s is missing; by: %s makes households of addresses alone", b, ByAddress)
		}
	}
	if !slices.Contains(parts, address.Street) && !slices.Contains(parts, address.Line) {
		return errors.New("parts: a street is missing, or a line with one")
	}
	return nil
}

// Residence makes the normaliser of the address of a household that last names
// tell apart; nil where the identifier is its address, or is no household.
func (n *Normaliser) Residence() (*Normaliser, error) {
	if n.home == nil {
		return nil, nil
	}
	return n.home()
}

// Residence is the address of a household: what everybody at it shares.
func (s Spec) Residence() Spec {
	out := Spec{Type: Address, Country: s.Country, Parts: slices.Clone(s.Parts), Columns: slices.Clone(s.Columns)}
	at := slices.Index(s.Parts, LastName)
	if len(s.Parts) == 0 && s.By != ByAddress {
		at = 0
	}
	if at >= 0 && at < len(out.Columns) {
		out.Columns = slices.Delete(out.Columns, at, at+1)
		if len(out.Parts) > 0 {
			out.Parts = slices.Delete(out.Parts, at, at+1)
		}
	}
	return out
}

// append appends the identifier of a row's cells.
func (p *postal) append(dst []byte, cells [][]byte) ([]byte, Reason) {
	start := len(dst)
	p.texts = p.texts[:0]
	for i, cell := range cells {
		if len(cell) > maxValue {
			return dst, TooLong
		}
		if p.parts[i] == LastName {
			out, reason := p.surname.append(append(dst, 0, 0), cell)
			if reason != Usable {
				return out[:start], reason
			}
			binary.BigEndian.PutUint16(out[start:], uint16(len(out)-start-2))
			dst = out
		}
		if reason := readable(unbroken(trim(cell))); reason != Usable {
			return dst[:start], reason
		}
		p.texts = append(p.texts, string(trim(cell)))
	}
	fields, reason := p.key()
	if reason != Usable {
		return dst[:start], reason
	}
	for _, f := range fields {
		if len(f) > maxValue {
			return dst[:start], TooLong
		}
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(f)))
		dst = append(dst, f...)
	}
	return dst, Usable
}

// key is what the address is made of, for comparing.
func (p *postal) key() (fields []string, _ Reason) {
	if p.rules == nil {
		return p.written()
	}
	key, ok := p.rules.Assemble(p.parts, p.texts).Key()
	if !ok {
		return nil, Absent
	}
	return key[:], Usable
}

// written is the parts as they stand, folded, in one order.
func (p *postal) written() (fields []string, _ Reason) {
	some := false
	for _, wanted := range address.Parts() {
		for i, part := range p.parts {
			if part != wanted {
				continue
			}
			value, reason := folded(nil, []byte(p.texts[i]))
			if reason != Usable {
				return nil, reason
			}
			some = some || len(value) > 0 && (part == address.Street || part == address.Line)
			fields = append(fields, string(value))
		}
	}
	if !some {
		return nil, Absent
	}
	return fields, Usable
}

// changed reports whether a part of the identifier stands in no cell as it is.
func (p *postal) changed(value []byte, cells [][]byte) bool {
	for len(value) >= 2 {
		size := int(binary.BigEndian.Uint16(value))
		field := value[2 : 2+size]
		if size > 0 && !slices.ContainsFunc(cells, func(c []byte) bool { return bytes.Equal(c, field) }) {
			return true
		}
		value = value[2+size:]
	}
	return false
}

// Street parts the identifier of an address into its street and all the rest.
// Where addresses are not taken apart, there is the rest alone.
func (n *Normaliser) Street(value []byte) (street, rest []byte) {
	if n.postal == nil || n.postal.rules == nil || n.postal.surname != nil || len(value) < 2 {
		return nil, value
	}
	size := 2 + int(binary.BigEndian.Uint16(value))
	return value[2:size], value[size:]
}
