package policy

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// line writes what a line shows: its state, count, and sum and mean of each
// measure, with - for what is kept back.
func line(l Line) string {
	words := []string{l.State()}
	if l.Count() == nil {
		words = append(words, "-")
	} else {
		words = append(words, fmt.Sprint(*l.Count()))
	}
	for _, f := range l.Figures() {
		words = append(words, number3(f.Sum()), number3(f.Mean()))
	}
	return strings.Join(words, " ")
}

func number3(x *float64) string {
	if x == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f", *x)
}

// table writes what a release shows, a line each.
func table(r *TableRelease) string {
	var b strings.Builder
	for _, row := range r.Rows() {
		fmt.Fprintf(&b, "%s: %s\n", strings.Join(row.Labels(), " x "), line(row.Line))
	}
	for _, m := range r.Margins() {
		fmt.Fprintf(&b, "%s=%s: %s\n", m.Dimension(), m.Code(), line(m.Line))
	}
	fmt.Fprintf(&b, "all: %s\n%s, %d suppressed\n", line(r.Total()), r.State(), r.Suppressed())
	return b.String()
}

// grid22 is a table of two by two cells, two levels, a measure that every row has
// and one that may be null.
func grid22(t testing.TB) Cells {
	return Cells{
		Dimensions: []string{"airline.tier", "bank.product"},
		Labels:     [][]string{{"gold", "card"}, {"gold", "loan"}, {"blue", "card"}, {"blue", "loan"}},
		Levels:     [][]int64{{100, 40, 50, 30}, {20, 10, 10, 19}},
		Measures:   []Measure{measure(t, "0", "4096", false), measure(t, "-1024", "1024", true)},
		// sums of x-2048, of squares, then of 2x, of squares, and of presence
		Sums: [][]int64{{-1200, 100, 300, 200, 120}, {500, 80, -200, 10, 50}, {0, 0, 80, 5, 49}, nil},
	}
}

// An exact run: k is 50, the fourth cell has 49, the third 49 values only.
func TestTable(t *testing.T) {
	for _, c := range []struct {
		round uint64
		want  string
	}{
		{1, `
gold x card: released 120 244560.000 2038.000 150.000 1.250
gold x loan: released 50 102900.000 2058.000 -100.000 -2.000
blue x card: released 60 122880.000 2048.000 - -
blue x loan: suppressed - - - - -
airline.tier=gold: released 170 347460.000 2043.882 50.000 0.294
airline.tier=blue: released 60 122880.000 2048.000 - -
bank.product=card: released 180 367440.000 2041.333 150.000 1.250
bank.product=loan: released 50 102900.000 2058.000 -100.000 -2.000
all: released 230 470340.000 2044.957 50.000 0.294
released, 1 suppressed
`},
		{20, `
gold x card: released 120 244560.000 2038.000 150.000 1.250
gold x loan: released 60 102900.000 2058.000 -100.000 -2.000
blue x card: released 60 122880.000 2048.000 - -
blue x loan: suppressed - - - - -
airline.tier=gold: released 160 347460.000 2043.882 50.000 0.294
airline.tier=blue: released 60 122880.000 2048.000 - -
bank.product=card: released 180 367440.000 2041.333 150.000 1.250
bank.product=loan: released 60 102900.000 2058.000 -100.000 -2.000
all: released 220 470340.000 2044.957 50.000 0.294
released, 1 suppressed
`},
	} {
		r, err := cellGate(t, Rules{MinGroup: 50, RoundTo: c.round}, Noise{Levels: 2}).Table(grid22(t))
		if err != nil {
			t.Fatal(err)
		}
		if got := table(r); got != c.want[1:] {
			t.Errorf("to %d:\n%swant\n%s", c.round, got, c.want[1:])
		}
		if got := fmt.Sprint(r.Dimensions(), r.Measures()); got != "[airline.tier bank.product] [spend spend]" {
			t.Error(got)
		}
		if *r.Rows()[0].SD() != 0 || *r.Total().SD() != 0 {
			t.Error("an exact count has noise")
		}
	}
}

