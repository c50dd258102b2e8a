package plot

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// A BarChart is figures side by side.
type BarChart struct {
	Title    string
	Caption  string
	Quantity string // what the figures are: "customers"
	Bars     []Bar
}

// A Bar is one figure.
type Bar struct {
	Label string
	Value float64 // NaN where suppressed
	SD    float64 // the standard deviation of its noise; 0 for none
}

// Bars draws bars with whiskers two standard deviations to either side.
func Bars(w io.Writer, c BarChart) error {
	if err := c.check(); err != nil {
		return err
	}
	b := newBarLayout(c)
	b.spread(widest(b.labels, bodySize))
	p := newPaper(c.Title, c.Caption, b.across)
	b.top = p.top
	b.drawAxis(p)
	for i := range b.Bars {
		b.drawLabel(p, i)
		b.drawBar(p, i)
	}
	bottom := b.drawLegend(p)
	return p.finish(w, bottom, b.describe())
}

func (c BarChart) check() error {
	if clean(c.Title) == "" {
		return unfit("a chart needs a title")
	}
	if n := len(c.Bars); n < 1 || n > maxSide {
		return unfit("%d bars; a chart has 1 to %d", n, maxSide)
	}
	for i, b := range c.Bars {
		if !drawable(b.Value) || !(b.SD >= 0 && b.SD <= greatest) {
			return unfit("bar %d: a figure is at most %g, its standard deviation 0 to as much", i, greatest)
		}
	}
	return nil
}

// A barLayout is a chart of bars laid out, one below the other.
type barLayout struct {
	BarChart
	labels  []string // as shown
	figures []string
	across  float64
	left    float64
	top     float64
	high    float64 // of a bar and the gap to the next
	ruler   ruler
	figured int       // bars that are not suppressed
	ends    []float64 // of whiskers, as figures
}

// stub is how long a suppressed bar is, which says nothing.
const stub = 28.0

func newBarLayout(c BarChart) *barLayout {
	b := &barLayout{BarChart: c, across: 760, high: 28}
	names := make([]string, len(c.Bars))
	for i, bar := range c.Bars {
		names[i] = bar.Label
		b.figures = append(b.figures, bar.figure())
		if !math.IsNaN(bar.Value) {
			b.figured++
			b.ends = append(b.ends, bar.Value-2*bar.SD, bar.Value+2*bar.SD)
		}
	}
	b.labels = shortenAll(namedAll(names), bodySize, 210)
	return b
}

// spread lays the bars out beside something that is so wide.
func (b *barLayout) spread(lead float64) {
	b.left = margin + lead + 10
	right := b.across - margin - max(widest(b.figures, smallSize), stub+12) - 8
	low, high, ok := extent(b.ends)
	if !ok {
		low, high = 0, 1
	}
	b.ruler = newRuler(Linear, low, high, b.left, right)
}

// figure is what stands beside the bar.
func (b Bar) figure() string {
	switch {
	case math.IsNaN(b.Value):
		return "–"
	case b.SD > 0:
		return figure(b.Value) + " ±" + figure(2*b.SD)
	}
	return figure(b.Value)
}

// bottom is where the bars end.
func (b *barLayout) bottom() float64 { return b.top + float64(len(b.Bars))*b.high }

func (b *barLayout) drawAxis(p *paper) {
	if b.figured > 0 {
		gridX(p, b.ruler, b.top, b.bottom(), clean(b.Quantity))
	}
	zero := b.ruler.at(0)
	p.line(zero, b.top, zero, b.bottom(), softColour, 1.5)
}

// middle is the height of a bar's middle.
func (b *barLayout) middle(i int) float64 { return b.top + (float64(i)+0.5)*b.high }

func (b *barLayout) drawLabel(p *paper, i int) {
	p.text(lettering{size: bodySize, fill: inkColour, anchor: "end"}, b.left-10, b.middle(i)+bodySize*0.36, b.labels[i], named(b.Bars[i].Label))
}

func (b *barLayout) drawBar(p *paper, i int) {
	bar, middle, thick := b.Bars[i], b.middle(i), b.high-10
	y := middle - thick/2
	zero := b.ruler.at(0)
	end := zero + stub
	if math.IsNaN(bar.Value) {
		p.hatched(zero, y, stub, thick, b.labels[i]+": suppressed")
	} else {
		at := b.ruler.at(bar.Value)
		p.rect(min(zero, at), y, math.Abs(at-zero), thick, shade(0.55).String(), b.labels[i]+": "+b.figures[i])
		end = max(zero, b.drawWhisker(p, bar, middle))
	}
	p.text(lettering{size: smallSize, fill: inkColour, halo: sheetColour}, end+6, middle+smallSize*0.36, b.figures[i], b.figures[i])
}

// drawWhisker gives the right end of the whisker, or of the bar without one.
func (b *barLayout) drawWhisker(p *paper, bar Bar, y float64) float64 {
	from, to := b.ruler.at(bar.Value-2*bar.SD), b.ruler.at(bar.Value+2*bar.SD)
	if bar.SD > 0 {
		p.line(from, y, to, y, inkColour, 1.5)
		p.line(from, y-4, from, y+4, inkColour, 1.5)
		p.line(to, y-4, to, y+4, inkColour, 1.5)
	}
	return to
}

// drawLegend explains whiskers and hatching.
func (b *barLayout) drawLegend(p *paper) float64 {
	y, x := b.bottom()+8, margin
	if b.figured > 0 {
		y += 44
	}
	if b.noisy() {
		const note = "whiskers: two standard deviations of the noise"
		p.text(lettering{size: smallSize, fill: softColour}, x, y+11, note, note)
		x += width(note, smallSize) + 24
	}
	if b.figured < len(b.Bars) {
		drawSuppressed(p, x, y)
	}
	if b.noisy() || b.figured < len(b.Bars) {
		y += 12
	}
	return y
}

func (b *barLayout) noisy() bool {
	for _, bar := range b.Bars {
		if bar.SD > 0 && !math.IsNaN(bar.Value) {
			return true
		}
	}
	return false
}

func (b *barLayout) describe() string {
	var parts []string
	for i, f := range b.figures {
		if f == "–" {
			f = "suppressed"
		}
		parts = append(parts, b.labels[i]+": "+f)
	}
	return fmt.Sprintf("Bars of %s. %s. %s", named(b.Quantity), strings.Join(parts, "; "), clean(b.Caption))
}
