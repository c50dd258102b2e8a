package plot

import (
	"bytes"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestFigures(t *testing.T) {
	for _, c := range []struct {
		v                     float64
		full, short, onAnAxis string
	}{
		{0, "0", "0", "0"},
		{math.Copysign(0, -1), "0", "0", "0"},
		{13866, "13,866", "13.9k", "13,866"},
		{-1204, "−1,204", "−1.2k", "−1,204"},
		{999.96, "1,000", "1k", "1,000"},
		{999999, "999,999", "1M", "999,999"},
		{1.9183, "1.92", "1.92", "1.92"},
		{0.30000000000000004, "0.3", "0.3", "0.3"},
		{-0.5, "−0.5", "−0.5", "−0.5"},
		{0.0000123, "1.23e-05", "1e-05", "1.23e-05"},
		{2.5e6, "2,500,000", "2.5M", "2.5M"},
		{1234.5, "1,234", "1.23k", "1,234"},
		{1e15, "1,000,000,000,000,000", "1,000T", "1,000T"},
	} {
		if a, b, d := figure(c.v), compact(c.v), tick(c.v); a != c.full || b != c.short || d != c.onAnAxis {
			t.Errorf("%g: %s, %s, %s", c.v, a, b, d)
		}
	}
	if got := num(-0.01); got != "0" {
		t.Errorf("a place of %s", got)
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		scale     Scale
		low, high float64
		want      []float64
	}{
		{Linear, 0, 6, []float64{0, 1, 2, 3, 4, 5, 6}},
		{Linear, 40, 882, []float64{0, 200, 400, 600, 800, 1000}},
		{Linear, -3, 5, []float64{-4, -2, 0, 2, 4, 6}},
		{Linear, -70, -20, []float64{-80, -60, -40, -20, 0}},
		{Linear, 0, 0, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{Log, 0.1, 4, []float64{0.1, 0.2, 0.5, 1, 2, 5}},
		{Log, 1, 1, []float64{1, 2}},
		{Log, 3, 3, []float64{2, 5}},
		{Log, 0.002, 900, []float64{0.01, 0.1, 1, 10, 100, 1000}},
	} {
		r := newRuler(c.scale, c.low, c.high, 10, 20)
		if !slices.EqualFunc(r.ticks, c.want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }) {
			t.Errorf("%v to %v: %v", c.low, c.high, r.ticks)
		}
		for v, place := range map[float64]float64{r.low: 10, r.high: 20} {
			if got := r.at(v); math.Abs(got-place) > 1e-9 {
				t.Errorf("%g is at %g", v, got)
			}
		}
	}
}

// TestRulers: any two values lie on their ruler, which has few ticks.
func TestRulers(t *testing.T) {
	for low := -12.0; low <= 15; low += 0.37 {
		for high := low; high <= 15; high += 0.91 {
			a, b := math.Pow(10, low), math.Pow(10, high)
			for _, r := range []ruler{newRuler(Log, a, b, 0, 1), newRuler(Linear, a, b, 0, 1), newRuler(Linear, -b, -a, 0, 1), newRuler(Linear, -a, b, 0, 1)} {
				if n := len(r.ticks); n < 2 || n > maxTicks || !slices.IsSorted(r.ticks) {
					t.Errorf("%g to %g: ticks %v", a, b, r.ticks)
				}
			}
			for _, v := range []float64{a, b} {
				if at := newRuler(Log, a, b, 0, 1).at(v); at < -1e-6 || at > 1+1e-6 {
					t.Errorf("%g is at %g of %g to %g", v, at, a, b)
				}
			}
		}
	}
}

// oklab is a colour's lightness, chroma and hue, by the way there and not by the
// way back that oklch goes.
func oklab(c colour) (lightness, chroma, hue float64) {
	r, g, b := decode(c[0]), decode(c[1]), decode(c[2])
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	x := 1.9779984951*l - 2.4285922050*m + 0.4505937099*s
	y := 0.0259040371*l + 0.7827717662*m - 0.8086757660*s
	return 0.2104542553*l + 0.7936177850*m - 0.0040720468*s, math.Hypot(x, y), math.Mod(math.Atan2(y, x)*180/math.Pi+360, 360)
}

// TestScale: the colours of the heat map have one hue and get darker evenly, and
// figures read on each.
func TestScale(t *testing.T) {
	last, _, _ := oklab(shade(0))
	for i := 1; i <= 100; i++ {
		c := shade(float64(i) / 100)
		lightness, _, hue := oklab(c)
		if step := last - lightness; math.Abs(step-0.0054) > 1e-4 || math.Abs(hue-blue) > 0.5 {
			t.Errorf("at %d: darker by %.5f, hue %.2f", i, step, hue)
		}
		last = lightness
		if r := contrast(c, c.letters()); r < 4.5 {
			t.Errorf("at %d: contrast %.2f", i, r)
		}
	}
	if white := oklch(1, 0, 0).String(); white != "#ffffff" {
		t.Errorf("white is %s", white)
	}
	if r := contrast(black, white); math.Abs(r-21) > 1e-9 {
		t.Errorf("contrast of black and white: %g", r)
	}
}

// TestLineColours: lines read on the paper.
func TestLineColours(t *testing.T) {
	sheet := colour{0xfa / 255., 0xf8 / 255., 0xf3 / 255.}
	seen := map[string]bool{}
	for n := range maxSeries {
		c := distinct(n)
		if r := contrast(c, sheet); r < 3.5 || seen[c.String()] {
			t.Errorf("colour %d: %v, contrast %.2f", n, c, r)
		}
		seen[c.String()] = true
	}
}

func TestShorten(t *testing.T) {
	const size, room = 10.0, 60.0
	for _, s := range append(slices.Clone(hostile), "short", "customers of the north") {
		s = clean(s)
		got := shorten(s, size, room)
		if width(got, size) > room || got != s && !strings.Contains(got, "…") || width(s, size) <= room && got != s {
			t.Errorf("%q of %d characters became %q", s, len(s), got)
		}
	}
	labels := []string{"category 1 of the second kind", "category 2 of the second kind", "same", "same"}
	got := shortenAll(labels, size, 100)
	if got[0] == got[1] || !strings.HasSuffix(got[1], " #2") || got[2] != "same" || width(got[0], size) > 100 {
		t.Errorf("%q", got)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\x00b": "a\ufffdb", " a\tb\n": "a b", "\u202eon": "\ufffdon", "\xff": "\ufffd", "é<": "é<", "\ufffe": "\ufffd", "": "",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
	if got := []rune(clean(strings.Repeat("x", 10*maxLabel))); len(got) != maxLabel+1 {
		t.Errorf("%d characters", len(got))
	}
	if got := wrap("one two three four", 10, 50, 2); len(got) != 2 || got[0] != "one two" || width(got[1], 10) > 50 {
		t.Errorf("%q", got)
	}
}

func TestApart(t *testing.T) {
	for _, c := range [][]float64{{50, 10, 90}, {50, 52, 51}, {100, 99.9, 100.2}, {0, 0}, {-5, 120}, {}} {
		got := apart(c, 12, 0, 100)
		sorted := slices.Sorted(slices.Values(got))
		for i := range sorted {
			if sorted[i] < 0 || sorted[i] > 100 || i > 0 && sorted[i]-sorted[i-1] < 12 {
				t.Errorf("%v became %v", c, got)
			}
		}
		for i := range got {
			for j := range got {
				if c[i] < c[j] && got[i] >= got[j] {
					t.Errorf("%v became %v: another order", c, got)
				}
			}
		}
	}
}

// TestCrowded: what leaves little room, between long labels and figures, still
// stands apart.
func TestCrowded(t *testing.T) {
	long := strings.Repeat("customers of the north ", 9)
	bars := BarChart{Title: "t", Bars: []Bar{{long, -1e14, 1e14}, {long, 1e14, 1e14}}}
	table := Table{Title: "t", Rows: Dimension{long, []string{long}}, Columns: Dimension{long, []string{long, long, long, long, long, long}}}
	table.Cells = [][]float64{{1, 2, 3, 4, 5, none}}
	lines := LineChart{Title: "t", X: Axis{long, Linear}, Y: Axis{long, Linear}}
	for range maxSeries {
		lines.Series = append(lines.Series, Series{long, []Point{{0, 0}, {123_456, -987_654}}})
	}
	for _, draw := range []func(io.Writer) error{
		func(w io.Writer) error { return Bars(w, bars) },
		func(w io.Writer) error { return HeatMap(w, table) },
		func(w io.Writer) error { return Lines(w, lines) },
	} {
		var out bytes.Buffer
		if err := draw(&out); err != nil {
			t.Fatal(err)
		}
		inspect(t, out.Bytes()).tidy(t)
	}
}

// TestUnfit: what cannot be drawn writes nothing.
func TestUnfit(t *testing.T) {
	table := func(change func(*Table)) func(io.Writer) error {
		c := crossTable()
		change(&c)
		return func(w io.Writer) error { return HeatMap(w, c) }
	}
	bars := func(change func(*BarChart)) func(io.Writer) error {
		c := barChart()
		change(&c)
		return func(w io.Writer) error { return Bars(w, c) }
	}
	lines := func(change func(*LineChart)) func(io.Writer) error {
		c := lineChart()
		change(&c)
		return func(w io.Writer) error { return Lines(w, c) }
	}
	for name, draw := range map[string]func(io.Writer) error{
		"empty table":        func(w io.Writer) error { return HeatMap(w, Table{Title: "t"}) },
		"no bars":            func(w io.Writer) error { return Bars(w, BarChart{Title: "t"}) },
		"no series":          func(w io.Writer) error { return Lines(w, LineChart{Title: "t"}) },
		"table, no title":    table(func(c *Table) { c.Title = " " }),
		"bars, no title":     bars(func(c *BarChart) { c.Title = "" }),
		"lines, no title":    lines(func(c *LineChart) { c.Title = "" }),
		"no columns":         table(func(c *Table) { c.Columns.Labels = nil }),
		"many rows":          table(func(c *Table) { c.Rows.Labels = make([]string, 65) }),
		"rows missing":       table(func(c *Table) { c.Cells = c.Cells[:3] }),
		"figures missing":    table(func(c *Table) { c.Cells[1] = c.Cells[1][:2] }),
		"infinite figure":    table(func(c *Table) { c.Cells[0][0] = math.Inf(1) }),
		"many bars":          bars(func(c *BarChart) { c.Bars = make([]Bar, 65) }),
		"infinite bar":       bars(func(c *BarChart) { c.Bars[0].Value = math.Inf(-1) }),
		"negative deviation": bars(func(c *BarChart) { c.Bars[0].SD = -1 }),
		"no deviation":       bars(func(c *BarChart) { c.Bars[0].SD = none }),
		"no points":          lines(func(c *LineChart) { c.Series = []Series{{"a", nil}, {"b", []Point{{1, none}}}} }),
		"many series":        lines(func(c *LineChart) { c.Series = make([]Series, 13) }),
		"many points":        lines(func(c *LineChart) { c.Series[0].Points = make([]Point, 1001) }),
		"zero on a log axis": lines(func(c *LineChart) { c.Series[0].Points[0].Y = 0 }),
		"no place":           lines(func(c *LineChart) { c.Series[0].Points[0].X = none }),
	} {
		var out bytes.Buffer
		if err := draw(&out); !errors.Is(err, ErrInput) || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, out.Len())
		}
	}
}

