package identity

import (
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
)

// column lays cells out as Arrow does; a cell "NULL" is null. Bits of the mask
// start at offset.
func column(offset int, cells ...string) Text {
	c := Text{Offsets: []int32{0}, Nulls: make([]byte, (offset+len(cells))/8+1), Offset: offset}
	for i, cell := range cells {
		if cell != "NULL" {
			c.Data = append(c.Data, cell...)
			c.Nulls[(offset+i)/8] |= 1 << ((offset + i) % 8)
		}
		c.Offsets = append(c.Offsets, int32(len(c.Data)))
	}
	return c
}

func TestText(t *testing.T) {
	if n := (Text{}).Len(); n != 0 {
		t.Errorf("no column has %d rows", n)
	}
	c := column(5, "a", "NULL", "", "bc")
	for i, want := range []string{"a", "NULL", "", "bc"} {
		cell, null := c.Value(i)
		if null != (want == "NULL") || !null && string(cell) != want {
			t.Errorf("row %d: %q, null %v", i, cell, null)
		}
	}
	c.Nulls = nil
	if cell, null := c.Value(1); null || len(cell) != 0 {
		t.Errorf("without a mask: %q, null %v", cell, null)
	}
}

// A batch is its rows, one after the other, whatever the batch before was.
func TestBatchIsAppendRowByRow(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, profile := range Profiles() {
		for _, s := range texts {
			n := normaliser(t, profile, s)
			var out Values
			for _, rows := range []int{40, 0, 1, 25} {
				columns := make([]Text, n.Parts())
				cells := make([][]string, rows)
				for c := range columns {
					var all []string
					for i := range rows {
						cell := append(seeds, "NULL")[rnd.IntN(len(seeds)+1)]
						all, cells[i] = append(all, cell), append(cells[i], strings.Replace(cell, "NULL", "", 1))
					}
					columns[c] = column(rnd.IntN(9), all...)
				}
				n.Batch(columns, &out)
				if out.Len() != rows {
					t.Fatalf("%s: %d rows, want %d", n.Name(), out.Len(), rows)
				}
				for i := range rows {
					want, reason := n.Append(nil, row(cells[i])...)
					if string(out.Value(i)) != string(want) || out.Reason(i) != reason {
						t.Errorf("%s, %q: %q, %v, want %q, %v", n.Name(), cells[i], out.Value(i), out.Reason(i), want, reason)
					}
				}
			}
		}
	}
}

func TestReport(t *testing.T) {
	n := normaliser(t, "uid2-1", emailSpec)
	var out Values
	var r Report
	n.Batch([]Text{column(0, "jane@example.com", "Jane@example.com", "", "NULL", "u@e", "u@", "jane", "jane@example.com", "JOHN@example.com", "x")}, &out)
	take := []bool{true, true, true, true, true, true, true, true, true, false}
	r.Add(&out, take)
	r.Add(&out, take)
	want := map[string]uint64{"no-domain": 4, "no-at-sign": 2}
	if r.Rows != 18 || r.Empty != 4 || r.Invalid != 6 || r.Changed != 4 || r.Duplicate != 0 || !maps.Equal(r.Reasons, want) {
		t.Errorf("%+v", r)
	}
	var none Report
	none.Add(&out, make([]bool, 10))
	if none.Rows+none.Empty+none.Invalid+none.Changed != 0 || none.Reasons != nil {
		t.Errorf("of no rows: %+v", none)
	}
}

func TestChanged(t *testing.T) {
	const hash = "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"
	const b64 = "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="
	for _, c := range []struct {
		spec    Spec
		cells   []string
		changed bool
	}{
		{texts[0], []string{"jane", "doe", "80331"}, false},
		{texts[0], []string{"jane", "Doe", "80331"}, true},
		{texts[0], []string{"jane", "doe", "80331 "}, true},
		{texts[1], []string{"jane", "doe", "1999-12-31"}, false},
		{texts[1], []string{"jane", "doe", "19991231"}, true},
		{texts[4], []string{"a"}, false},
		{texts[4], []string{" a"}, true},
		{texts[7], []string{"+491713920000"}, false},
		{texts[7], []string{"0171 3920000"}, true},
		{texts[8], []string{hash}, false},
		{texts[8], []string{strings.ToUpper(hash)}, true},
		{texts[9], []string{b64}, false},
		{texts[9], []string{b64 + " "}, true},
	} {
		n := normaliser(t, "uid2-1", c.spec)
		columns := make([]Text, len(c.cells))
		for i, cell := range c.cells {
			columns[i] = column(0, cell)
		}
		var out Values
		n.Batch(columns, &out)
		var r Report
		r.Add(&out, []bool{true})
		if (r.Changed == 1) != c.changed || r.Rows != 1 || r.Invalid != 0 {
			t.Errorf("%s, %q: %+v", n.Name(), c.cells, r)
		}
	}
}

func BenchmarkBatch(b *testing.B) {
	const rows = 4096
	cells := make([]string, rows)
	for i := range cells {
		cells[i] = "Jane.Saoirse" + strings.Repeat("x", i%10) + "@example.com"
	}
	columns := []Text{column(0, cells...)}
	n := normaliser(b, "uid2-1", emailSpec)
	var out Values
	var r Report
	take := make([]bool, rows)
	for b.Loop() {
		n.Batch(columns, &out)
		r.Add(&out, take)
	}
	b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
}
