package elgamal

import (
	"errors"
	"fmt"

	"mandorla/crypto/ristretto"
)

// MaxGroups is the most groups of a table.
const MaxGroups = 1 << 14

// ErrSpent is the use of a table that was sealed or that refused a row.
var ErrSpent = errors.New("elgamal: the table of sums has been used up")

var errGroup = errors.New("elgamal: no such group of sums")

// A Table adds up the peer's rows by group. What it holds leaves it through
// [Table.Seal] alone, once: a sum that was not sealed would show which rows it
// is made of. It is not for concurrent use.
type Table struct {
	columns, groups int
	sums            *ristretto.Sums // R and S of every group; nil once spent
}

// NewTable makes a table of empty groups.
func NewTable(groups, columns int) (*Table, error) {
	if columns < 1 || columns > MaxColumns {
		return nil, errColumns
	}
	if groups < 1 || groups > MaxGroups {
		return nil, fmt.Errorf("elgamal: a table has 1 to %d groups", MaxGroups)
	}
	return &Table{columns, groups, ristretto.NewSums(groups * (1 + columns))}, nil
}

// Add adds rows, each to its group. It refuses what is not canonical, and an R
// that is the identity, with a [*ristretto.PointError] for the first such
// element of rows; the table is spent then.
func (t *Table) Add(groups []int, rows []byte) error {
	if t.sums == nil {
		return ErrSpent
	}
	if len(rows) != len(groups)*RowSize(t.columns) {
		return errLength
	}
	for _, g := range groups {
		if g < 0 || g >= t.groups {
			return errGroup
		}
	}
	for at := 0; at < len(groups); at += batch {
		some := groups[at:min(at+batch, len(groups))]
		if err := t.add(some, rows[at*RowSize(t.columns):][:len(some)*RowSize(t.columns)]); err != nil {
			t.forget()
			return fmt.Errorf("elgamal: rows to add: %w", moved(err, at*(1+t.columns)))
		}
	}
	return nil
}

func (t *Table) add(groups []int, rows []byte) error {
	width := 1 + t.columns
	places := make([]int, 0, len(groups)*width)
	for _, g := range groups {
		for c := range width {
			places = append(places, g*width+c)
		}
	}
	tight := firstLoose(rows, width)
	if err := t.sums.Add(places[:tight], rows[:tight*Size]); err != nil {
		return err
	}
	if tight < len(places) {
		return &ristretto.PointError{Index: tight}
	}
	return nil
}

// moved is a refusal of an element as one of more, so many of which stand before.
func moved(err error, elements int) error {
	if e := new(ristretto.PointError); errors.As(err, &e) {
		return &ristretto.PointError{Index: e.Index + elements}
	}
	return err
}

// forget leaves a table that is spent, and sums of nothing.
func (t *Table) forget() {
	t.sums.Clear(0, t.groups*(1+t.columns))
	t.sums = nil
}

// Seal ends the table: the sums of the groups to keep, with noise added and
// under fresh randomness, so that nobody can tell what they are made of. A
// group that is not kept is an encryption of zeros, which looks the same. The
// keys are those that the rows were encrypted under; noise is asked for once
// for every column of a group to keep, in order.
func (t *Table) Seal(public Public, noise func(group, column int) int64, keep func(group int) bool) ([]byte, error) {
	if t.sums == nil {
		return nil, ErrSpent
	}
	if public.Columns() != t.columns {
		return nil, errColumns
	}
	defer t.forget()
	width := 1 + t.columns
	added := make([]int64, t.groups*t.columns)
	defer clear(added)
	for g := range t.groups {
		if !keep(g) {
			t.sums.Clear(g*width, (g+1)*width)
			continue
		}
		for c := range t.columns {
			added[g*t.columns+c] = noise(g, c)
		}
	}
	m, err := public.masker(t.groups)
	if err != nil {
		return nil, fmt.Errorf("elgamal: sealing: %w", err)
	}
	for g := 0; g < t.groups; g += batch {
		if err := t.blind(m, g, added[g*t.columns:min(g+batch, t.groups)*t.columns]); err != nil {
			return nil, fmt.Errorf("elgamal: sealing: %w", err)
		}
	}
	sealed := make([]byte, t.groups*RowSize(t.columns))
	return sealed, t.sums.Encode(sealed)
}

// blind adds g^ρ to R and, for every column, h^ρ·g^ν to S, for the groups from one
// on that the noise ν is for.
func (t *Table) blind(m masker, group int, noise []int64) error {
	groups, width := len(noise)/t.columns, 1+t.columns
	masks, added, first := newMasks(groups), powers(noise), make([]int, groups)
	defer clear(masks)
	defer clear(added)
	for i := range groups {
		first[i] = (group + i) * width
	}
	if err := t.sums.AddPowers(first, masks); err != nil {
		return err
	}
	others := make([]int, len(noise))
	for i := range others {
		others[i] = first[i/t.columns] + 1 + i%t.columns
	}
	if err := t.sums.AddPowers(others, added); err != nil {
		return err
	}
	for c := range t.columns {
		places := make([]int, groups)
		for i := range places {
			places[i] = first[i] + 1 + c
		}
		if err := m.addTo(t.sums, places, c, masks); err != nil {
			return err
		}
	}
	return nil
}

// Format implements [fmt.Formatter]: what is not sealed has no printed form.
func (t *Table) Format(f fmt.State, _ rune) { f.Write([]byte("elgamal.Table(secret)")) }