// TestSuppressed: what was suppressed shows as such, also where nothing else is
// left, and never as a figure.
func TestSuppressed(t *testing.T) {
	table := crossTable()
	for _, row := range table.Cells {
		for j := range row {
			row[j] = none
		}
	}
	bars := barChart()
	for i := range bars.Bars {
		bars.Bars[i].Value = none
	}
	lines := lineChart()
	lines.Series[0].Points = nil
	for name, draw := range map[string]func(io.Writer) error{
		"table": func(w io.Writer) error { return HeatMap(w, table) },
		"bars":  func(w io.Writer) error { return Bars(w, bars) },
		"lines": func(w io.Writer) error { return Lines(w, lines) },
	} {
		var out bytes.Buffer
		if err := draw(&out); err != nil {
			t.Fatal(err)
		}
		p := inspect(t, out.Bytes())
		p.tidy(t)
		if !strings.Contains(p.desc, "suppressed") || strings.Contains(out.String(), "NaN") || !strings.Contains(out.String(), "–</text>") && name != "lines" {
			t.Errorf("%s: %s", name, p.desc)
		}
	}
}

// TestWriter: what the writer says comes back.
func TestWriter(t *testing.T) {
	full := errors.New("the disk is full")
	if err := HeatMap(failing{full}, crossTable()); !errors.Is(err, full) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
