package aggregate

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

// A helperLie is what a party sends instead of a frame, and the error that the
// party it is sent to ends with.
type helperLie struct {
	from, to int
	kind     wire.Kind
	tell     func(f *wire.Frame)
	want     error
}

// swapRows swaps the first and the last value of a column.
func swapRows(column, width int) func(*wire.Frame) {
	return func(f *wire.Frame) {
		c := f.Columns[column]
		last := c[len(c)-width:]
		first := bytes.Clone(c[:width])
		copy(c, last)
		copy(last, first)
	}
}

// lastRow leaves the last row out.
func lastRow(f *wire.Frame) {
	for i, c := range f.Columns {
		f.Columns[i] = c[:len(c)/f.Rows*(f.Rows-1)]
	}
	f.Rows--
}

// put writes an integer into a column of int64.
func put(column, row int, n int64) func(*wire.Frame) {
	return func(f *wire.Frame) { binary.LittleEndian.PutUint64(f.Columns[column][8*row:], uint64(n)) }
}

// Columns of TAGS with two levels: t0, t1, seg, r, s0.
var helperLies = map[string]helperLie{
	"a tag too few":               {0, 2, wire.KindTags, lastRow, match.ErrCount},
	"tags that go on":             {0, 2, wire.KindTags, func(f *wire.Frame) { f.Last = false }, match.ErrCount},
	"tags swapped":                {0, 2, wire.KindTags, swapRows(0, 16), match.ErrOrder},
	"a tag twice":                 {1, 2, wire.KindTags, func(f *wire.Frame) { copy(f.Columns[0][16:32], f.Columns[0][:16]) }, match.ErrOrder},
	"a later tag in all rows":     {1, 2, wire.KindTags, func(f *wire.Frame) { clear(f.Columns[1]) }, match.ErrOrder},
	"no such segment":             {1, 2, wire.KindTags, func(f *wire.Frame) { f.Columns[2][0] = 77 }, match.ErrCount},
	"another segment":             {1, 2, wire.KindTags, func(f *wire.Frame) { f.Columns[2][0] ^= 1 }, match.ErrCount},
	"no point among values":       {0, 2, wire.KindTags, func(f *wire.Frame) { f.Columns[4][31] |= 0x80 }, match.ErrPoint},
	"the identity among values":   {0, 2, wire.KindTags, func(f *wire.Frame) { clear(f.Columns[3][:32]) }, match.ErrPoint},
	"the other's tags":            {0, 2, wire.KindTags, func(f *wire.Frame) { f.Level = 1 }, wire.ErrFrame},
	"nobody's tags":               {0, 2, wire.KindTags, func(f *wire.Frame) { f.Level = 9 }, wire.ErrFrame},
	"keys without proof":          {0, 2, wire.KindValueKeys, func(f *wire.Frame) { f.Columns[1][40] ^= 1 }, match.ErrProof},
	"a key too few":               {0, 2, wire.KindValueKeys, lastRow, match.ErrCount},
	"a cell too few":              {2, 0, wire.KindFigures, lastRow, match.ErrCount},
	"another cell":                {2, 1, wire.KindFigures, func(f *wire.Frame) { f.Columns[0][0] ^= 1 }, match.ErrCount},
	"another state":               {2, 0, wire.KindFigures, func(f *wire.Frame) { f.Columns[2][0] = 2 }, match.ErrSum},
	"below zero":                  {2, 0, wire.KindFigures, put(3, 0, -1), match.ErrSum},
	"more than there are":         {2, 0, wire.KindFigures, put(3, 0, 1<<40), match.ErrSum},
	"suppressed, with a count":    {2, 1, wire.KindFigures, func(f *wire.Frame) { f.Columns[2][0] = 0 }, match.ErrSum},
	"released, against the gate":  {2, 1, wire.KindFigures, put(3, 0, few-1), match.ErrDiffer},
	"no point among sums":         {2, 0, wire.KindCells, func(f *wire.Frame) { f.Columns[1][31] |= 0x80 }, match.ErrPoint},
	"sums of nothing":             {2, 0, wire.KindCells, func(f *wire.Frame) { ristretto.Random(f.Columns[2][:32]) }, match.ErrSum},
	"sums of fewer cells":         {2, 1, wire.KindCells, lastRow, match.ErrCount},
	"a sum that cannot be":        {0, 1, wire.KindResult, put(2, 0, 1<<30), match.ErrSum},
	"a sum of another count":      {1, 0, wire.KindResult, func(f *wire.Frame) { f.Columns[1][0]++ }, match.ErrDiffer},
	"a table of other keys":       {0, 1, wire.KindKeys, func(f *wire.Frame) { f.Columns[1][3] ^= 1 }, match.ErrProof},
	"a table swapped":             {0, 1, wire.KindSet, swapRows(0, 32), match.ErrOrder},
	"a table of another's result": {0, 1, wire.KindSet, lastRow, match.ErrCount},
}

