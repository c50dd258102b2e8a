package elgamal

import (
	"cmp"
	"fmt"

	"mandorla/crypto/ristretto"
)

// Rerandomise puts rows of encrypted numbers under fresh randomness, in place, a
// fresh one for each row: what they hold stays, and nobody who has seen them
// before can tell which is which. The keys are those that the rows were encrypted
// under. It refuses what [Table.Add] does, and what the rows are then is undefined.
//
// Keys that many rows are given to make tables for themselves, once; concurrent use
// is safe.
func (p Public) Rerandomise(rows []byte) error {
	width := RowSize(p.Columns())
	if len(rows)%width != 0 {
		return errLength
	}
	m, err := p.masker(len(rows) / width)
	if err != nil {
		return fmt.Errorf("elgamal: %w", err)
	}
	for at := 0; at < len(rows); at += batch * width {
		if err := m.rerandomise(rows[at:min(at+batch*width, len(rows))]); err != nil {
			return fmt.Errorf("elgamal: rows to re-randomise: %w", moved(err, at/Size))
		}
	}
	return nil
}

// Check refuses rows of encrypted numbers as [Public.Rerandomise] does.
func (p Public) Check(rows []byte) error {
	width := RowSize(p.Columns()) / Size
	if len(rows)%(width*Size) != 0 {
		return errLength
	}
	if err := checkRows(rows, width); err != nil {
		return fmt.Errorf("elgamal: rows to check: %w", err)
	}
	return nil
}

// rerandomise adds g^ρ to R and h^ρ to every S of some rows, column by column.
func (m masker) rerandomise(rows []byte) error {
	width := 1 + m.keys.Columns()
	n := len(rows) / Size / width
	if firstLoose(rows, width) < n*width {
		return checkRows(rows, width)
	}
	masks := newMasks(n)
	defer clear(masks)
	fresh, elements := make([]byte, len(rows)), make([]byte, n*Size)
	for c := range width {
		for i := range n {
			copy(elements[i*Size:], rows[(i*width+c)*Size:][:Size])
		}
		if err := m.shiftColumn(elements, c, masks); err != nil {
			return cmp.Or(checkRows(rows, width), err) // of all columns, the first that is bad
		}
		for i := range n {
			copy(fresh[(i*width+c)*Size:], elements[i*Size:][:Size])
		}
	}
	copy(rows, fresh)
	return nil
}

// shiftColumn adds g^ρ to the elements of R, which come first, or h^ρ to those of a
// column.
func (m masker) shiftColumn(elements []byte, c int, masks []byte) error {
	if c == 0 {
		return ristretto.Generator().Shift(elements, elements, masks)
	}
	return m.shift(elements, c-1, masks)
}