// Nothing is shown as zero of a cell that is suppressed.
func TestSuppressedIsNil(t *testing.T) {
	c := grid22(t)
	c.Levels = [][]int64{{1, -4, 0, 49}, {0, 0, 0, 0}}
	c.Sums = [][]int64{nil, nil, nil, nil}
	r, err := cellGate(t, Rules{MinGroup: 50}, noiseOf(t, "1", 2, 5)).Table(c)
	if err != nil {
		t.Fatal(err)
	}
	if r.State() != Suppressed || r.Suppressed() != 4 {
		t.Errorf("%s, %d suppressed", r.State(), r.Suppressed())
	}
	lines := []Line{r.Total()}
	for _, row := range r.Rows() {
		lines = append(lines, row.Line)
	}
	for _, m := range r.Margins() {
		lines = append(lines, m.Line)
	}
	if len(lines) != 1+4+4 {
		t.Errorf("%d lines", len(lines))
	}
	for _, l := range lines {
		if l.State() != Suppressed || l.Count() != nil || l.SD() != nil || len(l.Figures()) != 2 {
			t.Errorf("%s", line(l))
		}
		for _, f := range l.Figures() {
			if f != (Figures{}) {
				t.Error("a figure of a suppressed cell")
			}
		}
	}
}

// A mean is shown from four standard deviations of its divisor on.
func TestRatio(t *testing.T) {
	n := noiseOf(t, "1", 1, 3) // ε_c = 1/6: the number of values has sd 12
	for values, want := range map[int64]bool{47: false, 48: true} {
		c := oneCell(t, 100, 0, 0)
		c.Measures[0].Nullable, c.Sums[0] = true, []int64{0, 0, values}
		r, err := cellGate(t, Rules{MinGroup: 10}, n).Table(c)
		if err != nil {
			t.Fatal(err)
		}
		f := r.Rows()[0].Figures()[0]
		if f.Sum() == nil || f.SumSD() == nil {
			t.Errorf("%d values: no sum", values)
		}
		if (f.Mean() != nil) != want || (f.MeanSD() != nil) != want || (f.Variance() != nil) != want {
			t.Errorf("%d values: mean %v", values, f.Mean())
		}
	}
	// In an exact run there may be no row to divide by.
	c := oneCell(t, 0, 0, 0)
	r, err := cellGate(t, Rules{}, Noise{Levels: 1}).Table(c)
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Rows()[0].Figures()[0]; f.Mean() != nil || *f.Sum() != 0 {
		t.Error("a mean of no rows")
	}
}

// encoded sums up the columns of some cells' texts; "" is null.
func encoded(t testing.TB, e *Encoder, texts []string) (sums []int64) {
	t.Helper()
	var dst []int64
	for _, text := range texts {
		var err error
		if dst, err = e.Append(dst[:0], []byte(text), text == ""); err != nil {
			t.Fatal(err)
		}
		sums = append(sums, make([]int64, len(dst)-len(sums))...)
		for i, n := range dst {
			sums[i] += n
		}
	}
	return sums
}

// What was encoded on whole steps is decoded as it was: sum, mean, and variance
// up to the rounding of squares.
func TestDecodeEncoded(t *testing.T) {
	for _, c := range []struct {
		low, high         string
		texts             []string
		sum, mean, spread float64
	}{
		{"0", "4096", []string{"1", "2", "3", "4090"}, 4096, 1024, 3134891},
		{"0", "4096", []string{"5000", "-7"}, 4096, 2048, 2048 * 2048},
		{"-1024", "1024", []string{"-0.5", "12.50", "-1000", "1e3"}, 12, 3, 500033.5},
		{"0.05", "0.15", []string{"0.1", "0.125", ".075", "0.10"}, 0.4, 0.1, 0.0003125},
		{"-10", "10", []string{"2.5", "", "-7.5", ""}, -5, -2.5, 25},
		{"-1e9", "1e9", []string{"5e8", "-250000000"}, 2.5e8, 1.25e8, 1.40625e17},
	} {
		m := measure(t, c.low, c.high, true)
		e := encoder(t, m)
		table := Cells{Labels: [][]string{{}}, Levels: [][]int64{{int64(len(c.texts))}}, Measures: []Measure{m}, Sums: [][]int64{encoded(t, e, c.texts)}}
		r, err := cellGate(t, Rules{MinGroup: 1}, Noise{Levels: 1}).Table(table)
		if err != nil {
			t.Fatal(err)
		}
		f := r.Rows()[0].Figures()[0]
		half, _ := m.half().Float64()
		if *f.Sum() != c.sum || *f.Mean() != c.mean || math.Abs(*f.Variance()-c.spread) > half*half/Q {
			t.Errorf("%v: sum %v, mean %v, variance %v", c.texts, *f.Sum(), *f.Mean(), *f.Variance())
		}
	}
}

// A variance that the noise takes below zero is zero.
func TestVarianceFloor(t *testing.T) {
	c := oneCell(t, 1000, 200_000, 0)
	r, err := cellGate(t, Rules{MinGroup: 50}, noiseOf(t, "1", 1, 2)).Table(c)
	if err != nil {
		t.Fatal(err)
	}
	if v := r.Rows()[0].Figures()[0].Variance(); v == nil || *v != 0 {
		t.Errorf("variance %v", v)
	}
}

