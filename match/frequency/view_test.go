package frequency

import (
	"bytes"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"mandorla/crypto/elgamal"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A heard frame is what a party was sent.
type heard struct {
	party int
	wire.Frame
}

// A seen run is one of four members whose keys the test has, and all that every
// party was sent.
type seen struct {
	g    *match.Circle
	keys []*elgamal.Keys
	all  []heard
}

// four is a run of four members. Each has the values 1 to 20 and, with its number,
// others, so that all but one of them lose 20 rows.
func four(t *testing.T) *seen {
	c := matchtest.Circle{Protocol: Ring, Contacts: 1, Order: []int{2, 0, 1, 3}}
	for member := range 4 {
		var rows matchtest.Table
		for v := range uint64(30) {
			value := 1 + v
			if v >= 20 {
				value += 100 * uint64(member)
			}
			rows = append(rows, []uint64{value})
		}
		c.Tables, c.Caps, c.Told = append(c.Tables, rows), append(c.Caps, 35), append(c.Told, true)
	}
	s := &seen{g: &match.Circle{Caps: c.Caps}, keys: make([]*elgamal.Keys, 4)}
	var mu sync.Mutex
	c.Protocol.New = func(config match.Config, learns bool) (match.Machine, error) {
		if config.Circle.Party == 4 {
			return Ring.New(config, learns)
		}
		keys, err := elgamal.NewKeys(1)
		if err != nil {
			return nil, err
		}
		mu.Lock()
		defer mu.Unlock()
		s.keys[config.Circle.Party] = keys
		m, err := newMember(config, ristretto.NewKey(), keys)
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { m.Close() })
		return unclosed{m}, nil
	}
	c.Hear = func(party int, f wire.Frame) {
		mu.Lock()
		defer mu.Unlock()
		s.all = append(s.all, heard{party, f})
	}
	for party, a := range c.Run(t) {
		if a.Err != nil {
			t.Fatalf("party %d: %v", party, a.Err)
		}
	}
	return s
}

// An unclosed machine keeps its keys after the run, for the test.
type unclosed struct{ match.Machine }

func (unclosed) Close() error { return nil }

// TestViews compares what each party is sent, as kinds, levels and numbers of
// rows, with a golden file: nothing in it depends on what the lists hold.
func TestViews(t *testing.T) {
	s := four(t)
	var out strings.Builder
	for party := range 5 {
		fmt.Fprintf(&out, "party %d\n", party)
		for _, kind := range []wire.Kind{wire.KindKeys, wire.KindRing, wire.KindTags, wire.KindShare, wire.KindBack} {
			for level := range uint8(5) {
				for _, h := range s.all {
					if h.party == party && h.Kind == kind && h.Level == level {
						fmt.Fprintf(&out, "  %v %d: %d rows\n", h.Kind, h.Level, h.Rows)
					}
				}
			}
		}
	}
	matchtest.Golden(t, "views.golden", out.String(), *update)
}

// elements are all 32-byte values of a frame but tags and keys' proofs.
func elements(f wire.Frame) (out [][]byte) {
	for _, c := range f.Columns {
		if f.Kind == wire.KindKeys || f.Kind == wire.KindShare || len(c) != elgamal.Size*f.Rows {
			continue
		}
		out = append(out, slices.Collect(slices.Chunk(c, elgamal.Size))...)
	}
	return out
}

// sentBy reports whether a party sent what another was sent.
func (s *seen) sentBy(party int, h heard) bool {
	switch {
	case h.party == s.g.Combiner():
		return int(h.Level) == party
	case h.Kind == wire.KindBack:
		return party == s.g.Combiner()
	}
	return s.g.Before(h.party, 1) == party
}

// TestNothingSurvives: no element that a party is sent leaves it as it came, so that
// nobody who sees both can follow a row through it. Members' own tables, which they
// make, and what the combiner carries between members are no exception; it passes
// the lists of later hops on as they are, which everybody knows.
func TestNothingSurvives(t *testing.T) {
	s := four(t)
	for party := range 5 {
		came, went := map[string]bool{}, 0
		for _, h := range s.all {
			if h.party == party && (party < 4 || h.Kind == wire.KindTags) {
				for _, e := range elements(h.Frame) {
					came[string(e)] = true
				}
			}
		}
		for _, h := range s.all {
			if !s.sentBy(party, h) {
				continue
			}
			for _, e := range elements(h.Frame) {
				if went++; came[string(e)] {
					t.Fatalf("party %d sends an element of %v on as it came", party, h.Kind)
				}
			}
		}
		if went == 0 || len(came) == 0 {
			t.Errorf("party %d: the test looks at %d elements and %d", party, len(came), went)
		}
	}
}

