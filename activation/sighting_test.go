package activation

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestStrangersAccuseNobody: 300,000 ids of a company that never had a file hit
// some decoys, and are no sign against any recipient; the decoys of one file are.
func TestStrangersAccuseNobody(t *testing.T) {
	chance := rand.New(rand.NewPCG(31, 32))
	id := func() string { return fmt.Sprintf("%08d", chance.IntN(1e8)) }
	var rows [][]Cell
	for range 2000 {
		rows = append(rows, []Cell{{Text: id()}})
	}
	const files, values = 40, 300_000
	owner, hits, marks := map[string]int{}, map[int]int{}, 0
	for f := range files {
		survey := NewSurvey(steady(), List{fmt.Sprint(f), "a", fmt.Sprint(f)}, []string{"customer_id"})
		for _, row := range rows {
			survey.Add(row)
		}
		d, err := survey.Decoys(12, Inventory{})
		if err != nil {
			t.Fatal(err)
		}
		marks = len(d.Marks())
		for _, m := range d.Marks() {
			owner[m] = f
		}
	}
	for range values {
		if f, ok := owner[steady().Mark(id())]; ok {
			hits[f]++
		}
	}
	expected := ChanceHits(values, marks)
	t.Logf("%d marks; %d files are hit, each %.2f times by chance at most", len(owner), len(hits), expected)
	for f, n := range hits {
		if got := SignOf(n, expected, files); got != NoSign {
			t.Errorf("file %d, %d hits: a %s sign", f, n, got)
		}
	}
	if got := SignOf(marks, expected, files); got != StrongSign {
		t.Errorf("all decoys of a file: a %s sign", got)
	}
}

// TestSignOf: one value is a strong sign among few, and none among a million.
func TestSignOf(t *testing.T) {
	for _, c := range []struct {
		hits, values, marks, files int
		want                       Sign
	}{
		{1, 1, 12, 40, StrongSign}, {1, 1000, 12, 40, WeakSign}, {1, 1_000_000, 12, 40, NoSign}, {2, 1000, 12, 40, StrongSign},
		{3, 1_000_000, 12, 1, WeakSign}, {12, 1_000_000, 12, 40, StrongSign}, {5, 100_000_000, 1000, 1, NoSign},
	} {
		if got := SignOf(c.hits, ChanceHits(c.values, c.marks), c.files); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	for n, want := range map[int]float64{1: 1 - math.Exp(-0.5), 2: 1 - 1.5*math.Exp(-0.5)} {
		if got := atLeast(n, 0.5); math.Abs(got-want) > 1e-9 {
			t.Errorf("%d or more: %v, not %v", n, got, want)
		}
	}
	if got := atLeast(1, 0); got != 0 {
		t.Error(got)
	}
}
