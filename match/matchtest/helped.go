package matchtest

import (
	"slices"
	"testing"

	"mandorla/match"
)

// CheckHelped compares what two members of a helper without noise have learnt with
// the join in the clear: cells of at least so many rows with their sums, and
// nothing of the others. An empty table is of a member that was not told.
func (c Circle) CheckHelped(t *testing.T, a, b match.Table, least int64) {
	t.Helper()
	p := Pair{Protocol: c.Protocol, A: c.Tables[0], B: c.Tables[1], Levels: max(c.Levels, 1), Cells: c.Cells}
	cells := *c.Cells
	cells.Groups, p.Cells = nil, &cells
	want := p.plain()
	if b.Levels != nil {
		defer same(t, a, b)
	}
	if len(a.Levels) != 1 || a.Shift != 0 {
		t.Fatalf("%d levels, a shift of %d", len(a.Levels), a.Shift)
	}
	for cell, n := range a.Levels[0] {
		exact := int64(0)
		for _, level := range want.levels {
			exact += level[cell]
		}
		if n != exact && exact >= least || n != 0 && exact < least {
			t.Errorf("cell %d: %d, the plain join has %d", cell, n, exact)
		}
	}
	if values := len(c.Cells.Own.Values) + len(c.Cells.Peer.Values); values == 0 {
		return
	}
	for group, g := range a.Groups {
		count, ofA, ofB := int64(0), make([]int64, len(c.Cells.Own.Values)), make([]int64, len(c.Cells.Peer.Values))
		for cell, n := range a.Levels[0] {
			if c.Cells.group(cell) == group && n > 0 {
				count += n
				addTo(ofA, want.sumsA[cell])
				addTo(ofB, want.sumsB[cell])
			}
		}
		switch {
		case g.Count != count || g.Released != (count > 0):
			t.Errorf("group %d: %+v, the plain join has %d", group, g, count)
		case !g.Released && (g.Own != nil || g.Peer != nil):
			t.Errorf("group %d is suppressed and has sums", group)
		case g.Released && !(equal(g.Own, ofA) && equal(g.Peer, ofB)):
			t.Errorf("group %d: sums %v and %v, the plain join has %v and %v", group, g.Own, g.Peer, ofA, ofB)
		}
	}
	if len(a.Groups) != groupsOf(c.Cells, len(a.Levels[0])) {
		t.Errorf("%d groups of %d cells", len(a.Groups), len(a.Levels[0]))
	}
}

func addTo(sums, more []int64) {
	for i, n := range more {
		sums[i] += n
	}
}

// groupsOf is how many groups so many cells have.
func groupsOf(c *Cells, cells int) (n int) {
	for cell := range cells {
		n = max(n, c.group(cell)+1)
	}
	return n
}

// equal takes no sums for none.
func equal(a, b []int64) bool { return len(a) == 0 && len(b) == 0 || slices.Equal(a, b) }
