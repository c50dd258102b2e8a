package matchtest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/wire"
)

// A heldTags is the tags of a kind of message that have crossed so far in an epoch.
type heldTags struct {
	mu   sync.Mutex
	tags map[wire.Kind][][]byte
}

func (h *heldTags) hear(f wire.Frame) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(f.Columns) > 0 && f.Rows > 0 {
		for tag := range slices.Chunk(f.Columns[0], len(f.Columns[0])/f.Rows) {
			h.tags[f.Kind] = append(h.tags[f.Kind], bytes.Clone(tag))
		}
	}
}

// of are the tags of a kind.
func (h *heldTags) of(k wire.Kind) [][]byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.tags[k]
}

// An epochLie is what one side does in the third run of an epoch that it ought not to
// do, and what the other says of it. It is the evaluator's, but for questions.
type epochLie struct {
	name string
	code string
	kind wire.Kind                                // of the message that is altered; 0: none
	turn func(f *wire.Frame, before [][]byte)     // alters it, given the tags that messages of the kind had before
	bend func(e *Epoch, households *[2]Household) // alters what the evaluator keeps; nil: nothing
}

// replace puts a value of before in the place of the first of a column, and brings
// the rows back into order.
func replace(f *wire.Frame, value []byte) {
	rows := make([][]byte, f.Rows)
	widths := make([]int, len(f.Columns))
	for c, column := range f.Columns {
		widths[c] = len(column) / f.Rows
		for i := range rows {
			rows[i] = append(rows[i], column[i*widths[c]:(i+1)*widths[c]]...)
		}
	}
	copy(rows[0], value)
	slices.SortFunc(rows, bytes.Compare)
	at := 0
	for c, w := range widths {
		f.Columns[c] = nil
		for _, row := range rows {
			f.Columns[c] = append(f.Columns[c], row[at:at+w]...)
		}
		at += w
	}
}

// epochLies are those of an evaluator that publishes messages of kind.
func epochLies(kind wire.Kind) []epochLie {
	return []epochLie{
		{"removal of what never stood", "COUNT", wire.KindRemoved, func(f *wire.Frame, _ [][]byte) { fill(f.Columns[0][16*(f.Rows-1):]) }, nil},
		{"removal of what was removed before", "COUNT", wire.KindRemoved, func(f *wire.Frame, before [][]byte) { replace(f, before[0]) }, nil},
		{"removal twice", "ORDER", wire.KindRemoved, func(f *wire.Frame, _ [][]byte) { copy(f.Columns[0][16:32], f.Columns[0]) }, nil},
		{"removals out of order", "ORDER", wire.KindRemoved, func(f *wire.Frame, _ [][]byte) { swap(f, 16) }, nil},
		{"too few removals", "COUNT", wire.KindRemoved, func(f *wire.Frame, _ [][]byte) { drop(f) }, nil},
		{"too few additions", "COUNT", kind, func(f *wire.Frame, _ [][]byte) { drop(f) }, nil},
		{"a tag of an earlier directory", "ORDER", kind, func(f *wire.Frame, before [][]byte) { replace(f, before[0]) }, nil},
		{"too few questions", "COUNT", wire.KindEvalReq, func(f *wire.Frame, _ [][]byte) { drop(f) }, nil},
		{"questions out of order", "ORDER", wire.KindEvalReq, func(f *wire.Frame, _ [][]byte) { swap(f, 32) }, nil},
		{"additions of another key", "PROOF", kind, func(f *wire.Frame, _ [][]byte) { shift(f) }, nil},
		{"another key", "PROOF", 0, nil, func(e *Epoch, _ *[2]Household) { e.Key = ristretto.NewKey() }},
	}
}

// unlist has the evaluator forget all the identifiers that it keeps: it lists them
// again, and removes none of them.
func (e *Epoch) unlist() {
	levels := e.Kept[e.Asks.Other()].Levels
	for l, level := range levels {
		levels[l].Identifiers = &noRows{level.Identifiers}
	}
}

// noRows is an empty table of another's width.
type noRows struct{ match.KeptRows }

func (noRows) Len() uint64 { return 0 }

func (n noRows) Rows() (*column.Rows, error) {
	return column.NewList(n.Width(), 0, column.Memory()).Rows()
}

// ListedTwice has the evaluator of an epoch let identifiers stand twice. The asker may
// not let it show which of them it has asked about: whatever it holds, the run comes
// to what an honest one would.
func ListedTwice(t *testing.T, p match.Protocol) {
	r := Seeded(t)
	for _, held := range []int{0, 1, 15, 30} {
		e := NewEpoch(p, 1, match.Role(r.IntN(2)))
		var households [2]Household
		asker, vendor := &households[e.Asks], &households[e.Asks.Other()]
		for v := range uint64(30) {
			vendor.enter([]uint64{v + 1}, r)
			if asker.enter([]uint64{v + 100}, r); int(v) < held {
				asker.enter([]uint64{v + 1}, r)
			}
		}
		for run := range 3 {
			if run == 1 {
				e.unlist()
			}
			pair, err := e.Pair(households[0].Table, households[1].Table, vendor.copy().Label)
			if err != nil {
				t.Fatal(err)
			}
			a, b := pair.Run()
			t.Run(fmt.Sprintf("%d held, run %d", held, run+1), func(t *testing.T) { suite{p: p}.check(t, pair, a, b) })
		}
	}
}

// EpochLies has either side of an epoch lie, in every way that has to be noticed. kind
// is that of the evaluator's directory.
func EpochLies(t *testing.T, p match.Protocol, kind wire.Kind) {
	for _, lie := range epochLies(kind) {
		t.Run(lie.name, func(t *testing.T) {
			r := Seeded(t)
			e := NewEpoch(p, 1, match.Role(r.IntN(2)))
			lie.run(t, e, r)
		})
	}
}

// run makes two honest runs and one that is not.
func (lie epochLie) run(t *testing.T, e *Epoch, r *rand.Rand) {
	var households [2]Household
	for i := range households {
		households[i].most = 40
		for v := range uint64(30) {
			households[i].enter([]uint64{v + 1}, r)
		}
	}
	e.Slack = 4
	liar := e.Asks.Other()
	if lie.kind == wire.KindEvalReq {
		liar = e.Asks
	}
	before := &heldTags{tags: map[wire.Kind][][]byte{}}
	for run := range 3 {
		a, b := &households[0], &households[1]
		vendor := &households[e.Asks.Other()]
		vendor.drop(0) // somebody goes
		if run == 2 && lie.bend != nil {
			lie.bend(e, &households)
		}
		p, err := e.Pair(a.Table, b.Table, vendor.copy().Label)
		if err != nil {
			t.Fatal(err)
		}
		p.lie = func(from match.Role, f wire.Frame) []wire.Frame {
			if run == 2 && lie.turn != nil && from == liar && f.Kind == lie.kind {
				lie.turn(&f, before.of(f.Kind))
			} else {
				before.hear(f)
			}
			return []wire.Frame{f}
		}
		kept := len(e.Kept[liar.Other()].Runs)
		answers := [2]Answer{}
		answers[0], answers[1] = p.Run()
		other := answers[liar.Other()]
		if run < 2 {
			if answers[0].Err != nil || answers[1].Err != nil {
				t.Fatal(answers[0].Err, answers[1].Err)
			}
			continue
		}
		if code := match.Code(other.Err); code != lie.code {
			t.Errorf("code %s instead of %s: %v", code, lie.code, other.Err)
		}
		if len(e.Kept[liar.Other()].Runs) != kept {
			t.Error("what was learnt of a lie is kept")
		}
	}
}