// TestThreeOfFour pools what the combiner and any three members are sent with all
// their secrets. Until the fourth has taken its share off, no ciphertext opens to a
// number or a zero. With the fourth's they all do, which shows that the test would
// find it.
func TestThreeOfFour(t *testing.T) {
	s := four(t)
	known := numbersKnown(t, 40)
	for fourth := range 4 {
		hop := make([]int, 4)
		without, with, all := 0, 0, 0
		for _, h := range s.all {
			if h.Kind == wire.KindBack && h.party < 4 {
				hop[h.party]++
			}
			holders := s.holders(h, hop)
			if h.party == fourth || !slices.Contains(holders, fourth) {
				continue
			}
			rows := sealedOf(h.Frame)
			all += len(rows) / sealedWidth
			for _, m := range holders {
				if m != fourth {
					s.strip(t, m, rows)
				}
			}
			without += opened(rows, known)
			s.strip(t, fourth, rows)
			with += opened(rows, known)
		}
		if without > 0 || with != all || all == 0 {
			t.Errorf("without member %d %d of %d open, with it %d", fourth, without, all, with)
		}
	}
}

// holders are the members whose shares are on the ciphertexts of a frame that a
// member, or the combiner, is sent; none where it has no ciphertexts. Hop is that of
// the last list that each member was sent.
func (s *seen) holders(h heard, hop []int) (out []int) {
	switch h.Kind {
	case wire.KindRing, wire.KindTags:
		return []int{0, 1, 2, 3}
	case wire.KindBack:
		if h.party == 4 {
			return nil // what a member sends is what the next is sent
		}
		for d := range 4 - hop[h.party] + 1 {
			out = append(out, (h.party+d)%4)
		}
	}
	return out
}

func sealedOf(f wire.Frame) (rows []byte) {
	r, s := f.Columns[len(f.Columns)-2], f.Columns[len(f.Columns)-1]
	for i := range f.Rows {
		rows = append(append(rows, r[32*i:][:32]...), s[32*i:][:32]...)
	}
	return rows
}

func (s *seen) strip(t *testing.T, member int, rows []byte) {
	t.Helper()
	if err := s.keys[member].Strip(rows); err != nil {
		t.Fatal(err)
	}
}

// numbersKnown are the elements that stand for the numbers below n, and for none.
func numbersKnown(t *testing.T, n uint64) map[string]bool {
	t.Helper()
	known := map[string]bool{string(make([]byte, elgamal.Size)): true}
	err := elgamal.Multiples(n, func(_ uint64, encodings []byte) error {
		for e := range slices.Chunk(encodings, elgamal.Size) {
			known[string(e)] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return known
}

// opened counts the rows whose S is known.
func opened(rows []byte, known map[string]bool) (n int) {
	for row := range slices.Chunk(rows, sealedWidth) {
		if known[string(row[elgamal.Size:])] {
			n++
		}
	}
	return n
}

// TestPairOfTwo: of two members the one and the combiner together follow no row of
// the other's through it, nor their own through the other: with both keys of theirs
// they cannot open what they are sent before the other has taken its share off, and
// nothing of what the other sends is what it was sent. It is [TestNothingSurvives]
// and [TestThreeOfFour] for the smallest group.
func TestPairOfTwo(t *testing.T) {
	c := circle(matchtest.Seeded(t), 2, 60, 1, []int{0, 1})
	var mu sync.Mutex
	var sent, got [][]byte // by member 1
	c.Hear = func(party int, f wire.Frame) {
		mu.Lock()
		defer mu.Unlock()
		fromOne := party == 0 && f.Kind == wire.KindRing || party == 2 && f.Level == 1
		switch {
		case party == 1:
			got = append(got, elements(f)...)
		case fromOne:
			sent = append(sent, elements(f)...)
		}
	}
	check(t, c, c.Run(t))
	slices.SortFunc(got, bytes.Compare)
	for _, e := range sent {
		if _, found := slices.BinarySearchFunc(got, e, bytes.Compare); found {
			t.Fatal("an element leaves member 1 as it came")
		}
	}
	if len(sent) == 0 || len(got) == 0 {
		t.Error("the test looks at nothing")
	}
}
