package policy

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// keptOf is which cells of a table of so many columns are kept back.
func keptOf(counts []int64, columns int, least int64) []bool {
	kept := released(counts, make([]uint64, len(counts)/columns), make([]uint64, columns), least)
	for i, shown := range kept {
		kept[i] = !shown
	}
	return kept
}

// TestComplement writes some tables down.
func TestComplement(t *testing.T) {
	for _, c := range []struct {
		columns int
		counts  []int64
		shown   string // by cell
	}{
		{1, []int64{9}, "-"},
		{1, []int64{10}, "x"},
		{3, []int64{10, 20, 30}, "xxx"},
		{4, []int64{9, 50, 60, 70}, "---x"}, // with the second and the third, those in the middle
		{4, []int64{50, 9, 60, 70}, "x--x"},
		{1, []int64{50, 60, 9, 70}, "x--x"},
		{4, []int64{9, 0, 0, 70}, "----"}, // nothing to hide in
		{3, []int64{90, 90, 90, 90, 90, 90, 90, 90, 9}, "xxxx--x--"},
		{3, []int64{90, 90, 90, 90, 9, 90, 90, 90, 90}, "xxxx--x--"}, // in the middle itself
		{3, []int64{90, 90, 90, 90, 90, 90, 0, 1, 2}, "xxx------"},   // a segment that none is shown of
	} {
		got := ""
		for _, kept := range keptOf(c.counts, c.columns, 10) {
			got += map[bool]string{true: "-", false: "x"}[kept]
		}
		if got != c.shown {
			t.Errorf("%v by %d: %s, not %s", c.counts, c.columns, got, c.shown)
		}
	}
	if kept := keptOf([]int64{0, 1, 5, 9}, 2, 1); !slices.Equal(kept, []bool{true, false, false, false}) {
		t.Errorf("from one on: %v kept back", kept)
	}
}

// randomCounts are mostly large, or mostly small.
func randomCounts(r *rand.Rand, cells int) []int64 {
	counts, small := make([]int64, cells), r.Float64()
	for i := range counts {
		counts[i] = r.Int64N(200)
		if r.Float64() < small*small {
			counts[i] = r.Int64N(12)
		}
	}
	return counts
}

// sumsOf are the equations that tables obey: a row each for the cells that add up to
// a sum of a row, of a column, and of all; of all alone where there is one line.
func sumsOf(columns, cells int) (sums [][]int) {
	all := make([]int, cells)
	for i := range all {
		all[i] = i
	}
	sums = append(sums, all)
	if columns == 1 || columns == cells {
		return sums
	}
	for row := range cells / columns {
		sums = append(sums, all[row*columns:(row+1)*columns])
	}
	for column := range columns {
		var line []int
		for i := column; i < cells; i += columns {
			line = append(line, i)
		}
		sums = append(sums, line)
	}
	return sums
}

// TestNoCellFollowsBySubtraction tries to solve for each cell that is kept back, out
// of all that is released and every sum of the table: by linear algebra.
func TestNoCellFollowsBySubtraction(t *testing.T) {
	r, shown := rand.New(rand.NewPCG(1, 2)), 0
	for range 400 {
		rows, columns := 1+r.IntN(6), 1+r.IntN(6)
		counts := randomCounts(r, rows*columns)
		kept := keptOf(counts, columns, 10)
		for i, k := range kept {
			if !k {
				shown++
			}
			if counts[i] < 10 && !k {
				t.Fatalf("%v by %d: cell %d is shown", counts, columns, i)
			}
		}
		if !slices.Contains(kept, false) {
			continue // nothing is released
		}
		if at := solved(kept, sumsOf(columns, len(kept))); at >= 0 {
			t.Fatalf("%v by %d, %v kept back: cell %d follows", counts, columns, kept, at)
		}
	}
	if shown < 2000 {
		t.Errorf("%d cells were shown in all: no test", shown)
	}
	if at := solved([]bool{true, false, true, true}, sumsOf(2, 4)); at < 0 {
		t.Error("what follows is not found")
	}
}

