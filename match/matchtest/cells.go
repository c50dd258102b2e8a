package matchtest

import (
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"mandorla/crypto/noise"
	"mandorla/match"
)

// Cells is what a run that counts cells has besides identifiers, seen from A.
type Cells struct {
	match.Cells
	SegmentsA, SegmentsB []uint16 // per row
	ValuesA, ValuesB     []int64  // per row and column
}

// of is a party's view.
func (c *Cells) of(role match.Role) *match.Cells {
	view := c.Cells
	if role == match.Responder {
		view.Own, view.Peer = view.Peer, view.Own
	}
	return &view
}

func (c *Cells) rows(role match.Role) ([]uint16, []int64) {
	if role == match.Responder {
		return c.SegmentsB, c.ValuesB
	}
	return c.SegmentsA, c.ValuesA
}

// group is the group of a cell.
func (c *Cells) group(cell int) int {
	if c.Groups == nil {
		return cell
	}
	return int(c.Groups[cell])
}

// A Shape is the size of a run with cells.
type Shape struct {
	KA, KB int // segments
	VA, VB int // value columns
	S      int // the shift of either side's dummies
	Groups []uint16
}

// bound is how far from zero the values of random rows are.
const bound = 9

// NewCells is a run of two tables of random rows, of a shape.
func NewCells(r *rand.Rand, p match.Protocol, levels, a, b int, s Shape) Pair {
	x, y := Tables(r, levels, a, b)
	out := Pair{Protocol: p, A: x, B: y, Levels: levels, LearnsA: true, LearnsB: p.Topology == "DUAL"}
	out.cells(r, s)
	return out
}

// cells gives the pair's rows random segments and values, some caps to spare,
// and a gate that keeps back groups without a count.
func (p *Pair) cells(r *rand.Rand, s Shape) {
	c := &Cells{Cells: match.Cells{Groups: s.Groups, Gate: Release(1)}}
	side := func(rows, k, v int) (match.Side, []uint16, []int64) {
		segments, values := make([]uint16, rows), make([]int64, rows*v)
		out := match.Side{Caps: make([]uint64, k)}
		for i := range segments {
			segments[i] = uint16(r.IntN(k))
			out.Caps[segments[i]]++
		}
		for i := range values {
			values[i] = r.Int64N(2*bound+1) - bound
		}
		for i := range out.Caps {
			out.Caps[i] += r.Uint64N(4)
		}
		for range v {
			out.Values = append(out.Values, match.Value{Bound: bound, Scale: big.NewRat(3, 2)})
		}
		return out, segments, values
	}
	c.Own, c.SegmentsA, c.ValuesA = side(len(p.A), s.KA, s.VA)
	c.Peer, c.SegmentsB, c.ValuesB = side(len(p.B), s.KB, s.VB)
	if s.S > 0 {
		law := noise.Law{Eps: big.NewRat(1, 1), S: s.S}
		c.Own.Dummies, c.Peer.Dummies = law, law
	}
	if p.Protocol.Topology == "SINGLE" { // the joiner has none
		joiner := &c.Own
		if p.LearnsB {
			joiner = &c.Peer
		}
		joiner.Dummies = noise.Law{}
	}
	p.Cells = c
}

// Release is a gate that keeps back groups of less than a noisy count.
func Release(least int64) func([]int64) ([]bool, error) {
	return func(counts []int64) ([]bool, error) {
		out := make([]bool, len(counts))
		for g, n := range counts {
			out[g] = n >= least
		}
		return out, nil
	}
}

// Noise is what a machine drew.
type Noise struct {
	Dummies           [][]uint64 // per level and cell
	OwnSums, PeerSums [][]int64  // per group and column
}

// CheckCells compares both answers of a run with cells with the join in the
// clear, with what the machines drew taken off.
func (p Pair) CheckCells(t *testing.T, a, b Answer, noise func(match.Machine) Noise) {
	t.Helper()
	if a.Err != nil || b.Err != nil {
		t.Fatalf("%v; %v", a.Err, b.Err)
	}
	checkTables(t, p, a, b, noise)
}

// checkTables compares both answers of a run with cells with the join in the
// clear; noise looks into a machine, and without it only the bounds are known.
func checkTables(t *testing.T, p Pair, a, b Answer, noise func(match.Machine) Noise) {
	t.Helper()
	tables := map[match.Role]Answer{}
	if p.LearnsA {
		tables[match.Initiator] = a
	}
	if p.LearnsB {
		tables[match.Responder] = b
	}
	want := p.plain()
	for role, answer := range tables {
		got, ok := answer.Outcome.(match.Table)
		if !ok {
			t.Fatalf("%v learnt %T", role, answer.Outcome)
		}
		if shift := int64(p.Cells.Own.Dummies.S + p.Cells.Peer.Dummies.S); got.Shift != shift {
			t.Fatalf("%v: a shift of %d, want %d", role, got.Shift, shift)
		}
		want.compare(t, got, role == match.Responder)
		if noise != nil {
			want.exact(t, got, role == match.Responder, noise(a.Machine), noise(b.Machine))
		}
	}
	if len(tables) == 2 {
		same(t, a.Outcome.(match.Table), b.Outcome.(match.Table))
	}
}

