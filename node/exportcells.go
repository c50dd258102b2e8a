package node

import (
	"encoding/json"

	"mandorla/arrowio"
)

// text is the table for hashing: the same bytes for the same figures.
func (t *CellTable) text() []byte {
	b, err := json.Marshal(t)
	if err != nil { // figures are finite and strings are strings
		return nil
	}
	return b
}

// record is the table as Arrow columns: one for each dimension, the count, each
// measure's figures, and the state. A suppressed cell holds nulls.
func (t *CellTable) record(metadata map[string]string) arrowio.Record {
	var columns []arrowio.Column
	for d, name := range t.Dimensions {
		columns = append(columns, t.keys(name, d))
	}
	columns = append(columns, t.counts(), t.floats("count.sd", func(f CellFigures) *float64 { return f.SD }))
	for m, name := range t.Measures {
		for _, c := range []struct {
			name string
			of   func(MeasureFigures) *float64
		}{
			{".sum", func(f MeasureFigures) *float64 { return f.Sum }},
			{".sum.sd", func(f MeasureFigures) *float64 { return f.SumSD }},
			{".mean", func(f MeasureFigures) *float64 { return f.Mean }},
			{".mean.sd", func(f MeasureFigures) *float64 { return f.MeanSD }},
			{".variance", func(f MeasureFigures) *float64 { return f.Variance }},
		} {
			columns = append(columns, t.floats(name+c.name, func(f CellFigures) *float64 { return c.of(f.Measures[m]) }))
		}
	}
	var states []string
	for _, r := range t.Rows {
		states = append(states, r.State)
	}
	columns = append(columns, arrowio.Strings("state", states, nil))
	return arrowio.NewRecord(arrowio.Memory, metadata, columns, nil)
}

func (t *CellTable) keys(name string, dimension int) arrowio.Column {
	var values []string
	var valid []bool
	for _, r := range t.Rows {
		key := r.Keys[dimension]
		valid = append(valid, key != nil)
		if key == nil {
			key = new(string)
		}
		values = append(values, *key)
	}
	return arrowio.Strings(name, values, valid)
}

func (t *CellTable) counts() arrowio.Column {
	var values []uint64
	var valid []bool
	for _, r := range t.Rows {
		valid = append(valid, r.Count != nil)
		n := r.Count
		if n == nil {
			n = new(uint64)
		}
		values = append(values, *n)
	}
	return arrowio.Uint64s("count", values, valid)
}

func (t *CellTable) floats(name string, of func(CellFigures) *float64) arrowio.Column {
	var values []float64
	var valid []bool
	for _, r := range t.Rows {
		v := of(r.CellFigures)
		valid = append(valid, v != nil)
		if v == nil {
			v = new(float64)
		}
		values = append(values, *v)
	}
	return arrowio.Float64s(name, values, valid)
}
