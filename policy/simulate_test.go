package policy

import (
	"math"
	"testing"

	"mandorla/crypto/noise"
)

// A drawer draws what the two nodes of a run would have drawn.
type drawer struct {
	t       testing.TB
	dummies []*noise.TDL
	shifts  int64
	sums    map[int64]*noise.Laplace // by the bound of the column
}

func newDrawer(t testing.TB, s Spending) *drawer {
	d := &drawer{t: t, sums: map[int64]*noise.Laplace{}}
	l, err := s.Law()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		tdl, err := noise.NewTDL(l)
		if err != nil {
			t.Fatal(err)
		}
		d.dummies, d.shifts = append(d.dummies, tdl), d.shifts+int64(l.S)
	}
	for _, bound := range []int64{Q, 1} {
		if d.sums[bound], err = noise.NewLaplace(Column{bound}.Scale(s)); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func (d *drawer) count(n int64) int64 {
	for _, tdl := range d.dummies {
		n += int64(tdl.Draw())
	}
	return n - d.shifts
}

func (d *drawer) columns(measures []Measure, sums []int64) []int64 {
	out := append([]int64(nil), sums...)
	i := 0
	for _, m := range measures {
		for _, c := range m.Columns() {
			out[i] += d.sums[c.Bound].Draw() + d.sums[c.Bound].Draw()
			i++
		}
	}
	return out
}

// A sample is a figure as it came out of many releases.
type sample struct {
	name                string
	truth               float64
	n, sum, square, sds float64
}

func (s *sample) add(value, sd *float64) {
	off := *value - s.truth
	s.n, s.sum, s.square, s.sds = s.n+1, s.sum+off, s.square+off*off, s.sds+*sd
}

// check sees that the mean is the truth within five standard errors, and the
// spread what the releases said of themselves, within 5 %.
func (s *sample) check(t *testing.T) {
	mean := s.sum / s.n
	sd, said := math.Sqrt(s.square/s.n-mean*mean), s.sds/s.n
	if math.Abs(mean) > 5*said/math.Sqrt(s.n) {
		t.Errorf("%s: the mean is %.4f off, sd %.4f", s.name, mean, said)
	}
	if math.Abs(sd/said-1) > tolerance {
		t.Errorf("%s: sd %.4f, and %.4f was said", s.name, sd, said)
	}
}

// TestReleases releases one table of five like cells many times, with noise
// as a run draws it.
func TestReleases(t *testing.T) {
	const cells = 5
	s, err := Split(fraction(t, "2"), 2, 5)
	if err != nil {
		t.Fatal(err)
	}
	c := Cells{Labels: make([][]string, cells), Levels: [][]int64{make([]int64, cells), make([]int64, cells)},
		Measures: []Measure{measure(t, "1000", "5096", false), measure(t, "-2048", "2048", true)}, Sums: make([][]int64, cells)}
	// 6,000 rows, of which 5,000 have a value of the second measure; x is z + 3048.
	truth := []int64{-3_000_000, 2_000_000, 7_500_000, 1_500_000, 5000}
	d := newDrawer(t, s)
	law, _ := s.Law()
	n := Noise{Levels: 2, Laws: []noise.Law{law, law}, Column: s.Column}
	count, total := &sample{name: "count", truth: 6000}, &sample{name: "total", truth: cells * 6000}
	sums := []*sample{{name: "sum", truth: 6000*3048 - 3_000_000}, {name: "sum of values", truth: 7_500_000}}
	means := []*sample{{name: "mean", truth: 3048 - 500}, {name: "mean of values", truth: 1500}}
	gate := cellGate(t, Rules{MinGroup: 50}, n)
	for range releases {
		for i := range cells {
			c.Levels[0][i], c.Levels[1][i] = d.count(4000), d.count(2000)
			c.Sums[i] = d.columns(c.Measures, truth)
		}
		unspent := *gate
		r, err := unspent.Table(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range r.Rows() {
			released := float64(*row.Count())
			count.add(&released, row.SD())
			for i, f := range row.Figures() {
				sums[i].add(f.Sum(), f.SumSD())
				means[i].add(f.Mean(), f.MeanSD())
			}
		}
		all := float64(*r.Total().Count())
		total.add(&all, r.Total().SD())
	}
	for _, s := range append(append(sums, means...), count) {
		s.check(t)
	}
	if off := total.sum / total.n; math.Abs(off) > 5*total.sds/total.n/math.Sqrt(total.n) {
		t.Errorf("the total is %.4f off", off)
	}
}
