package node

import "testing"

// TestQuantiles reads quantiles off counts by hand.
func TestQuantiles(t *testing.T) {
	count := func(n uint64) CellFigures { return CellFigures{State: "noised", Count: &n} }
	key := func(s string) *string { return &s }
	d := dimensionSide{Column: "age", Bands: []string{"0", "10", "30"}}
	sides := []side{{Member: "left", Cells: &cellSide{Dimensions: []dimensionSide{d, {Column: "tier"}}}}}
	table := &CellTable{Margins: []CellMargin{
		{"left.age", key("0 to below 10"), count(100)},
		{"left.age", key("10 to below 30"), count(80)},
		{"left.age", key("30 and above"), count(20)},
		{"left.age", key("other"), count(1000)},
		{"left.age", nil, count(1000)},
		{"left.tier", key("gold"), count(7)},
	}}
	want := map[float64]float64{0.1: 2, 0.25: 5, 0.5: 10, 0.75: 22.5, 0.9: 30}
	got := table.quantiles(sides...)
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for _, q := range got {
		if q.Value == nil || *q.Value != want[q.Share] || q.Dimension != "left.age" {
			t.Errorf("%v below %v, not %v", q.Share, q.Value, want[q.Share])
		}
	}
	table.Margins[1].Count = nil
	if got := table.quantiles(sides...); got != nil {
		t.Errorf("with a suppressed band: %v", got)
	}
	table.Margins[1].CellFigures, table.Margins[2].CellFigures = count(1), count(900)
	for _, q := range table.quantiles(sides...) {
		if q.Share >= 0.5 && q.Value != nil {
			t.Errorf("a band without an end: %v below %v", q.Share, *q.Value)
		}
	}
}
