package plot

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// A SetChart is the figures of sets that overlap: an UpSet plot (Lex et al.,
// "UpSet: Visualization of Intersecting Sets", 2014), its bars lying.
type SetChart struct {
	Title    string
	Caption  string
	Quantity string   // what the figures are: "customers"
	Sets     []string // their names
	Bars     []SetBar
}

// A SetBar is the figure of some of the sets together.
type SetBar struct {
	In    []bool  // for each set whether it is one of them
	Value float64 // NaN where suppressed
	SD    float64 // the standard deviation of its noise; 0 for none
}

// maxSets is how many sets a chart has at most.
const maxSets = 16

// The dots of a chart of sets.
const (
	dotStep = 22.0
	dotSize = 6.0
)

// UpSet draws a line for each combination of sets: a dot for every set, filled
// where it belongs, and a bar.
func UpSet(w io.Writer, c SetChart) error {
	if err := c.check(); err != nil {
		return err
	}
	b := newBarLayout(c.bars())
	if err := b.check(); err != nil {
		return err
	}
	b.spread(float64(len(c.Sets)) * dotStep)
	p := newPaper(c.Title, c.Caption, b.across)
	names := shortenAll(namedAll(c.Sets), bodySize, 140)
	b.top = p.top + widest(names, bodySize)*math.Sqrt2/2 + 8
	for i, name := range names {
		p.text(lettering{size: bodySize, fill: inkColour, turn: -45}, dotAt(i), b.top-6, name, named(c.Sets[i]))
	}
	b.drawAxis(p)
	for i, bar := range c.Bars {
		p.dots(bar.In, b.middle(i))
		b.drawBar(p, i)
	}
	bottom := b.drawLegend(p)
	return p.finish(w, bottom, b.describe())
}

func (c SetChart) check() error {
	if len(c.Sets) < 1 || len(c.Sets) > maxSets {
		return unfit("%d sets; a chart has 1 to %d", len(c.Sets), maxSets)
	}
	for i, bar := range c.Bars {
		if len(bar.In) != len(c.Sets) {
			return unfit("bar %d says of %d sets whether they belong, of %d", i, len(bar.In), len(c.Sets))
		}
	}
	return nil
}

// bars is the same as bars with labels.
func (c SetChart) bars() BarChart {
	out := BarChart{Title: c.Title, Caption: c.Caption, Quantity: c.Quantity}
	for _, bar := range c.Bars {
		var in []string
		for i, belongs := range bar.In {
			if belongs {
				in = append(in, named(c.Sets[i]))
			}
		}
		out.Bars = append(out.Bars, Bar{strings.Join(in, " + "), bar.Value, bar.SD})
	}
	return out
}

// dotAt is the middle of a set's dots.
func dotAt(set int) float64 { return margin + (float64(set)+0.5)*dotStep }

// dots draws the dots of a combination, those that belong joined by a line.
func (p *paper) dots(in []bool, y float64) {
	first, last := -1, -1
	for i, belongs := range in {
		if belongs && first < 0 {
			first = i
		}
		if belongs {
			last = i
		}
	}
	if first < last {
		p.line(dotAt(first), y, dotAt(last), y, inkColour, 2.5)
	}
	for i, belongs := range in {
		fill := edgeColour
		if belongs {
			fill = inkColour
		}
		p.dot(dotAt(i), y, fill)
	}
}

// dot draws a filled circle.
func (p *paper) dot(x, y float64, fill string) {
	r, d := num(dotSize), num(2*dotSize)
	fmt.Fprintf(&p.body, `<path d="M%s %sa%s %s 0 1 0 %s 0a%s %s 0 1 0 -%s 0" fill="%s"/>`+"\n", num(x-dotSize), num(y), r, r, d, r, r, d, fill)
}
