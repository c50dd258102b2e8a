package node

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"mandorla/arrowio"
	"mandorla/identity"
)

// A likeness is what is compared of a row with the others of its block: those of
// one mailbox, or those whose last names sound alike at one house number.
type likeness struct {
	block               [holderKey]byte
	row                 uint64
	kind                byte // byMail or byName
	first, last, street short
	birth               [8]byte // of a hash; zero where it is not known
}

// The two ways of being alike.
const (
	byMail = 1 + iota
	byName
)

// A short is a text that is compared, at full length or not at all.
type short [32]byte

// likenessSize is the bytes of a likeness as it is sorted.
const likenessSize = holderKey + 8 + 1 + 3*len(short{}) + 8

// shorten keeps a text: its length, then the text, or of a longer one a hash.
func shorten(text []byte, key *identity.Digester) (s short) {
	if len(text) >= len(s) {
		var sum [32]byte
		key.Sum(sum[:], text)
		text = sum[:len(s)-1]
	}
	s[0] = byte(len(text))
	copy(s[1:], text)
	return s
}

func (s short) text() []byte { return s[1 : 1+min(int(s[0]), len(s)-1)] }

func (l likeness) append(dst []byte) []byte {
	dst = append(dst, l.block[:]...)
	dst = binary.BigEndian.AppendUint64(dst, l.row)
	dst = append(dst, l.kind)
	for _, s := range []short{l.first, l.last, l.street} {
		dst = append(dst, s[:]...)
	}
	return append(dst, l.birth[:]...)
}

// readLikeness reads what append wrote.
func readLikeness(row []byte) (l likeness) {
	row = row[copy(l.block[:], row):]
	l.row, l.kind, row = binary.BigEndian.Uint64(row), row[8], row[9:]
	for _, s := range []*short{&l.first, &l.last, &l.street} {
		row = row[copy(s[:], row):]
	}
	copy(l.birth[:], row)
	return l
}

// liken makes the likenesses of a record's rows.
func (m *marker) liken(mk *markMaker, rec arrowio.Record, page *markPage) error {
	var columns [3][]identity.Text
	for i, at := range [][]int{m.at.mail, m.at.name, m.at.birth} {
		var err error
		if columns[i], err = texts(rec, at); err != nil {
			return err
		}
	}
	mail, name, birth := columns[0], columns[1], columns[2]
	if len(birth) > 0 {
		mk.birth.Batch(birth, &mk.births)
	}
	for i := range page.likenesses {
		var of likeness
		var last []byte
		if len(name) > 0 {
			firstCell, _ := name[0].Value(i)
			lastCell, _ := name[1].Value(i)
			last = identity.Plain(lastCell)
			of.first, of.last = shorten(identity.Plain(firstCell), mk.key), shorten(last, mk.key)
		}
		if len(birth) > 0 && len(mk.births.Value(i)) > 0 {
			var sum [32]byte
			mk.key.Sum(sum[:], mk.births.Value(i))
			copy(of.birth[:], sum[:])
		}
		if len(mail) > 0 {
			cell, _ := mail[0].Value(i)
			page.add(mk, i, of, byMail, identity.Mailbox(cell))
		}
		if m.home != nil && of.first[0] > 0 && of.last[0] > 0 && len(mk.places.Value(i)) > 0 {
			street, rest := mk.residence.Street(mk.places.Value(i))
			of.street = shorten(street, mk.key)
			sound := identity.Sound(m.country, last)
			page.add(mk, i, of, byName, append([]byte(sound+"\x00"), rest...))
		}
	}
	return nil
}

// add notes a likeness of row i, in the block that a text names.
func (p *markPage) add(mk *markMaker, i int, of likeness, kind byte, block []byte) {
	if len(block) == 0 {
		return
	}
	var sum [32]byte
	mk.key.Sum(sum[:], append([]byte{kind}, block...))
	of.kind = kind
	copy(of.block[:], sum[:])
	p.likenesses[i] = append(p.likenesses[i], of)
}

// same reports whether two rows of one block are probably one person.
func (l likeness) same(o likeness) bool {
	if l.birth != o.birth && l.birth != [8]byte{} && o.birth != [8]byte{} {
		return false
	}
	agree := func(a, b short) bool { return identity.Alike(a.text(), b.text()) }
	if l.kind == byMail {
		silent := func(a, b short) bool { return a[0] == 0 || b[0] == 0 }
		return (silent(l.first, o.first) || agree(l.first, o.first)) && (silent(l.last, o.last) || agree(l.last, o.last))
	}
	return agree(l.first, o.first) && agree(l.last, o.last) && agree(l.street, o.street)
}

// window is how many rows of a block a row is compared with: those before it.
// A block with more, such as that of a made-up e-mail address, is not looked
// through as a whole.
const window = 64

// A seen is a row of a block, and the first row of what it is the same as.
type seen struct {
	likeness
	root uint64
}

// findDuplicates finds the rows that are the same as an earlier one.
func (c *cleaning) findDuplicates() error {
	rows, err := c.marks.alike.Sort()
	if err != nil {
		return err
	}
	defer rows.Close()
	var block []seen
	for {
		row, err := rows.Next(1)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		l := readLikeness(row)
		if len(block) > 0 && !bytes.Equal(block[0].block[:], l.block[:]) {
			block = block[:0]
		}
		if len(block) == window {
			block = append(block[:0], block[1:]...)
		}
		s := seen{l, l.row}
		for _, earlier := range block {
			if l.same(earlier.likeness) {
				s.root = earlier.root
				break
			}
		}
		block = append(block, s)
		if err := c.note(s); err != nil {
			return err
		}
	}
}

// note notes a row that is the same as an earlier one.
func (c *cleaning) note(s seen) error {
	if s.root == s.row {
		return nil
	}
	switch s.kind {
	case byMail:
		c.duplicates.ByMail++
	case byName:
		c.duplicates.ByName++
	}
	c.originals.Set(s.root)
	return c.same.Add(pair(s.row, s.root))
}
