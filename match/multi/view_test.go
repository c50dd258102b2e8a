package multi

import (
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"

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

// five is a run of five members with known keys. Each holds the values 1 to 20
// and, with the member's number, others; what every party was sent is kept.
func five(t *testing.T) (c matchtest.Circle, keys [5][32]byte, all []heard) {
	c = matchtest.Circle{Rows: true, Scale: big.NewRat(2, 1)}
	for member := range 5 {
		keys[member] = [32]byte{byte(3 + member), 1, 4, 1, 5}
		var rows matchtest.Table
		for v := range uint64(30) {
			value := 1 + v
			if v >= 20 {
				value += 100 * uint64(member)
			}
			rows = append(rows, []uint64{value})
		}
		c.Tables, c.Caps, c.Told = append(c.Tables, rows), append(c.Caps, 35), append(c.Told, member != 3)
	}
	for set := uint32(1); set < 32; set++ {
		c.Asked = append(c.Asked, match.Figure{Measure: match.Region, Members: set})
	}
	c.Release = func(noisy []int64) ([]match.Figure, error) { return c.Asked, nil } // all suppressed
	c.Protocol = Ring
	c.Protocol.New = func(config match.Config, learns bool) (match.Machine, error) {
		if config.Circle.Party == 5 {
			return Ring.New(config, learns)
		}
		key, err := ristretto.NewKeyFrom(keys[config.Circle.Party])
		if err != nil {
			return nil, err
		}
		return newMember(config, key)
	}
	var mu sync.Mutex
	c.Hear = func(party int, f wire.Frame) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, heard{party, f})
	}
	for party, a := range c.Run(t) {
		if a.Err != nil {
			t.Fatalf("party %d: %v", party, a.Err)
		}
	}
	return c, keys, all
}

// TestViews compares what each party is sent, as kinds, levels and numbers of
// rows, with a golden file: nothing in it depends on what the tables hold.
func TestViews(t *testing.T) {
	_, _, all := five(t)
	var out strings.Builder
	for party := range 6 {
		fmt.Fprintf(&out, "party %d\n", party)
		for _, kind := range []wire.Kind{wire.KindKeys, wire.KindRing, wire.KindTags, wire.KindFigures} {
			for level := range uint8(6) {
				for _, h := range all {
					if h.party == party && h.Kind == kind && h.Level == level {
						fmt.Fprintf(&out, "  %v %d: %d rows\n", h.Kind, h.Level, h.Rows)
					}
				}
			}
		}
	}
	matchtest.Golden(t, "views.golden", out.String(), *update)
}

// TestFourOfFive pools what any four of the five members are sent with all that
// they know: their tables and keys. Whatever they can make of a value of theirs
// stands nowhere in what the fifth has had a hand in, so that they cannot tell
// whether the fifth holds it. With the fifth's key they can, which shows that
// the test would find it.
func TestFourOfFive(t *testing.T) {
	_, keys, all := five(t)
	for fifth := range 5 {
		var coalition []int
		for member := range 5 {
			if member != fifth {
				coalition = append(coalition, member)
			}
		}
		seen := pooled(all, fifth)
		if n := linked(t, seen, powers(t, keys, coalition)); n > 0 {
			t.Errorf("%d points of member %d's can be told", n, fifth)
		}
		if linked(t, seen, powers(t, keys, append(coalition, fifth))) == 0 {
			t.Error("the test finds nothing even with all keys")
		}
	}
}

// pooled is the elements that all but one member were sent of tables that bear
// that member's key: its own from the start, another's once it has passed.
func pooled(all []heard, fifth int) map[[32]byte]bool {
	g := &match.Circle{Caps: make([]uint64, 5)}
	seen := map[[32]byte]bool{}
	for _, h := range all {
		if h.Kind != wire.KindRing || h.party == fifth {
			continue
		}
		for passed := 1; passed <= int(h.Level); passed++ {
			if g.Before(h.party, passed) != fifth {
				continue
			}
			for b := h.Columns[0]; len(b) > 0; b = b[32:] {
				seen[[32]byte(b)] = true
			}
		}
	}
	return seen
}

// powers is the common values' elements under the product of every subset of
// some members' keys.
func powers(t *testing.T, keys [5][32]byte, members []int) (points []byte) {
	t.Helper()
	var msgs []byte
	for v := range uint64(20) {
		d := sha256.Sum256(binary.BigEndian.AppendUint64([]byte{0}, 1+v))
		m, _ := match.Messages("test-1/level0", match.Batch{Rows: 1, Digests: [][]byte{d[:]}, Present: [][]bool{{true}}}, 0)
		msgs = append(msgs, m...)
	}
	one, err := ristretto.NewKeyFrom([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	plain := make([]byte, 20*32)
	if err := one.HashMul(plain, ristretto.DSTIdentifier, msgs, len(msgs)/20); err != nil {
		t.Fatal(err)
	}
	points = plain
	for _, member := range members {
		k, err := ristretto.NewKeyFrom(keys[member])
		if err != nil {
			t.Fatal(err)
		}
		raised := make([]byte, len(points))
		if err := k.Mul(raised, points); err != nil {
			t.Fatal(err)
		}
		points = append(points, raised...)
	}
	return points
}

// linked counts the points that stand among those seen.
func linked(t *testing.T, seen map[[32]byte]bool, points []byte) (n int) {
	t.Helper()
	for ; len(points) > 0; points = points[32:] {
		if seen[[32]byte(points)] {
			n++
		}
	}
	return n
}

// TestNeighboursCount is an attack that works, as docs/threat-model.md says: two
// members with one between them count, without noise, what the first shares with
// that one. They learn no row of it.
func TestNeighboursCount(t *testing.T) {
	_, keys, all := five(t)
	tables := map[int][]byte{} // by hop, as member 2 is sent them
	for _, h := range all {
		if h.party == 2 && h.Kind == wire.KindRing {
			tables[int(h.Level)] = h.Columns[0]
		}
	}
	first, err := ristretto.NewKeyFrom(keys[0]) // which member 0 hands over
	if err != nil {
		t.Fatal(err)
	}
	stripped := make([]byte, len(tables[2])) // member 0's table, which member 1 has raised
	if err := first.Inverse().Mul(stripped, tables[2]); err != nil {
		t.Fatal(err)
	}
	between := map[[32]byte]bool{}
	for b := tables[1]; len(b) > 0; b = b[32:] {
		between[[32]byte(b)] = true
	}
	if n := linked(t, between, stripped); n != 20 {
		t.Errorf("counted %d shared customers, and there are 20", n)
	}
}

// TestCombinerSeesNoElement: it is sent tags alone, under all keys and in their
// own order, and no key or element.
func TestCombinerSeesNoElement(t *testing.T) {
	_, keys, all := five(t)
	members := []int{0, 1, 2, 3, 4}
	points := powers(t, keys, members[:4])
	tags := make([]byte, len(points)/2)
	ristretto.Tags(tags, points, [32]byte{4, 5, 6}, 0)
	known := map[[16]byte]bool{}
	for ; len(tags) > 0; tags = tags[16:] {
		known[[16]byte(tags)] = true
	}
	for _, h := range all {
		if h.party != 5 {
			continue
		}
		if h.Kind != wire.KindTags {
			t.Fatalf("it is sent %v", h.Kind)
		}
		for b := h.Columns[0]; len(b) > 0; b = b[16:] {
			if known[[16]byte(b)] {
				t.Fatal("four members' keys are enough for a tag")
			}
		}
	}
}
