package plot

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// setChart is three brands.
func setChart() SetChart {
	return SetChart{
		Title:    "Customers by brand",
		Caption:  "ε = 1 a run. Regions below 78 customers are suppressed.",
		Quantity: "customers",
		Sets:     []string{"airline", "car hire", "hotels <& spas>"},
		Bars: []SetBar{
			{[]bool{true, false, false}, 48_211, 2.8}, {[]bool{false, true, false}, 12_907, 2.8}, {[]bool{true, true, false}, 3_310, 2.8},
			{[]bool{true, false, true}, none, 0}, {[]bool{true, true, true}, 422, 2.8},
		},
	}
}

// matrix is how many customers each two of three brands share.
func matrix() Table {
	names := []string{"airline", "car hire", "hotels"}
	return Table{Title: "Customers that two brands share", Quantity: "customers",
		Rows: Dimension{"brand", names[1:]}, Columns: Dimension{"brand", names[:2]},
		Cells: [][]float64{{3732, Blank}, {none, 422}}}
}

// TestUpSet looks for every set and every figure, and for a dot for each set in
// each line.
func TestUpSet(t *testing.T) {
	var b bytes.Buffer
	if err := UpSet(&b, setChart()); err != nil {
		t.Fatal(err)
	}
	p := inspect(t, b.Bytes())
	var texts []string
	for _, text := range p.texts {
		texts = append(texts, text.text)
	}
	for _, want := range []string{"airline", "car hire", "48,211 ±5.6", "–", "suppressed"} {
		if !slices.Contains(texts, want) {
			t.Errorf("%q is not there: %q", want, texts)
		}
	}
	if dots := strings.Count(b.String(), "a6 6 0 1 0 12 0"); dots != 15 {
		t.Errorf("%d dots", dots)
	}
	if !strings.Contains(p.desc, "airline + car hire: 3,310 ±5.6") || !strings.Contains(p.desc, "suppressed") {
		t.Errorf("described as %s", p.desc)
	}
}

func TestUpSetRefuses(t *testing.T) {
	for name, change := range map[string]func(*SetChart){
		"no sets":         func(c *SetChart) { c.Sets = nil },
		"too many sets":   func(c *SetChart) { c.Sets = make([]string, 17) },
		"a bar of others": func(c *SetChart) { c.Bars[1].In = []bool{true} },
		"no bars":         func(c *SetChart) { c.Bars = nil },
		"no title":        func(c *SetChart) { c.Title = " " },
		"a great figure":  func(c *SetChart) { c.Bars[0].Value = 1e16 },
	} {
		c := setChart()
		change(&c)
		if err := UpSet(io.Discard, c); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestBlank: a cell that is left out is neither drawn nor counted.
func TestBlank(t *testing.T) {
	var b bytes.Buffer
	if err := HeatMap(&b, matrix()); err != nil {
		t.Fatal(err)
	}
	p := inspect(t, b.Bytes())
	if !strings.Contains(p.desc, "1 of 3 cells are suppressed") || strings.Contains(b.String(), "Inf") {
		t.Errorf("described as %s", p.desc)
	}
}