// same sees that both nodes hold the same table.
func same(t *testing.T, a, b match.Table) {
	t.Helper()
	for g := range b.Groups {
		b.Groups[g].Own, b.Groups[g].Peer = b.Groups[g].Peer, b.Groups[g].Own
	}
	if !reflect.DeepEqual(a, b) {
		t.Fatalf("A holds %v, B %v", a, b)
	}
}

// plain is the join in the clear, by cells.
type plain struct {
	levels       [][]int64 // per level and cell
	sumsA, sumsB [][]int64 // per group and column
	cells        *Cells
}

func (p Pair) plain() plain {
	c := p.Cells
	n := len(c.Own.Caps) * len(c.Peer.Caps)
	out := plain{cells: c, sumsA: sums(n, c.Own), sumsB: sums(n, c.Peer)}
	for range p.Levels {
		out.levels = append(out.levels, make([]int64, n))
	}
	for _, m := range p.meetings() {
		cell := int(c.SegmentsA[m.a])*len(c.Peer.Caps) + int(c.SegmentsB[m.b])
		out.levels[m.level][cell]++
		add(out.sumsA[c.group(cell)], c.ValuesA, m.a)
		add(out.sumsB[c.group(cell)], c.ValuesB, m.b)
	}
	return out
}

// A meeting is two rows that count as one customer.
type meeting struct{ a, b, level int }

// meetings are those of the waterfall; where one party learns, each row of the
// other is counted once.
func (p Pair) meetings() (out []meeting) {
	counted, others := p.A, p.B
	ofCounted, _ := Waterfall(p.A, p.B, p.Levels)
	if p.Protocol.Topology == "SINGLE" {
		if p.LearnsA {
			counted, others = p.B, p.A
		}
		ofCounted = OneSided(counted, others, p.Levels)
	}
	for i, level := range ofCounted {
		if level < 0 {
			continue
		}
		j := slices.IndexFunc(others, func(row []uint64) bool { return row[level] == counted[i][level] })
		if p.Protocol.Topology == "SINGLE" && p.LearnsA {
			i, j = j, i
		}
		out = append(out, meeting{i, j, level})
	}
	return out
}

func sums(groups int, side match.Side) [][]int64 {
	out := make([][]int64, groups)
	for g := range out {
		out[g] = make([]int64, len(side.Values))
	}
	return out
}

// add adds the values of a row.
func add(sums, values []int64, row int) {
	for c := range sums {
		sums[c] += values[row*len(sums)+c]
	}
}

// compare checks what can be said without the noise: counts are no further off
// than the dummies, and what is suppressed is not there.
func (w plain) compare(t *testing.T, got match.Table, responder bool) {
	t.Helper()
	for level, counts := range w.levels {
		for cell, n := range counts {
			if off := got.Levels[level][cell] - n; off > got.Shift || off < -got.Shift {
				t.Fatalf("level %d, cell %d: %d, the plain join has %d, the shift is %d", level, cell, got.Levels[level][cell], n, got.Shift)
			}
		}
	}
	total := make([]int64, len(got.Groups))
	for cell, n := range got.Cells() {
		if len(total) > 0 {
			total[w.cells.group(cell)] += n
		}
	}
	for g, group := range got.Groups {
		if group.Count != total[g] {
			t.Fatalf("group %d: a count of %d, its cells have %d", g, group.Count, total[g])
		}
		if !group.Released && (group.Own != nil || group.Peer != nil) {
			t.Fatalf("group %d is suppressed and has sums", g)
		}
	}
	release, _ := w.cells.Gate(total)
	for g, group := range got.Groups {
		if group.Released != release[g] {
			t.Fatalf("group %d: released is %t against the gate", g, group.Released)
		}
	}
}

// exact takes off all noise: every count and every sum is the plain join's.
func (w plain) exact(t *testing.T, got match.Table, responder bool, a, b Noise) {
	t.Helper()
	for level, counts := range w.levels {
		for cell, n := range counts {
			c := got.Levels[level][cell] + got.Shift
			if c -= int64(a.Dummies[level][cell] + b.Dummies[level][cell]); c != n {
				t.Fatalf("level %d, cell %d: %d without the dummies, the plain join has %d", level, cell, c, n)
			}
		}
	}
	for g, group := range got.Groups {
		ofA, ofB := group.Own, group.Peer
		if responder {
			ofA, ofB = ofB, ofA
		}
		for c, sum := range ofA {
			if sum -= a.OwnSums[g][c] + b.PeerSums[g][c]; sum != w.sumsA[g][c] {
				t.Fatalf("group %d, column %d of A: %d without the noise, the plain join has %d", g, c, sum, w.sumsA[g][c])
			}
		}
		for c, sum := range ofB {
			if sum -= b.OwnSums[g][c] + a.PeerSums[g][c]; sum != w.sumsB[g][c] {
				t.Fatalf("group %d, column %d of B: %d without the noise, the plain join has %d", g, c, sum, w.sumsB[g][c])
			}
		}
		if group.Released && (len(ofA) != len(w.cells.Own.Values) || len(ofB) != len(w.cells.Peer.Values)) {
			t.Fatalf("group %d lacks sums", g)
		}
	}
}

func total(caps []uint64) (n uint64) {
	for _, c := range caps {
		n += c
	}
	return n
}
