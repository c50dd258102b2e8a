package frequency

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"mandorla/crypto/elgamal"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

// A lie is what a party sends instead of a frame, and the error that the party it is sent to ends with.
type lie struct {
	from int
	kind wire.Kind
	tell func(f wire.Frame) []wire.Frame
	want error
}

// swap exchanges the first row and the last, in every column.
func swap(c [][]byte) {
	for i := range c {
		width := 32
		if len(c) == 3 && i == 0 && len(c[0]) < len(c[1]) {
			width = 16
		}
		last := len(c[i]) - width
		first := bytes.Clone(c[i][:width])
		copy(c[i][:width], c[i][last:])
		copy(c[i][last:], first)
	}
}

// identity makes an element of a column the identity, spoil no element at all.
func identity(column int) func([][]byte) { return func(c [][]byte) { clear(c[column][:32]) } }
func spoil(column int) func([][]byte) {
	return func(c [][]byte) { c[column][len(c[column])-1] |= 0x80 }
}

var lies = map[string]lie{
	"another's share":          {0, wire.KindKeys, matchtest.Altered(func(c [][]byte) { c[0][0] ^= 2 }), match.ErrProof},
	"another's proof":          {0, wire.KindKeys, matchtest.Altered(func(c [][]byte) { c[1][40] ^= 1 }), match.ErrProof},
	"no share":                 {0, wire.KindKeys, matchtest.Shorter, match.ErrCount},
	"a row too few":            {0, wire.KindRing, matchtest.Shorter, match.ErrCount},
	"rows twice":               {0, wire.KindRing, matchtest.Longer, match.ErrCount},
	"rows swapped":             {0, wire.KindRing, matchtest.Altered(swap), match.ErrOrder},
	"the identity":             {0, wire.KindRing, matchtest.Altered(identity(0)), match.ErrPoint},
	"no point":                 {0, wire.KindRing, matchtest.Altered(spoil(0)), match.ErrPoint},
	"no randomness":            {0, wire.KindRing, matchtest.Altered(identity(1)), match.ErrPoint},
	"R is no point":            {0, wire.KindRing, matchtest.Altered(spoil(1)), match.ErrPoint},
	"S is no point":            {0, wire.KindRing, matchtest.Altered(spoil(2)), match.ErrPoint},
	"a tag too few":            {0, wire.KindTags, matchtest.Shorter, match.ErrCount},
	"tags swapped":             {0, wire.KindTags, matchtest.Altered(swap), match.ErrOrder},
	"another's tags":           {0, wire.KindTags, func(f wire.Frame) []wire.Frame { f.Level = 1; return []wire.Frame{f} }, wire.ErrFrame},
	"tags: no randomness":      {0, wire.KindTags, matchtest.Altered(identity(1)), match.ErrPoint},
	"tags: R is no point":      {0, wire.KindTags, matchtest.Altered(spoil(1)), match.ErrPoint},
	"tags: S is no point":      {0, wire.KindTags, matchtest.Altered(spoil(2)), match.ErrPoint},
	"another share at the end": {0, wire.KindShare, matchtest.Altered(func(c [][]byte) { c[0][0] ^= 2 }), match.ErrProof},
	"no share at the end":      {0, wire.KindShare, matchtest.Shorter, match.ErrCount},
	"back: a row too few":      {3, wire.KindBack, matchtest.Shorter, match.ErrCount},
	"back: rows twice":         {3, wire.KindBack, matchtest.Longer, match.ErrCount},
	"back: swapped":            {3, wire.KindBack, matchtest.Altered(swap), match.ErrOrder},
	"back: no randomness":      {3, wire.KindBack, matchtest.Altered(identity(0)), match.ErrPoint},
	"back: R is no point":      {3, wire.KindBack, matchtest.Altered(spoil(0)), match.ErrPoint},
	"back: S is no point":      {3, wire.KindBack, matchtest.Altered(spoil(1)), match.ErrPoint},
	"forth: a row too few":     {0, wire.KindBack, matchtest.Shorter, match.ErrCount},
	"forth: swapped":           {0, wire.KindBack, matchtest.Altered(swap), match.ErrOrder},
	"forth: another's":         {0, wire.KindBack, func(f wire.Frame) []wire.Frame { f.Level = 1; return []wire.Frame{f} }, wire.ErrFrame},
}

// TestLies has one party depart from the protocol in every way: whoever is lied to
// says why, or whoever finds it out, and nobody learns anything.
func TestLies(t *testing.T) {
	for name, l := range lies {
		t.Run(name, func(t *testing.T) {
			c := circle(matchtest.Seeded(t), 3, 60, 1, nil)
			told := -1
			c.Lie = func(from, to int, f wire.Frame) []wire.Frame {
				if from != l.from || f.Kind != l.kind || from == 3 && to != 0 {
					return []wire.Frame{f}
				}
				told = to
				return l.tell(f)
			}
			answers := c.Run(t)
			if told < 0 || !errors.Is(answers[told].Err, l.want) {
				t.Errorf("party %d: %v, not %v", told, answers[told].Err, l.want)
			}
			for party, a := range answers[:3] {
				if a.Outcome != nil {
					t.Errorf("party %d learnt something all the same", party)
				}
			}
		})
	}
}

// TestFalseNumber sends a member a number, in its last list, that is none of its
// rows'.
func TestFalseNumber(t *testing.T) {
	c := circle(matchtest.Seeded(t), 3, 60, 1, nil)
	hop := 0
	c.Lie = func(from, to int, f wire.Frame) []wire.Frame {
		if from == 3 && to == 0 && f.Kind == wire.KindBack {
			if hop++; hop == 3 {
				return matchtest.Altered(func(c [][]byte) { copy(c[1], c[1][32:64]) })(f)
			}
		}
		return []wire.Frame{f}
	}
	if answers := c.Run(t); !errors.Is(answers[0].Err, match.ErrNumber) || answers[0].Outcome != nil {
		t.Errorf("%v", answers[0].Err)
	}
}

