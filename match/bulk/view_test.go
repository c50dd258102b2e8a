package bulk_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"mandorla/match"
	"mandorla/match/bulk"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

// A view is what a party is sent: of each message its kind, level and bytes, and
// the tags whole.
type view struct {
	match.Machine
	sizes []string
	tags  []byte
}

func (v *view) Step(ev match.Event) (*wire.Frame, error) {
	if p, ok := ev.(match.Peer); ok {
		v.hear(p.Frame)
	}
	return v.Machine.Step(ev)
}

func (v *view) hear(f wire.Frame) {
	v.sizes = append(v.sizes, fmt.Sprintf("%v %d: %d rows", f.Kind, f.Level, f.Rows))
	if f.Kind == wire.KindBinTags {
		v.tags = append(v.tags, f.Columns[0]...)
	}
}

// views runs tables of some rows under caps of 100 and 90 and gives what either
// side was sent.
func views(t *testing.T, a, b matchtest.Table) (receiver, sender *view) {
	t.Helper()
	p := matchtest.Pair{Protocol: bulk.OneSided, A: a, B: b, Levels: 1, LearnsA: true, CapA: 100, CapB: 90}
	seen := [2]*view{}
	p.Wrap = func(r match.Role, m match.Machine) match.Machine {
		seen[r] = &view{Machine: m}
		return seen[r]
	}
	x, y := p.Run()
	if x.Err != nil || y.Err != nil {
		t.Fatal(x.Err, y.Err)
	}
	return seen[match.Initiator], seen[match.Responder]
}

// TestViews: what crosses has the same shape whatever the tables hold, so that
// neither side sees how many rows the other has within its cap, or which.
func TestViews(t *testing.T) {
	r := matchtest.Seeded(t)
	a, b := matchtest.Tables(r, 1, 100, 90)
	firstA, firstB := views(t, a, b)
	for _, c := range []struct{ a, b matchtest.Table }{{nil, nil}, {a[:1], b}, {a, nil}, {a[:50], b[:3]}} {
		againA, againB := views(t, c.a, c.b)
		if !slices.Equal(firstA.sizes, againA.sizes) || !slices.Equal(firstB.sizes, againB.sizes) {
			t.Errorf("%d and %d rows are told apart from 100 and 90:\n%v\n%v\n%v\n%v", len(c.a), len(c.b),
				firstA.sizes, againA.sizes, firstB.sizes, againB.sizes)
		}
	}
}

// TestOrder: the tags stand in their own order, not in that of the sender's rows.
func TestOrder(t *testing.T) {
	r := matchtest.Seeded(t)
	a, b := matchtest.Tables(r, 1, 100, 90)
	v, _ := views(t, a, b)
	const width = 11
	if len(v.tags) == 0 || len(v.tags)%width != 0 {
		t.Fatalf("%d bytes of tags", len(v.tags))
	}
	spread := map[byte]bool{}
	for i := width; i < len(v.tags); i += width { // so few rows have one bin
		if bytes.Compare(v.tags[i-width:i], v.tags[i:i+width]) >= 0 {
			t.Fatal("tags out of order")
		}
		spread[byte(binary.BigEndian.Uint16(v.tags[i:])>>12)] = true
	}
	if len(spread) < 8 {
		t.Error("the tags are not spread over their range")
	}
}
