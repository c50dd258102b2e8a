package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"mandorla/bench/plot"
	"mandorla/node"
)

// printGroup is the figures of a group for people: a matrix of pairs, then the
// rest.
func printGroup(w io.Writer, g *node.Group) error {
	fmt.Fprintln(w)
	p := newPage(w)
	if pairs := g.Pairs(); len(pairs) > 0 {
		last := len(g.Members) - 1
		p.line(append(append([]any{"customers shared"}, anys(g.Members[:last])...), "")...)
		for i, row := range g.Members[1:] {
			line := []any{row}
			for j, column := range g.Members[:last] {
				cell := ""
				if j <= i {
					cell = groupFigure(pairOf(pairs, column, row))
				}
				line = append(line, cell)
			}
			line = append(line, "") // ends the last column, so that it is aligned
			p.line(line...)
		}
	}
	for _, r := range g.Regions() {
		p.line("only "+strings.Join(r.Members, " + "), groupFigure(r))
	}
	if r := g.Reach(); r != nil {
		p.line("all together", groupFigure(*r))
	}
	if err := p.w.Flush(); err != nil {
		return err
	}
	for _, f := range g.Figures {
		if f.State == node.Absent {
			fmt.Fprintf(w, "\nAbsent: %s. %s\n", strings.Join(f.Members, " and "), f.Reason)
		}
	}
	_, err := fmt.Fprintf(w, "\nSuppressed is what has a noisy count below %d, or would give away one that has.\n", g.Threshold)
	return err
}

// pairOf finds the figure of two members.
func pairOf(pairs []node.GroupFigure, a, b string) node.GroupFigure {
	i := slices.IndexFunc(pairs, func(f node.GroupFigure) bool { return slices.Contains(f.Members, a) && slices.Contains(f.Members, b) })
	if i < 0 {
		return node.GroupFigure{State: node.Absent}
	}
	return pairs[i]
}

// groupFigure is a figure with its noise.
func groupFigure(f node.GroupFigure) string {
	switch {
	case f.State == node.Absent:
		return "absent"
	case f.Count == nil:
		return "–"
	}
	text := fmt.Sprintf("%d ±%.1f", *f.Count, *f.SD)
	if f.AtLeast {
		return "at least " + text
	}
	return text
}

// verdicts are what the report says of two brands.
var verdicts = map[string]string{
	node.OneFamily: "go by one name, so their customers know",
	node.Together:  "share more customers than chance would have it: who knows the one seems to know the other",
	node.AsChance:  "share about as many customers as chance would have it",
	node.Apart:     "share far fewer customers than chance would have it: customers do not seem to know that they belong together",
	node.Untold:    "too little was released to say",
}

// printBrands is the report on brands that customers do not know belong together.
func printBrands(w io.Writer, g *node.Group) error {
	fmt.Fprintln(w, "\nDo customers know that our brands belong together?")
	for _, pair := range g.BrandPairs() {
		fmt.Fprintf(w, "- %s: %s", strings.Join(pair.Brands, " and "), verdicts[pair.Verdict])
		if pair.Shared != nil && pair.Expected != nil {
			fmt.Fprintf(w, " (%d shared, about %.0f by chance)", *pair.Shared, *pair.Expected)
		}
		fmt.Fprintln(w, ".")
	}
	_, err := fmt.Fprintln(w, "By chance means: if customers of one brand were customers of the other as often as anybody else whom the brands reach.")
	return err
}

// drawRegions draws the regions of a group, or its pairs where there are none, as
// an UpSet plot.
func drawRegions(w io.Writer, g *node.Group) error {
	figures, title := g.Regions(), "Customers by the brands that they have"
	if len(figures) == 0 {
		figures, title = g.Pairs(), "Customers that brands share"
	}
	c := plot.SetChart{Title: title, Caption: groupCaption(g), Quantity: "customers", Sets: g.Members}
	for _, f := range figures {
		bar := plot.SetBar{Value: math.NaN()}
		for _, m := range g.Members {
			bar.In = append(bar.In, slices.Contains(f.Members, m))
		}
		if f.Count != nil {
			bar.Value, bar.SD = float64(*f.Count), *f.SD
		}
		c.Bars = append(c.Bars, bar)
	}
	return plot.UpSet(w, c)
}

// drawMatrix draws the pairs of a group as a matrix.
func drawMatrix(w io.Writer, g *node.Group) error {
	last := len(g.Members) - 1
	t := plot.Table{Title: "Customers that two brands share", Caption: groupCaption(g), Quantity: "customers",
		Rows: plot.Dimension{Name: "brand", Labels: g.Members[1:]}, Columns: plot.Dimension{Name: "brand", Labels: g.Members[:last]}}
	for i, row := range g.Members[1:] {
		cells := make([]float64, last)
		for j, column := range g.Members[:last] {
			cells[j] = plot.Blank
			if f := pairOf(g.Pairs(), column, row); j <= i && f.State != node.Absent {
				cells[j] = math.NaN()
				if f.Count != nil {
					cells[j] = float64(*f.Count)
				}
			}
		}
		t.Cells = append(t.Cells, cells)
	}
	return plot.HeatMap(w, t)
}

func groupCaption(g *node.Group) string {
	return fmt.Sprintf("Noisy counts below %d are suppressed, and what would give one away.", g.Threshold)
}
