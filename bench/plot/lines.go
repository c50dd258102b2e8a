package plot

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// A LineChart is one or more series of points over two axes.
type LineChart struct {
	Title   string
	Caption string
	X, Y    Axis
	Series  []Series
}

// A Series is a line, from its first point to its last.
type Series struct {
	Label  string
	Points []Point
}

// A Point is a place on both axes; where Y is NaN the line is broken.
type Point struct{ X, Y float64 }

// The bounds of a chart, within which labels find room.
const (
	maxSeries = 12
	maxPoints = 1000
)

// Lines draws series as lines with a marker at each point and the label at the
// end.
func Lines(w io.Writer, c LineChart) error {
	if err := c.check(); err != nil {
		return err
	}
	l := newLineLayout(c)
	p := newPaper(c.Title, c.Caption, l.across)
	l.place(p.top)
	l.drawAxes(p)
	ends := l.ends()
	for i := range l.Series {
		l.drawSeries(p, i)
	}
	for i := range l.Series {
		l.drawLabel(p, i, ends[i])
	}
	return p.finish(w, l.y.from+36, l.describe())
}

func (c LineChart) check() error {
	if clean(c.Title) == "" {
		return unfit("a chart needs a title")
	}
	if n := len(c.Series); n < 1 || n > maxSeries {
		return unfit("%d series; a chart has 1 to %d", n, maxSeries)
	}
	seen := 0
	for i, s := range c.Series {
		if len(s.Points) > maxPoints {
			return unfit("series %d has %d points, at most %d", i, len(s.Points), maxPoints)
		}
		for j, pt := range s.Points {
			if !c.X.Scale.valid(pt.X) || !math.IsNaN(pt.Y) && !c.Y.Scale.valid(pt.Y) {
				return unfit("series %d, point %d: beyond %g, or not above 0 on a logarithmic axis", i, j, greatest)
			}
			if !math.IsNaN(pt.Y) {
				seen++
			}
		}
	}
	if seen == 0 {
		return unfit("there is no point")
	}
	return nil
}

// A lineLayout is a chart of lines laid out.
type lineLayout struct {
	LineChart
	labels []string // as shown
	across float64
	x, y   ruler
}

func newLineLayout(c LineChart) *lineLayout {
	l := &lineLayout{LineChart: c, across: 760}
	names := make([]string, len(c.Series))
	var xs, ys []float64
	for i, s := range c.Series {
		names[i] = s.Label
		for _, pt := range s.Points {
			if !math.IsNaN(pt.Y) {
				xs, ys = append(xs, pt.X), append(ys, pt.Y)
			}
		}
	}
	l.labels = shortenAll(namedAll(names), bodySize, 170)
	low, high, _ := extent(ys)
	l.y = newRuler(c.Y.Scale, low, high, 0, 0)
	var ticks []string
	for _, v := range l.y.ticks {
		ticks = append(ticks, tick(v))
	}
	low, high, _ = extent(xs)
	left := margin + widest(ticks, smallSize) + 8
	l.x = newRuler(c.X.Scale, low, high, left, l.across-margin-widest(l.labels, bodySize)-40)
	return l
}

// place puts the upright axis below what stands on top, its name included.
func (l *lineLayout) place(top float64) {
	const high = 300
	l.y.to = top + smallSize + 14
	l.y.from = l.y.to + high
}

func (l *lineLayout) drawAxes(p *paper) {
	name := clean(l.Y.Name)
	p.text(lettering{size: smallSize, fill: softColour, weight: 700}, margin, l.y.to-14, shorten(name, smallSize, p.width-2*margin), name)
	gridY(p, l.y, l.x.from, l.x.to)
	gridX(p, l.x, l.y.to, l.y.from, clean(l.X.Name))
	p.line(l.x.from, l.y.from, l.x.to, l.y.from, softColour, 1.5)
	p.line(l.x.from, l.y.to, l.x.from, l.y.from, softColour, 1.5)
}

// An end is where a series ends, and where its label stands.
type end struct{ x, y, label float64 }

// last is the last point of a series, and whether there is one.
func (s Series) last() (pt Point, ok bool) {
	for _, p := range s.Points {
		if !math.IsNaN(p.Y) {
			pt, ok = p, true
		}
	}
	return pt, ok
}

func (l *lineLayout) ends() []end {
	ends := make([]end, len(l.Series))
	places := make([]float64, len(l.Series))
	for i, s := range l.Series {
		ends[i] = end{l.x.to, l.y.from, 0}
		if pt, ok := s.last(); ok {
			ends[i] = end{l.x.at(pt.X), l.y.at(pt.Y), 0}
		}
		places[i] = ends[i].y
	}
	for i, y := range apart(places, bodySize*1.3, l.y.to, l.y.from) {
		ends[i].label = y
	}
	return ends
}

// drawSeries draws a line and, while they are few, its markers.
func (l *lineLayout) drawSeries(p *paper, n int) {
	const manyPoints = 40
	s, c := l.Series[n], distinct(n)
	var path strings.Builder
	step := byte('M')
	for _, pt := range s.Points {
		if math.IsNaN(pt.Y) {
			step = 'M'
			continue
		}
		fmt.Fprintf(&path, "%c%s %s", step, num(l.x.at(pt.X)), num(l.y.at(pt.Y)))
		step = 'L'
	}
	fmt.Fprintf(&p.body, `<path d="%s" fill="none" stroke="%s" stroke-width="2" stroke-linejoin="round"/>`+"\n", path.String(), c)
	for _, pt := range s.Points {
		if !math.IsNaN(pt.Y) && len(s.Points) <= manyPoints {
			drawMarker(p, n, l.x.at(pt.X), l.y.at(pt.Y), l.labels[n]+": "+figure(pt.X)+", "+figure(pt.Y))
		}
	}
}

// drawLabel writes a series' label, with its marker, and joins it to the end of
// the line.
func (l *lineLayout) drawLabel(p *paper, n int, e end) {
	x := l.x.to + 22
	text := l.labels[n]
	if _, ok := l.Series[n].last(); ok {
		fmt.Fprintf(&p.body, `<path d="M%s %sL%s %s" fill="none" stroke="%s" stroke-width="1" stroke-dasharray="2 3"/>`+"\n",
			num(e.x), num(e.y), num(x-2), num(e.label), distinct(n))
	} else {
		text = shorten(text, bodySize, 150) + " –"
	}
	drawMarker(p, n, x, e.label, "")
	p.text(lettering{size: bodySize, fill: inkColour}, x+10, e.label+bodySize*0.36, text, named(l.Series[n].Label))
}

func (l *lineLayout) describe() string {
	var parts []string
	for i, s := range l.Series {
		last, ok := s.last()
		if !ok {
			parts = append(parts, l.labels[i]+": suppressed")
			continue
		}
		first := last
		for j := len(s.Points) - 1; j >= 0; j-- {
			if !math.IsNaN(s.Points[j].Y) {
				first = s.Points[j]
			}
		}
		parts = append(parts, fmt.Sprintf("%s: %s at %s, %s at %s", l.labels[i],
			figure(first.Y), figure(first.X), figure(last.Y), figure(last.X)))
	}
	return fmt.Sprintf("Lines of %s against %s. %s. %s", named(l.Y.Name), named(l.X.Name), strings.Join(parts, "; "), clean(l.Caption))
}