// TestOtherKeys: members who were given different shares have different joint keys,
// and find that out before any element leaves.
func TestOtherKeys(t *testing.T) {
	c := circle(matchtest.Seeded(t), 3, 60, 1, nil)
	forged, err := forgedShare(match.Config{SID: [32]byte{4, 5, 6}, Circle: &match.Circle{Caps: c.Caps}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	c.Lie = func(from, to int, f wire.Frame) []wire.Frame {
		if from == 1 && f.Kind == wire.KindKeys && f.Level == 2 { // member 0's share, as 1 passes it on to 2
			f.Columns = forged.Columns
		}
		return []wire.Frame{f}
	}
	rings := 0
	c.Hear = func(_ int, f wire.Frame) {
		if f.Kind == wire.KindRing {
			rings++
		}
	}
	answers := c.Run(t)
	if !errors.Is(errors.Join(answers[0].Err, answers[2].Err), match.ErrProof) {
		t.Errorf("%v", answers)
	}
	for party, a := range answers {
		if a.Err == nil {
			t.Errorf("party %d has not noticed", party)
		}
	}
}

// forgedShare is a member's share with a good proof, of a key that somebody else
// drew.
func forgedShare(c match.Config, member int) (wire.Frame, error) {
	keys, err := elgamal.NewKeys(1)
	if err != nil {
		return wire.Frame{}, err
	}
	s := newShares(c)
	err = s.enter(member, keys)
	return s.frames[member], err
}

// TestSharesTwice: a share that somebody has shown already is refused.
func TestSharesTwice(t *testing.T) {
	c := match.Config{Circle: &match.Circle{Caps: make([]uint64, 3)}}
	keys, err := elgamal.NewKeys(1)
	if err != nil {
		t.Fatal(err)
	}
	own, others := newShares(c), newShares(c)
	if err := errors.Join(own.enter(0, keys), others.enter(1, keys)); err != nil {
		t.Fatal(err)
	}
	if err := own.take(1, others.frames[1]); !errors.Is(err, match.ErrReflect) {
		t.Errorf("%v", err)
	}
}

// TestNumbers reads the numbers of rows, and refuses those of nobody's and those
// that come twice.
func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		numbers []uint64
		rows    uint64
		want    error
	}{
		{nil, 0, nil}, {nil, 9, nil}, {[]uint64{1, 9}, 9, nil}, {[]uint64{9, 3, 7}, 9, nil},
		{[]uint64{10}, 9, match.ErrNumber}, {[]uint64{1}, 0, match.ErrNumber}, {[]uint64{4, 4}, 9, match.ErrNumber},
	} {
		r := &returning{Config: match.Config{Store: column.Memory(), Budget: 1 << 20}, arriving: newArriving(20)}
		if err := r.open(); err != nil {
			t.Fatal(err)
		}
		if err := r.enter(standing(t, c.numbers)); err != nil {
			t.Fatal(err)
		}
		struck, err := r.numbers(c.rows)
		if !errors.Is(err, c.want) || c.want == nil && struck[0].Count() != uint64(len(c.numbers)) {
			t.Errorf("%v of %d: %v", c.numbers, c.rows, err)
		}
		for _, n := range c.numbers {
			if c.want == nil && !struck[0].Get(n-1) {
				t.Errorf("row %d of %v is missing", n, c.numbers)
			}
		}
		if err := r.close(); err != nil {
			t.Error(err)
		}
	}
}

// standing is a zero, and the elements that stand for numbers.
func standing(t testing.TB, numbers []uint64) []byte {
	t.Helper()
	out := make([]byte, elgamal.Size*(1+len(numbers)))
	err := elgamal.Multiples(100, func(first uint64, encodings []byte) error {
		for i, n := range numbers {
			if n >= first && n < first+uint64(len(encodings)/elgamal.Size) {
				copy(out[elgamal.Size*(1+i):], encodings[(n-first)*elgamal.Size:][:elgamal.Size])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// FuzzBack: whatever list comes back, a member takes it as one of its owner's rows
// in order, or refuses it with an error of the protocol.
func FuzzBack(f *testing.F) {
	f.Add(uint16(1), []byte{1})
	f.Add(uint16(0), []byte{})
	f.Add(uint16(4), []byte{1, 2, 3})
	f.Add(uint16(4), []byte{})
	f.Fuzz(func(t *testing.T, rows uint16, seed []byte) {
		n := int(rows % 8)
		c := match.Config{Store: column.Memory(), Budget: 1 << 20, Circle: &match.Circle{Caps: []uint64{4, 4}}}
		keys, err := elgamal.NewKeys(1)
		if err != nil {
			t.Fatal(err)
		}
		r := &returning{Config: c, keys: keys, arriving: newArriving(4)}
		if err := r.open(); err != nil {
			t.Fatal(err)
		}
		defer r.close()
		columns := [][]byte{make([]byte, 32*n), make([]byte, 32*n)}
		for i, b := range seed {
			if n > 0 {
				columns[i%2][i/2%(32*n)] ^= b
			}
		}
		for i := range n {
			binary.BigEndian.PutUint16(columns[0][32*i:], uint16(i))
		}
		if err := r.add(wire.Frame{Kind: wire.KindBack, Rows: n, Last: true, Columns: columns}); err != nil {
			if match.Code(err) == "INTERNAL" {
				t.Error(err)
			}
			return
		}
		if _, err := r.numbers(4); err == nil || match.Code(err) == "INTERNAL" {
			t.Errorf("%v", err)
		}
	})
}
