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
		if len(a.Groups) == 0 {
			continue
		}
		g := a.Groups[cell]
		switch {
		case g.Count != n || g.Released != (exact >= least):
			t.Errorf("cell %d: %+v, the plain join has %d", cell, g, exact)
		case !g.Released && (g.Own != nil || g.Peer != nil):
			t.Errorf("cell %d is suppressed and has sums", cell)
		case g.Released && !(equal(g.Own, want.sumsA[cell]) && equal(g.Peer, want.sumsB[cell])):
			t.Errorf("cell %d: sums %v and %v, the plain join has %v and %v", cell, g.Own, g.Peer, want.sumsA[cell], want.sumsB[cell])
		}
	}
	if values := len(c.Cells.Own.Values) + len(c.Cells.Peer.Values); values > 0 && len(a.Groups) != len(a.Levels[0]) {
		t.Errorf("%d groups of %d cells", len(a.Groups), len(a.Levels[0]))
	}
}

// equal takes no sums for none.
func equal(a, b []int64) bool { return len(a) == 0 && len(b) == 0 || slices.Equal(a, b) }
