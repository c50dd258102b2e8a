package aggregate

import (
	"slices"
	"testing"

	"mandorla/crypto/elgamal"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/wire"
)

// FuzzFrames gives a half whatever fits a kind's schema: what it has of the
// peer is checked or refused, and nothing panics.
func FuzzFrames(f *testing.F) {
	for kind := range uint8(5) {
		f.Add(kind, uint8(2), true, []byte("\x00\x00\x01\x00 some bytes"))
		f.Add(kind, uint8(0), true, []byte{})
		f.Add(kind, uint8(40), false, slices.Repeat([]byte{0xff}, 90))
	}
	f.Fuzz(func(t *testing.T, kind, rows uint8, last bool, data []byte) {
		h := fuzzed(t)
		defer h.close()
		in := []struct {
			schema wire.Schema
			take   func(wire.Frame) error
		}{
			{poolSchema, h.placed}, {proofSchema, h.verify}, {setSchema(1, 1), h.theirs.add},
			{cellsSchema(1), h.sums.open}, {resultSchema(1), h.sums.read},
		}[kind%5]
		in.take(fitting(in.schema, int(rows), last, data))
	})
}

// fuzzed is a half in which the peer's set has a single row.
func fuzzed(t *testing.T) *half {
	c := match.Config{SID: sid, Levels: []string{"test-1/x"}, OwnCap: 1, PeerCap: 1, Budget: 1 << 20, Store: column.Memory()}
	side := match.Side{Caps: []uint64{1}, Values: []match.Value{{Bound: 3}}}
	c.Cells = &match.Cells{Own: side, Peer: side, Gate: func([]int64) ([]bool, error) { return nil, nil }}
	h, err := newHalf(c, draw)
	if err != nil {
		t.Fatal(err)
	}
	h.pool.perCell = 2
	h.sums.raw, h.sums.groups = []uint64{1}, []match.Group{{Count: 1, Released: true}}
	return h
}

// fitting is a frame whose columns have the length that the link lets through.
func fitting(s wire.Schema, rows int, last bool, data []byte) wire.Frame {
	f := wire.Frame{Last: last, Rows: rows}
	for _, c := range s {
		body := make([]byte, rows*c.Type.Width())
		data = data[copy(body, data):]
		f.Columns = append(f.Columns, body)
	}
	return f
}

// TestOpenFindsSums: what [sums.frame] makes, [sums.open] reads.
func TestOpenFindsSums(t *testing.T) {
	h := fuzzed(t)
	defer h.close()
	for _, want := range []int64{3, -3, 4} {
		table, err := elgamal.NewTable(1, 1)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := table.Seal(h.sums.keys.Public(), func(int, int) int64 { return want }, func(int) bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		err = h.sums.open(h.sums.frame(wire.KindCells, sealed, 32, 2))
		if want > 3 { // V16: one row of at most 3
			if match.Code(err) != "SUM" {
				t.Errorf("a sum of %d: %v", want, err)
			}
			continue
		}
		if err != nil || h.sums.groups[0].Own[0] != want {
			t.Errorf("a sum of %d: %v, %v", want, h.sums.groups[0].Own, err)
		}
	}
}
