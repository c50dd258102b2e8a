package node

import (
	"math/big"
	"strings"
)

// A Quantile of a banded dimension over the released cells, read off the noisy
// counts of its bands: straight between the two ends of the band that it lies
// in. It is null where it lies in a band without an end, and there is none
// where a band is suppressed.
type Quantile struct {
	Dimension string   `json:"dimension"`
	Share     float64  `json:"share"` // of the customers that have a value, below it
	Value     *float64 `json:"value"`
}

// shares are the quantiles that are given: quarters and tenths.
var shares = []float64{0.1, 0.25, 0.5, 0.75, 0.9}

// quantiles are those of every banded dimension of the table.
func (t *CellTable) quantiles(sides ...side) (out []Quantile) {
	for _, s := range sides {
		for _, d := range s.Cells.Dimensions {
			if len(d.Bands) > 0 {
				out = append(out, t.ofBands(s.Member+"."+d.Column, d)...)
			}
		}
	}
	return out
}

// ofBands are the quantiles of one dimension. Its codes are the bands in order,
// as far as they have rows at all.
func (t *CellTable) ofBands(name string, d dimensionSide) (out []Quantile) {
	var counts []float64
	var bands []band
	total := 0.0
	for _, m := range t.Margins {
		if m.Dimension != name || m.Key == nil || *m.Key == "other" {
			continue
		}
		if m.Count == nil {
			return nil
		}
		counts, bands = append(counts, float64(*m.Count)), append(bands, bandOf(*m.Key, d.Bands))
		total += float64(*m.Count)
	}
	for _, share := range shares {
		if total > 0 {
			out = append(out, Quantile{name, share, valueAt(share*total, counts, bands)})
		}
	}
	return out
}

// A band is the ends of a band of numbers; nil where it has none.
type band struct{ low, high *float64 }

// bandOf reads a band's ends off its name.
func bandOf(name string, bands []string) (b band) {
	for i, edge := range bands {
		switch {
		case name == belowBand+edge:
			b.high = edgeOf(edge)
		case name == edge+aboveBand:
			b.low = edgeOf(edge)
		case i > 0 && name == bands[i-1]+betweenBands+edge:
			b.low, b.high = edgeOf(bands[i-1]), edgeOf(edge)
		}
	}
	return b
}

func edgeOf(text string) *float64 {
	r, ok := new(big.Rat).SetString(strings.TrimSpace(text))
	if !ok {
		return nil
	}
	v, _ := r.Float64()
	return &v
}

// valueAt is where so many customers lie below.
func valueAt(rank float64, counts []float64, bands []band) *float64 {
	for i, n := range counts {
		if rank > n && i < len(counts)-1 {
			rank -= n
			continue
		}
		if bands[i].low == nil || bands[i].high == nil {
			return nil
		}
		v := *bands[i].low + (*bands[i].high-*bands[i].low)*min(rank/max(n, 1), 1)
		return &v
	}
	return nil
}