// Margins are sums of the cells that are shown, of every figure that adds up.
func TestMarginsAgree(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ka, kb := rapid.IntRange(1, 4).Draw(rt, "ka"), rapid.IntRange(1, 4).Draw(rt, "kb")
		c := Cells{Dimensions: []string{"a", "b"}, Levels: [][]int64{nil},
			Measures: []Measure{measure(t, "0", "8192", false), measure(t, "0", "4096", true)}}
		g := cellGate(t, Rules{MinGroup: 50}, noiseOf(t, "1", 1, 5))
		for i := range ka * kb {
			n := rapid.Int64Range(-10, 300).Draw(rt, "n")
			c.Labels = append(c.Labels, []string{fmt.Sprint(i / kb), fmt.Sprint(i % kb)})
			c.Levels[0] = append(c.Levels[0], n)
			c.Sums = append(c.Sums, nil)
			if g.Decide([]int64{n})[0] {
				at := func(name string) int64 { return rapid.Int64Range(-300*Q, 300*Q).Draw(rt, name) }
				c.Sums[i] = []int64{at("s"), at("s2"), at("t"), at("t2"), rapid.Int64Range(0, 300).Draw(rt, "present")}
			}
		}
		r, err := g.Table(c)
		if err != nil {
			rt.Fatal(err)
		}
		if len(r.Margins()) != ka+kb {
			rt.Fatalf("%d margins of %d and %d codes", len(r.Margins()), ka, kb)
		}
		for _, m := range r.Margins() {
			d := map[string]int{"a": 0, "b": 1}[m.Dimension()]
			agree(rt, m.Line, r.Rows(), func(row Row) bool { return row.Labels()[d] == m.Code() })
		}
		agree(rt, r.Total(), r.Rows(), func(Row) bool { return true })
	})
}

// agree sees that a line is the sum of the shown rows that belong to it.
func agree(t *rapid.T, l Line, rows []Row, belongs func(Row) bool) {
	var count uint64
	var variance float64
	shown := false
	type total struct {
		sum, variance float64
		shown         bool
	}
	totals := make([]total, len(l.Figures()))
	for _, row := range rows {
		if !belongs(row) || row.Count() == nil {
			continue
		}
		shown, count, variance = true, count+*row.Count(), variance+*row.SD()**row.SD()
		for i, f := range row.Figures() {
			if f.Sum() != nil {
				totals[i] = total{totals[i].sum + *f.Sum(), totals[i].variance + *f.SumSD()**f.SumSD(), true}
			}
		}
	}
	if (l.Count() != nil) != shown || (l.State() == Noised) != shown {
		t.Fatalf("%s, and rows shown: %v", line(l), shown)
	}
	if shown && (*l.Count() != count || off(*l.SD()**l.SD(), variance)) {
		t.Fatalf("%s, sd %v; the rows have %d, %v", line(l), *l.SD(), count, math.Sqrt(variance))
	}
	for i, f := range l.Figures() {
		want := totals[i]
		if (f.Sum() != nil) != want.shown {
			t.Fatalf("%s, and sums shown: %v", line(l), want.shown)
		}
		if want.shown && (math.Abs(*f.Sum()-want.sum) > 1e-6 || off(*f.SumSD()**f.SumSD(), want.variance)) {
			t.Fatalf("%s; the rows have %v", line(l), want)
		}
	}
}

func off(a, b float64) bool { return math.Abs(a-b) > 1e-9*math.Abs(b) }

func BenchmarkTable(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	c := Cells{Dimensions: []string{"a", "b"}, Levels: [][]int64{nil}, Measures: []Measure{measure(b, "0", "5000", true), measure(b, "0", "5000", false)}}
	for i := range 400 {
		c.Labels = append(c.Labels, []string{fmt.Sprint(i / 20), fmt.Sprint(i % 20)})
		c.Levels[0] = append(c.Levels[0], 1000+r.Int64N(1000))
		c.Sums = append(c.Sums, []int64{r.Int64N(1 << 20), r.Int64N(1 << 20), 900, r.Int64N(1 << 20), r.Int64N(1 << 20)})
	}
	n := noiseOf(b, "1", 1, 5)
	for b.Loop() {
		if _, err := cellGate(b, Rules{MinGroup: 50}, n).Table(c); err != nil {
			b.Fatal(err)
		}
	}
}