// alike is a run in which all rows meet but fillers, so that every cell of it is released.
func alike(t *testing.T) matchtest.Circle {
	c := together(matchtest.Seeded(t), 2, 60, 60, matchtest.Shape{KA: 2, KB: 1, VA: 1, VB: 1})
	for i := range c.Tables[0] {
		c.Tables[0][i] = []uint64{uint64(i + 1), uint64(i + 1)}
		c.Tables[1][i] = c.Tables[0][i]
	}
	for member, side := range []match.Side{c.Cells.Own, c.Cells.Peer} { // some that meet nobody
		side.Caps[0] += 5
		c.Caps[member] += 5
	}
	return c
}

// TestHelperLies has one party depart from the protocol in every way: nobody has a
// table who is lied to, and says why.
func TestHelperLies(t *testing.T) {
	for name, l := range helperLies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := alike(t)
			told := false
			c.Lie = func(from, to int, f wire.Frame) []wire.Frame {
				if from != l.from || to != l.to || f.Kind != l.kind {
					return []wire.Frame{f}
				}
				told = true
				f.Columns = slices.Clone(f.Columns)
				for i, c := range f.Columns {
					f.Columns[i] = bytes.Clone(c)
				}
				l.tell(&f)
				return []wire.Frame{f}
			}
			answers := c.Run(t)
			if !told || !errors.Is(answers[l.to].Err, l.want) {
				t.Errorf("party %d: %v, not %v", l.to, answers[l.to].Err, l.want)
			}
			if answers[l.to].Outcome != nil {
				t.Error("it learnt something all the same")
			}
		})
	}
}

// TestHelpedBeyondBounds: a member that encrypts values beyond the bounds agreed on
// is found out by what its sums come to (V16).
func TestHelpedBeyondBounds(t *testing.T) {
	c := alike(t)
	for i := range c.Cells.ValuesA {
		c.Cells.ValuesA[i] = 1000
	}
	c.Protocol.New = func(config match.Config, learns bool) (match.Machine, error) {
		if config.Circle.Party == 0 {
			config.Cells.Own.Values = []match.Value{{Bound: 1000}}
		}
		return CellsHelper.New(config, learns)
	}
	if answers := c.Run(t); !errors.Is(answers[1].Err, match.ErrSum) || answers[1].Outcome != nil {
		t.Errorf("%v, %v", answers[1].Outcome, answers[1].Err)
	}
}

// TestHelpedDeath kills each party before each of its frames: whoever does not come
// to the end has nothing, not even in part.
func TestHelpedDeath(t *testing.T) {
	matchtest.CircleDeath(t, func() matchtest.Circle { return alike(t) }, func(party, dead int) bool { return party == dead })
}

// TestHelpedSpend charges each member once, before its first tag leaves, and the
// helper never; it stops where that fails.
func TestHelpedSpend(t *testing.T) {
	c := alike(t)
	tables(t, c.ChargedOnce(t, wire.KindTags))
	full := errors.New("spent")
	c.Spend = func(party int) error { return full }
	for party, a := range c.Run(t) {
		if a.Err == nil || a.Outcome != nil {
			t.Errorf("party %d: %v", party, a.Outcome)
		}
	}
}