// solved is a cell that is kept back and that the sums tell, or -1.
func solved(kept []bool, sums [][]int) int {
	var m [][]*big.Rat
	for _, cells := range sums {
		row := make([]*big.Rat, len(kept))
		for i := range row {
			row[i] = new(big.Rat)
			if kept[i] && slices.Contains(cells, i) {
				row[i].SetInt64(1)
			}
		}
		m = append(m, row)
	}
	for column, done := 0, 0; column < len(kept) && done < len(m); column++ {
		pivot := slices.IndexFunc(m[done:], func(row []*big.Rat) bool { return row[column].Sign() != 0 })
		if pivot < 0 {
			continue
		}
		m[done], m[done+pivot] = m[done+pivot], m[done]
		for i, row := range m {
			if i != done && row[column].Sign() != 0 {
				by := new(big.Rat).Quo(row[column], m[done][column])
				for j := range row {
					row[j].Sub(row[j], new(big.Rat).Mul(by, m[done][j]))
				}
			}
		}
		done++
	}
	for _, row := range m { // reduced: a cell that the sums tell stands alone in one
		var at []int
		for i, x := range row {
			if x.Sign() != 0 {
				at = append(at, i)
			}
		}
		if len(at) == 1 {
			return at[0]
		}
	}
	return -1
}

// TestLinesHideEnough: a row or column of which something is shown and something not
// has several that are not, of the least group together.
func TestLinesHideEnough(t *testing.T) {
	r, seen := rand.New(rand.NewPCG(3, 4)), 0
	for range 2000 {
		rows, columns := 2+r.IntN(6), 2+r.IntN(6)
		counts := randomCounts(r, rows*columns)
		kept := keptOf(counts, columns, 10)
		for _, line := range sumsOf(columns, len(kept))[1:] {
			some, together := 0, int64(0)
			for _, i := range line {
				if kept[i] {
					some, together = some+1, together+counts[i]
				}
			}
			if some == 0 || some == len(line) {
				continue
			}
			if seen++; some == 1 || together < 10 {
				t.Fatalf("%v by %d: of line %v %v", counts, columns, line, kept)
			}
		}
	}
	if seen < 1000 {
		t.Errorf("%d such lines: no test", seen)
	}
}

// TestRulesTellNothing goes over all small tables: who knows the rules, what is
// released and the sum of all finds as many values for every cell that is kept back as
// the least group has. Only sums are looked at that the largest count of these tables
// does not bound.
func TestRulesTellNothing(t *testing.T) {
	for _, c := range []struct {
		rows, columns int
		most, least   int64
	}{{1, 3, 12, 3}, {4, 1, 9, 2}, {2, 2, 9, 3}, {2, 3, 5, 2}, {3, 2, 5, 2}} {
		cells := c.rows * c.columns
		values, sums := map[string][]map[int64]bool{}, map[string]int64{}
		counts := make([]int64, cells)
		for more := true; more; more = next(counts, c.most) {
			kept, seen, hidden := keptOf(counts, c.columns, c.least), "", int64(0)
			for i, k := range kept {
				if k {
					seen, hidden = seen+" -", hidden+counts[i]
				} else {
					seen += fmt.Sprint(" ", counts[i])
				}
			}
			if strings.ContainsAny(seen, "0123456789") && strings.Contains(seen, "-") && hidden < c.least {
				t.Fatalf("%d×%d, from %d on: %v: only %d are kept back", c.rows, c.columns, c.least, counts, hidden)
			}
			key := fmt.Sprint(hidden, ":", seen)
			if values[key] == nil {
				values[key], sums[key] = make([]map[int64]bool, cells), hidden
			}
			for i, k := range kept {
				if !k {
					continue
				}
				if values[key][i] == nil {
					values[key][i] = map[int64]bool{}
				}
				values[key][i][counts[i]] = true
			}
		}
		looked := 0
		for key, cells := range values {
			if hidden := sums[key]; hidden < c.least || hidden > c.most {
				continue // too little to be shown beside, or bounded
			}
			for i, of := range cells {
				if of == nil {
					continue
				}
				if looked++; int64(len(of)) < c.least {
					t.Fatalf("%d×%d, from %d on: %s: cell %d is one of %d values", c.rows, c.columns, c.least, key, i, len(of))
				}
			}
		}
		if looked < 20 {
			t.Errorf("%d×%d: %d cells: no test", c.rows, c.columns, looked)
		}
	}
}

// next counts up to most, in every place.
func next(counts []int64, most int64) bool {
	for i := range counts {
		if counts[i]++; counts[i] <= most {
			return true
		}
		counts[i] = 0
	}
	return false
}
