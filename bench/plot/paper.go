package plot

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// ErrInput is input that no picture can be drawn of.
var ErrInput = errors.New("plot: cannot be drawn")

func unfit(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInput, fmt.Sprintf(format, args...))
}

// What all pictures have in common.
const (
	sheetColour = "#faf8f3"
	edgeColour  = "#d8d3c6"
	inkColour   = "#1d2433"
	softColour  = "#4a5468"
	margin      = 24.0
	bodySize    = 13.0
	titleSize   = 17.0
	smallSize   = 12.0
)

// A paper is the drawing so far.
type paper struct {
	title, caption string
	width          float64
	top            float64 // where the picture below the title begins
	body           strings.Builder
}

// newPaper takes a sheet of the given width and writes the title on it.
func newPaper(title, caption string, across float64) *paper {
	p := &paper{title: clean(title), caption: clean(caption), width: across, top: margin}
	for _, line := range wrap(p.title, titleSize, across-2*margin, 2) {
		p.top += titleSize * 1.25
		p.text(lettering{size: titleSize, fill: inkColour, weight: 700}, margin, p.top-5, line, p.title)
	}
	p.top += 14
	return p
}

// finish writes the caption below the picture, which ends at bottom, and then
// the whole file.
func (p *paper) finish(w io.Writer, bottom float64, description string) error {
	bottom += margin / 2
	for _, line := range wrap(p.caption, smallSize, p.width-2*margin, 3) {
		bottom += smallSize * 1.4
		p.text(lettering{size: smallSize, fill: softColour}, margin, bottom-4, line, p.caption)
	}
	across, down := num(p.width), num(bottom+margin/2)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img">`, across, down, across, down)
	fmt.Fprintf(&b, "\n<title>%s</title>\n<desc>%s</desc>\n", escape(p.title), escape(description))
	fmt.Fprintf(&b, `<rect x="1" y="1" width="%s" height="%s" rx="10" fill="%s" stroke="%s" stroke-width="2"/>`,
		num(p.width-2), num(bottom+margin/2-2), sheetColour, edgeColour)
	b.WriteString("\n" + `<g font-family="Helvetica Neue, Helvetica, Arial, sans-serif">` + "\n")
	b.WriteString(p.body.String())
	b.WriteString("</g>\n</svg>\n")
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("plot: %w", err)
	}
	return nil
}

// A lettering is how a line of text looks.
type lettering struct {
	size   float64
	fill   string
	anchor string  // middle or end; else the text begins at its place
	weight int     // 0: regular
	halo   string  // of this colour, for text over lines
	turn   float64 // degrees, about its place
}

// text writes a line. What is shown of a longer text names the whole of it.
func (p *paper) text(l lettering, x, y float64, shown, whole string) {
	fmt.Fprintf(&p.body, `<text x="%s" y="%s" font-size="%s" fill="%s"`, num(x), num(y), num(l.size), l.fill)
	if l.anchor != "" {
		fmt.Fprintf(&p.body, ` text-anchor="%s"`, l.anchor)
	}
	if l.weight != 0 {
		fmt.Fprintf(&p.body, ` font-weight="%d"`, l.weight)
	}
	if l.halo != "" {
		fmt.Fprintf(&p.body, ` stroke="%s" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`, l.halo)
	}
	if l.turn != 0 {
		fmt.Fprintf(&p.body, ` transform="rotate(%s %s %s)"`, num(l.turn), num(x), num(y))
	}
	p.body.WriteString(">" + escape(shown))
	if shown != whole {
		p.body.WriteString("<title>" + escape(whole) + "</title>")
	}
	p.body.WriteString("</text>\n")
}

// rect draws a filled rectangle, which a pointer finds the name of.
func (p *paper) rect(x, y, w, h float64, fill, name string) {
	fmt.Fprintf(&p.body, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"`, num(x), num(y), num(w), num(h), fill)
	if name == "" {
		p.body.WriteString("/>\n")
		return
	}
	p.body.WriteString("><title>" + escape(name) + "</title></rect>\n")
}

// line draws a straight line.
func (p *paper) line(x1, y1, x2, y2 float64, stroke string, thick float64) {
	fmt.Fprintf(&p.body, `<path d="M%s %sL%s %s" stroke="%s" stroke-width="%s"/>`+"\n",
		num(x1), num(y1), num(x2), num(y2), stroke, num(thick))
}

// hatched draws the place of a figure that was suppressed.
func (p *paper) hatched(x, y, w, h float64, name string) {
	p.rect(x, y, w, h, "#ece8dd", name)
	p.body.WriteString(`<path d="`)
	for i := 4.0; i < w+h; i += 7 {
		fromX, toX := min(i, w), max(i-h, 0)
		fmt.Fprintf(&p.body, "M%s %sL%s %s", num(x+fromX), num(y+i-fromX), num(x+toX), num(y+i-toX))
	}
	p.body.WriteString(`" stroke="#a39d8d" stroke-width="1"/>` + "\n")
}

// num is a place on the paper, to a tenth.
func num(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64)
}

func escape(s string) string {
	var b strings.Builder
	// A builder takes everything.
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}
