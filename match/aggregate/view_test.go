package aggregate

import (
	"encoding/binary"
	"flag"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"mandorla/crypto/dleq"
	"mandorla/crypto/noise"
	"mandorla/match"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A view is all that one party is sent in a run: of each message its kind, its
// level and its rows, and of COUNT the values, for they say how many tags are
// missing from the levels after the first.
type view struct {
	messages []message
	counts   []uint32
}

type message struct {
	kind  wire.Kind
	level uint8
	rows  int
	last  bool
}

// hear takes in a frame. Several frames are one message until the last.
func (v *view) hear(f wire.Frame) {
	n := len(v.messages)
	if n == 0 || v.messages[n-1].last || v.messages[n-1].kind != f.Kind {
		v.messages = append(v.messages, message{kind: f.Kind, level: f.Level})
		n++
	}
	v.messages[n-1].rows += f.Rows
	v.messages[n-1].last = f.Last
	if f.Kind == wire.KindCount {
		for b := f.Columns[3]; len(b) > 0; b = b[4:] {
			v.counts = append(v.counts, binary.LittleEndian.Uint32(b))
		}
	}
}

// watched runs a pair and gives what either party was sent.
func watched(t *testing.T, p matchtest.Pair, o *observer) (views [2]*view, halves [2]*half) {
	t.Helper()
	views = [2]*view{new(view), new(view)}
	p.Wrap = func(r match.Role, m match.Machine) match.Machine {
		return &liar{Machine: m, hear: views[r].hear}
	}
	a, b := p.Run()
	p.CheckCells(t, a, b, o.noise)
	return views, [2]*half{o.half(a.Machine), o.half(b.Machine)}
}

// hits is how many rows were matched below a level.
func (v view) hits(g grid, level uint8) (n int) {
	for _, c := range v.counts[:int(level)*g.cells()] {
		n += int(c)
	}
	return n
}

// due is how many rows of a message the party of g is due, out of nothing but
// what both sides agreed on before the run, and how that is put in words.
func (g grid) due(k wire.Kind) (rows int, words string) {
	counts := g.levels * g.cells()
	pools := counts * (perCell(g.own) + perCell(g.peer))
	switch k {
	case wire.KindKeys:
		return 1 + len(g.peer.Values), "1 + the peer's value columns"
	case wire.KindSet:
		return int(sum(g.peer.Caps)) + pools, "the peer's caps + both pools"
	case wire.KindPoolProof:
		return counts * perCell(g.own), "the own pool"
	case wire.KindPoolDLEQ:
		return (counts*perCell(g.own) + dleq.MaxBatch - 1) / dleq.MaxBatch, "batches of the own pool"
	case wire.KindTags:
		return int(sum(g.own.Caps)) + pools, "the own caps + both pools - COUNT of the levels before"
	case wire.KindTagCommit, wire.KindTagOpen, wire.KindCountCommit:
		return 1, "a single one"
	case wire.KindCount:
		return counts, "levels * cells"
	case wire.KindCells, wire.KindResult:
		return g.groupCount, "groups"
	}
	return -1, "not to be sent in this run"
}

// text is the view in words, without any value.
func (v view) text(p match.Protocol, h *half) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s towards both members: what %v is sent\n\n", p.Analysis, h.Role)
	fmt.Fprintf(&out, "%d levels; caps of %v %d, of its peer %d; pool of %v %d a cell, of its peer %d; value columns of %v %d, of its peer %d\n",
		h.levels, h.Role, h.own.Caps, h.peer.Caps, h.Role, perCell(h.own), perCell(h.peer), h.Role, len(h.own.Values), len(h.peer.Values))
	_, schemas := p.Frames(h.Config)
	for _, m := range v.messages {
		rows := m.rows
		if m.kind == wire.KindTags {
			rows += v.hits(h.grid, m.level)
		}
		_, words := h.due(m.kind)
		fmt.Fprintf(&out, "\n%v, level %d\n    rows    %d = %s\n", m.kind, m.level, rows, words)
		for _, c := range schemas[m.kind] {
			fmt.Fprintf(&out, "    column  %s %v\n", c.Name, c.Type)
		}
	}
	return out.String()
}

// viewed are the runs whose views are pinned: two levels; `size`, and
// `aggregate` of 2 by 3 cells in which A has a measure that may be null, and
// so a column that says where it is present.
func viewed(t *testing.T, p match.Protocol, rows int) matchtest.Pair {
	shape := matchtest.Shape{KA: 1, KB: 1}
	if p.Analysis == "aggregate" {
		shape = matchtest.Shape{KA: 2, KB: 3, VA: 2}
	}
	pair := matchtest.NewCells(matchtest.Seeded(t), p, 2, rows, rows, shape)
	own, peer := &pair.Cells.Own, &pair.Cells.Peer
	own.Dummies, peer.Dummies = noise.Law{Eps: big.NewRat(1, 1), S: 2}, noise.Law{Eps: big.NewRat(1, 2), S: 3}
	for i := range own.Caps {
		own.Caps[i] = 30
	}
	for i := range peer.Caps {
		peer.Caps[i] = 40
	}
	measure(pair.Cells.ValuesA, own.Values)
	return pair
}

// TestViews pins what each party is sent: kinds, levels, columns, and rows
// that follow from what was agreed on alone, also where a table is empty. This
// is all that PROTOCOLS.md §4.4 and §5.6 allow; a message or a column more
// shows in the golden files.
func TestViews(t *testing.T) {
	for _, p := range []match.Protocol{Dual, Cells} {
		for _, rows := range []int{25, 0} {
			o := new(observer)
			views, halves := watched(t, viewed(t, o.watch(p), rows), o)
			for r, v := range views {
				v.checkRows(t, halves[r])
				matchtest.Golden(t, fmt.Sprintf("%s-%v.golden", p.Analysis, match.Role(r)), v.text(p, halves[r]), *update)
			}
		}
	}
}

// checkRows compares the rows of every message with those that are due.
func (v view) checkRows(t *testing.T, h *half) {
	t.Helper()
	if len(v.counts) != h.levels*h.cells() {
		t.Fatalf("%v was sent %d counts, of %d", h.Role, len(v.counts), h.levels*h.cells())
	}
	for _, m := range v.messages {
		want, words := h.due(m.kind)
		if m.kind == wire.KindTags {
			want -= v.hits(h.grid, m.level)
		}
		if m.rows != want {
			t.Errorf("%v was sent %d rows of %v, level %d; %d are due: %s", h.Role, m.rows, m.kind, m.level, want, words)
		}
	}
}
