package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"mandorla/bench/plot"
	"mandorla/node"
)

// printCells is a cross-table for people: a line for each cell, then margins.
func printCells(w io.Writer, t *node.CellTable) error {
	fmt.Fprintln(w)
	p := newPage(w)
	heading := append([]any{}, anys(t.Dimensions)...)
	heading = append(heading, "count", "±")
	for _, m := range t.Measures {
		heading = append(heading, m+" mean", "±", "sum", "±")
	}
	p.line(heading...)
	for _, r := range t.Rows {
		p.line(append(anys(keyNames(r.Keys)), figureCells(r.CellFigures)...)...)
	}
	for _, m := range t.Margins {
		p.line(append(marginKeys(t.Dimensions, m), figureCells(m.CellFigures)...)...)
	}
	p.line(append(marginKeys(t.Dimensions, node.CellMargin{}), figureCells(t.Total)...)...)
	if err := p.w.Flush(); err != nil {
		return err
	}
	for _, q := range t.Quantiles {
		fmt.Fprintf(w, "%s: %.0f %% lie below %s\n", q.Dimension, 100*q.Share, number(q.Value))
	}
	_, err := fmt.Fprintf(w, "\n%d cells are suppressed: their counts, as the gate saw them, are below %d, or they guard one that is. Margins and total are of the released cells.\n", t.Suppressed, t.Threshold)
	return err
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// keyNames writes keys for people.
func keyNames(keys []*string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = "(none)"
		if k != nil {
			out[i] = *k
		}
	}
	return out
}

// marginKeys are the keys of a margin's line: its own dimension's, and a star
// for all others.
func marginKeys(dimensions []string, m node.CellMargin) []any {
	out := make([]any, len(dimensions))
	for i, d := range dimensions {
		out[i] = "*"
		if d == m.Dimension {
			out[i] = keyNames([]*string{m.Key})[0]
		}
	}
	return out
}

func figureCells(f node.CellFigures) []any {
	out := []any{figure(f.Count), number(f.SD)}
	for _, m := range f.Measures {
		out = append(out, number(m.Mean), number(m.MeanSD), number(m.Sum), number(m.SumSD))
	}
	return out
}

// number is a figure that may be missing.
func number(v *float64) string {
	if v == nil {
		return "–"
	}
	return strings.TrimSuffix(fmt.Sprintf("%.2f", *v), ".00")
}

// drawCells draws a result's counts to a file.
func drawCells(path string, r *node.Result) error {
	switch {
	case r.Group != nil:
		return drawFile(path, func(w io.Writer) error { return drawRegions(w, r.Group) })
	case r.Cells == nil:
		return fmt.Errorf("the result has no cells")
	}
	return drawFile(path, func(w io.Writer) error { return draw(w, r.Cells) })
}

// drawFile draws to a file, which appears whole or not at all.
func drawFile(path string, draw func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".plot-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := draw(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// draw draws a cross-table of two dimensions as a heat map, and any other as
// bars, a bar for each cell.
func draw(w io.Writer, t *node.CellTable) error {
	caption := fmt.Sprintf("%d cells are suppressed", t.Suppressed)
	if t.Total.SD != nil && len(t.Rows) > 0 {
		caption += fmt.Sprintf("; the noise of all shown cells together has a standard deviation of %.1f", *t.Total.SD)
	}
	if len(t.Dimensions) == 2 {
		return plot.HeatMap(w, heatMap(t, caption))
	}
	chart := plot.BarChart{Title: "Shared customers", Caption: caption, Quantity: "customers"}
	for _, r := range t.Rows {
		bar := plot.Bar{Label: strings.Join(keyNames(r.Keys), " · "), Value: shownCount(r)}
		if r.SD != nil {
			bar.SD = *r.SD
		}
		chart.Bars = append(chart.Bars, bar)
	}
	return plot.Bars(w, chart)
}

func heatMap(t *node.CellTable, caption string) plot.Table {
	out := plot.Table{Title: "Shared customers", Caption: caption, Quantity: "customers"}
	out.Rows.Name, out.Columns.Name = t.Dimensions[0], t.Dimensions[1]
	place := map[string]int{}
	for _, r := range t.Rows {
		names := keyNames(r.Keys)
		if _, ok := place[names[0]]; !ok {
			place[names[0]] = len(out.Rows.Labels)
			out.Rows.Labels, out.Cells = append(out.Rows.Labels, names[0]), append(out.Cells, nil)
		}
		row := place[names[0]]
		if row == 0 {
			out.Columns.Labels = append(out.Columns.Labels, names[1])
		}
		out.Cells[row] = append(out.Cells[row], shownCount(r))
	}
	return out
}

// shownCount is a cell's count; NaN where it is suppressed.
func shownCount(r node.CellRow) float64 {
	if r.Count == nil {
		return math.NaN()
	}
	return float64(*r.Count)
}
