package plot

import (
	"fmt"
	"io"
	"math"
)

// A Table is a cross-table.
type Table struct {
	Title    string
	Caption  string // below the table: "noise ±1.9"
	Quantity string // what the figures are: "customers"
	Rows     Dimension
	Columns  Dimension
	Cells    [][]float64 // for each row its figures; NaN where suppressed, [Blank] where there is none to be
}

// Blank is a cell that is left out, as on the diagonal of a matrix.
var Blank = math.Inf(-1)

// A Dimension is one side of a table.
type Dimension struct {
	Name   string
	Labels []string
}

// maxSide is how many rows or columns a table has at most, and bars a chart.
const maxSide = 64

// HeatMap draws a table whose cells are the darker the greater their figure.
func HeatMap(w io.Writer, t Table) error {
	if err := t.check(); err != nil {
		return err
	}
	h := newHeat(t)
	p := newPaper(t.Title, t.Caption, h.across())
	h.top += p.top
	h.drawColumns(p)
	h.drawRows(p)
	bottom := h.drawLegend(p)
	return p.finish(w, bottom, h.describe())
}

func (t Table) check() error {
	if clean(t.Title) == "" {
		return unfit("a table needs a title")
	}
	rows, columns := len(t.Rows.Labels), len(t.Columns.Labels)
	if rows < 1 || rows > maxSide || columns < 1 || columns > maxSide {
		return unfit("a table of %d by %d; it has 1 to %d rows and columns", rows, columns, maxSide)
	}
	if len(t.Cells) != rows {
		return unfit("%d row labels, and figures for %d rows", rows, len(t.Cells))
	}
	for i, row := range t.Cells {
		if len(row) != columns {
			return unfit("row %d has %d figures for %d columns", i, len(row), columns)
		}
		for _, v := range row {
			if v != Blank && !drawable(v) {
				return unfit("row %d has a figure beyond %g", i, greatest)
			}
		}
	}
	return nil
}

// A heat is a table laid out.
type heat struct {
	Table
	rows, columns []string // labels as shown
	figures       [][]string
	low, high     float64 // the ends of the colour scale
	suppressed    int
	blank         int
	size          float64 // of the letters
	cellW, cellH  float64
	left, top     float64 // of the first cell; top is below the title until there is one
	turned        float64 // by how much column labels are, degrees
}

func newHeat(t Table) *heat {
	h := &heat{Table: t, size: lettersOf(max(len(t.Cells), len(t.Columns.Labels)))}
	h.measure()
	h.write()
	h.Rows.Labels, h.Columns.Labels = namedAll(t.Rows.Labels), namedAll(t.Columns.Labels)
	h.rows = shortenAll(h.Rows.Labels, h.size, 170)
	h.fitColumns()
	h.left = margin + max(widest(h.rows, h.size), min(170, width(clean(t.Rows.Name), smallSize))) + 10
	return h
}

// lettersOf is the size of the letters in a table of so many rows or columns.
func lettersOf(side int) float64 {
	switch {
	case side > 32:
		return 9
	case side > 16:
		return 11
	}
	return bodySize
}

// measure finds the ends of the scale, which begins at zero if it can.
func (h *heat) measure() {
	var all []float64
	for _, row := range h.Cells {
		for _, v := range row {
			if v == Blank {
				h.blank++
				continue
			}
			if math.IsNaN(v) {
				h.suppressed++
			}
			all = append(all, v)
		}
	}
	if low, high, ok := extent(all); ok {
		h.low, h.high = min(0, low), high
	}
}

// maxFigure is how wide a figure may be before all are written compactly.
const maxFigure = 76

// write turns the figures into text and gives the cells their size.
func (h *heat) write() {
	for _, form := range []func(float64) string{figure, compact} {
		h.figures = nil
		most := 0.0
		for _, row := range h.Cells {
			texts := make([]string, len(row))
			for i, v := range row {
				switch texts[i] = "–"; {
				case v == Blank:
					texts[i] = ""
				case !math.IsNaN(v):
					texts[i] = form(v)
				}
			}
			h.figures = append(h.figures, texts)
			most = max(most, widest(texts, h.size))
		}
		h.cellW, h.cellH = max(most+10, 34), h.size*2
		if most <= maxFigure && len(h.Columns.Labels) <= 16 {
			return
		}
	}
}

// fitColumns widens the cells for the column labels, or turns the labels.
func (h *heat) fitColumns() {
	h.top = 2*h.size + 12
	if most := widest(h.Columns.Labels, h.size) + 10; most > h.cellW && len(h.Columns.Labels)*int(most) < 560 {
		h.cellW = most
	}
	if widest(h.Columns.Labels, h.size)+10 <= h.cellW {
		h.columns = h.Columns.Labels
		return
	}
	h.turned = -45
	h.columns = shortenAll(h.Columns.Labels, h.size, 140)
	h.top += widest(h.columns, h.size) * math.Sqrt2 / 2
}

