package activation

import (
	"math"
	"testing"
)

// TestOrderTellsNothing: a row's place says nothing of its number, decoys stand
// anywhere among real rows, and the same list has the same order, no other has it.
func TestOrderTellsNothing(t *testing.T) {
	const n = 20_000
	s := steady()
	l := List{"a", "b", "c"}
	a, again := s.Order(l), s.Order(l)
	seen := map[Place]bool{}
	rising, low, alike := 0, 0, 0
	others := []*Order{s.Order(List{"A", "b", "c"}), s.Order(List{"a", "B", "c"}), s.Order(List{"a", "b", "C"}), secret(t).Order(l)}
	for i := range uint64(n) {
		real, decoy := a.Real(i), a.Decoy(i)
		if again.Real(i) != real || again.Decoy(i) != decoy {
			t.Fatal("the same list has another order")
		}
		if next := a.Real(i + 1); string(real[:]) < string(next[:]) {
			rising++
		}
		if decoy[0] < 0x80 {
			low++
		}
		for _, o := range others {
			if o.Real(i) == real || o.Decoy(i) == decoy {
				alike++
			}
		}
		seen[real], seen[decoy] = true, true
	}
	if len(seen) != 2*n || alike > 0 {
		t.Errorf("%d places of %d rows, %d as in other lists", len(seen), 2*n, alike)
	}
	for what, got := range map[string]int{"rows before the next one": rising, "decoys in the first half": low} {
		if math.Abs(float64(got)-n/2) > 6*math.Sqrt(n/4) {
			t.Errorf("%s: %d of %d", what, got, n)
		}
	}
}
