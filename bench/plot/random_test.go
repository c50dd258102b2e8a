package plot

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// hostile labels: what would end an element, open another, or confuse whoever
// reads it.
var hostile = []string{
	"", " ", "<script>alert(1)</script>", `"><script>`, "'\" onload='x", "]]>", "<!--", "-->", "&lt;&amp;&#0;", "&unknown;",
	"a\x00b\x01\x1f\x7f", "\xff\xfe", "\u202egold", "\ufffe\uffff", "line\nbreak\r\ttab", "<![CDATA[", "{{.}}", "url(#x)",
	strings.Repeat("long ", 400), strings.Repeat("W", 4000), strings.Repeat("a\u0301\u0302\u0303", 300), "日本語の顧客区分とその名前", "👩‍👩‍👧‍👦", "العملاء",
}

// A source makes random input.
type source struct{ *rand.Rand }

func (s source) label() string {
	if s.IntN(2) == 0 {
		return hostile[s.IntN(len(hostile))]
	}
	b := make([]byte, s.IntN(40))
	for i := range b {
		b[i] = byte(s.IntN(256))
	}
	return string(b)
}

func (s source) labels(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = s.label()
	}
	return out
}

// figure is of any size that can be drawn, or suppressed.
func (s source) figure() float64 {
	switch s.IntN(6) {
	case 0:
		return none
	case 1:
		return 0
	case 2:
		return s.NormFloat64()
	case 3:
		return math.Pow(10, s.Float64()*30-15) * float64(1-2*s.IntN(2))
	}
	return float64(s.IntN(100_000))
}

func (s source) positive() float64 { return math.Pow(10, s.Float64()*26-11.5) }

func (s source) table(rows, columns int) Table {
	t := Table{s.label() + "t", s.label(), s.label(), Dimension{s.label(), s.labels(rows)}, Dimension{s.label(), s.labels(columns)}, nil}
	for range rows {
		row := make([]float64, columns)
		for j := range row {
			row[j] = s.figure()
		}
		t.Cells = append(t.Cells, row)
	}
	return t
}

func (s source) bars(n int) BarChart {
	c := BarChart{Title: s.label() + "t", Caption: s.label(), Quantity: s.label()}
	for range n {
		c.Bars = append(c.Bars, Bar{s.label(), s.figure(), max(0, s.NormFloat64()*100)})
	}
	return c
}

func (s source) lines(n int) LineChart {
	c := LineChart{s.label() + "t", s.label(), Axis{s.label(), Scale(s.IntN(2))}, Axis{s.label(), Scale(s.IntN(2))}, nil}
	for range n {
		series := Series{Label: s.label()}
		for range s.IntN(60) {
			series.Points = append(series.Points, Point{s.positive(), s.positive()})
			if s.IntN(5) == 0 {
				series.Points[len(series.Points)-1].Y = none
			}
		}
		c.Series = append(c.Series, series)
	}
	c.Series[0].Points = append(c.Series[0].Points, Point{1, 1})
	return c
}

// TestRandom: any input that is drawn at all is XML without anything foreign,
// and texts stand on the paper and beside each other.
func TestRandom(t *testing.T) {
	for seed := range uint64(100) {
		s := source{rand.New(rand.NewPCG(seed, 1))}
		size := 1 + s.IntN(12)
		for name, draw := range map[string]func(io.Writer) error{
			"table": func(w io.Writer) error { return HeatMap(w, s.table(size, 1+s.IntN(12))) },
			"bars":  func(w io.Writer) error { return Bars(w, s.bars(size)) },
			"lines": func(w io.Writer) error { return Lines(w, s.lines(size)) },
		} {
			t.Run(fmt.Sprintf("%s %d", name, seed), func(t *testing.T) {
				var out bytes.Buffer
				if err := draw(&out); err != nil {
					t.Fatal(err)
				}
				inspect(t, out.Bytes()).tidy(t)
			})
		}
	}
}

// TestBounded: the largest input of the longest labels is a picture of a size
// that can be looked at.
func TestBounded(t *testing.T) {
	s := source{rand.New(rand.NewPCG(1, 2))}
	long := func(label *string) { *label = strings.Repeat("<", 1<<20) }
	table, bars, lines := s.table(maxSide, maxSide), s.bars(maxSide), s.lines(maxSeries)
	for i := range maxSide {
		long(&table.Rows.Labels[i])
		long(&table.Columns.Labels[i])
		long(&bars.Bars[i].Label)
	}
	for i := range lines.Series {
		long(&lines.Series[i].Label)
	}
	for _, label := range []*string{&table.Title, &table.Caption, &bars.Quantity, &lines.X.Name, &table.Quantity, &table.Rows.Name} {
		long(label)
	}
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
		if out.Len() > 4<<20 || p.paper.right > 4096 || p.paper.bottom > 4096 {
			t.Errorf("%s: %d bytes, %g by %g", name, out.Len(), p.paper.right, p.paper.bottom)
		}
	}
}

// FuzzLabels puts any text wherever text may stand.
func FuzzLabels(f *testing.F) {
	for _, label := range hostile {
		f.Add(label)
	}
	f.Fuzz(func(t *testing.T, label string) {
		table, bars, lines := crossTable(), barChart(), lineChart()
		table.Caption, table.Quantity, table.Rows.Name, table.Columns.Name = label, label, label, label
		table.Rows.Labels[1], table.Columns.Labels[2], bars.Bars[0].Label = label, label, label
		bars.Caption, bars.Quantity, lines.Caption, lines.X.Name, lines.Y.Name = label, label, label, label, label
		lines.Series[0].Label = label
		if clean(label) != "" {
			table.Title, bars.Title, lines.Title = label, label, label
		}
		for _, draw := range []func(io.Writer) error{
			func(w io.Writer) error { return HeatMap(w, table) },
			func(w io.Writer) error { return Bars(w, bars) },
			func(w io.Writer) error { return Lines(w, lines) },
		} {
			var out bytes.Buffer
			if err := draw(&out); err != nil {
				t.Fatal(err)
			}
			p := inspect(t, out.Bytes())
			p.tidy(t)
			if out.Len() > 64<<10 || clean(label) != "" && p.title != clean(label) {
				t.Fatalf("%d bytes, the title has %d", out.Len(), len(p.title))
			}
		}
	})
}