// across is how wide the picture is, turned labels included.
func (h *heat) across() float64 {
	right := h.left + float64(len(h.columns))*h.cellW
	for i, l := range h.columns {
		if h.turned != 0 {
			right = max(right, h.left+(float64(i)+0.5)*h.cellW+width(l, h.size)*math.Sqrt2/2+4)
		}
	}
	return max(420, right+margin)
}

func (h *heat) drawColumns(p *paper) {
	name := clean(h.Columns.Name)
	room := p.width - margin - h.left
	p.text(lettering{size: smallSize, fill: softColour, weight: 700}, h.left, p.top+smallSize, shorten(name, smallSize, room), name)
	style := lettering{size: h.size, fill: inkColour, anchor: "middle"}
	if h.turned != 0 {
		style.anchor, style.turn = "", h.turned
	}
	for i, l := range h.columns {
		p.text(style, h.left+(float64(i)+0.5)*h.cellW, h.top-6, l, h.Columns.Labels[i])
	}
}

func (h *heat) drawRows(p *paper) {
	name := clean(h.Rows.Name)
	p.text(lettering{size: smallSize, fill: softColour, weight: 700, anchor: "end"},
		h.left-10, h.top-6, shorten(name, smallSize, 170), name)
	for i, l := range h.rows {
		y := h.top + float64(i)*h.cellH
		p.text(lettering{size: h.size, fill: inkColour, anchor: "end"}, h.left-10, y+h.cellH/2+h.size*0.36, l, h.Rows.Labels[i])
		for j := range h.columns {
			h.drawCell(p, i, j, h.left+float64(j)*h.cellW, y)
		}
	}
}

func (h *heat) drawCell(p *paper, i, j int, x, y float64) {
	v := h.Cells[i][j]
	if v == Blank {
		return
	}
	name := h.rows[i] + " × " + h.columns[j] + ": "
	style := lettering{size: h.size, anchor: "middle", fill: inkColour, halo: sheetColour}
	if math.IsNaN(v) {
		p.hatched(x, y, h.cellW-1, h.cellH-1, name+"suppressed")
		style.weight = 700
	} else {
		c := h.colour(v)
		p.rect(x, y, h.cellW-1, h.cellH-1, c.String(), name+figure(v))
		style.fill, style.halo = c.letters().String(), ""
	}
	p.text(style, x+(h.cellW-1)/2, y+h.cellH/2+h.size*0.36, h.figures[i][j], h.figures[i][j])
}

func (h *heat) colour(v float64) colour {
	if h.high <= h.low {
		return shade(0)
	}
	return shade((v - h.low) / (h.high - h.low))
}

// drawLegend says what the colours and the hatching mean, and where it ends.
func (h *heat) drawLegend(p *paper) float64 {
	y := h.top + float64(len(h.rows))*h.cellH + 18
	if h.suppressed < h.cells() {
		h.drawScale(p, y)
		y += 22
	}
	if h.suppressed > 0 {
		drawSuppressed(p, margin, y)
		y += 22
	}
	return y - 6
}

// drawScale draws the colours from one end to the other.
func (h *heat) drawScale(p *paper, y float64) {
	const steps, step, high = 24, 6.0, 14.0
	style := lettering{size: smallSize, fill: inkColour}
	low, top := tick(h.low), tick(h.high)
	x := margin
	p.text(style, x, y+high-3, low, low)
	x += width(low, smallSize) + 8
	for i := range steps {
		// A little wider than a step, so that no gap shows.
		p.rect(x+float64(i)*step, y, step+0.5, high, shade(float64(i)/(steps-1)).String(), "")
	}
	x += steps*step + 8
	p.text(style, x, y+high-3, top, top)
	x += width(top, smallSize) + 10
	style.fill = softColour
	quantity := clean(h.Quantity)
	p.text(style, x, y+high-3, shorten(quantity, smallSize, p.width-margin-x), quantity)
}

// drawSuppressed explains the hatching.
func drawSuppressed(p *paper, x, y float64) {
	p.hatched(x, y, 28, 14, "")
	p.text(lettering{size: smallSize, fill: inkColour, anchor: "middle", weight: 700, halo: sheetColour}, x+14, y+11, "–", "–")
	p.text(lettering{size: smallSize, fill: softColour}, x+36, y+11, "suppressed", "suppressed")
}

func (h *heat) describe() string {
	rows, columns := len(h.rows), len(h.columns)
	d := fmt.Sprintf("A table of %d rows (%s) by %d columns (%s).", rows, named(h.Rows.Name), columns, named(h.Columns.Name))
	if h.suppressed < h.cells() {
		d += fmt.Sprintf(" %s, on a scale from %s to %s.", named(h.Quantity), figure(h.low), figure(h.high))
	}
	return d + fmt.Sprintf(" %d of %d cells are suppressed. %s", h.suppressed, h.cells(), clean(h.Caption))
}

// cells is how many the table has that are not left out.
func (h *heat) cells() int { return len(h.rows)*len(h.columns) - h.blank }
