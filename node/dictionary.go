package node

import (
	"bytes"
	"cmp"
	"math/big"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// The codes that every dimension begins with, before it is known which values
// have enough rows.
const (
	rawNull  = 0 // the cell is empty
	rawOther = 1 // a value that is not told apart
	rawFirst = 2
)

const (
	mostValues  = 4096 // different values that are looked at
	longestName = 64   // bytes of a value
	mostCodes   = 64   // of a dimension, "other" and null included (PROTOCOLS.md §5.7)
)

// A label is what stands for a code in a result.
type label struct {
	Kind string `json:"kind"` // value | other | null
	Text string `json:"text"` // of a value
}

// A dictionary gives the values of a dimension their codes.
type dictionary struct {
	Dimension
	bands  []*big.Rat
	codes  map[string]int64
	names  []string // by raw code, from rawFirst on
	counts []uint64 // rows of the run, by raw code

	final  []uint16 // by raw code, once labelled
	labels []label  // by final code
}

func newDictionary(d Dimension) (*dictionary, error) {
	out := &dictionary{Dimension: d, codes: map[string]int64{}, counts: make([]uint64, rawFirst)}
	for _, b := range d.Bands {
		r, ok := new(big.Rat).SetString(b)
		if !ok || (len(out.bands) > 0 && out.bands[len(out.bands)-1].Cmp(r) >= 0) {
			return nil, unusable("node.yaml: dimensions.%s.bands: numbers in increasing order, such as [0, 100, 500]", d.Column)
		}
		out.bands = append(out.bands, r)
	}
	if len(out.bands) > 0 {
		out.nameBands()
	}
	for _, v := range d.Values {
		out.name(v)
	}
	return out, nil
}

// name gives a value the next code.
func (d *dictionary) name(v string) int64 {
	code := int64(rawFirst + len(d.names))
	d.codes[v] = code
	d.names, d.counts = append(d.names, v), append(d.counts, 0)
	return code
}

// What the names of bands are made of.
const (
	belowBand    = "below "
	betweenBands = " to below "
	aboveBand    = " and above"
)

func (d *dictionary) nameBands() {
	d.name(belowBand + d.Bands[0])
	for i := 1; i < len(d.Bands); i++ {
		d.name(d.Bands[i-1] + betweenBands + d.Bands[i])
	}
	d.name(d.Bands[len(d.Bands)-1] + aboveBand)
}

// code is a cell's raw code.
func (d *dictionary) code(cell []byte, null bool) (int64, error) {
	cell = bytes.TrimSpace(cell)
	if null || len(cell) == 0 {
		return rawNull, nil
	}
	if len(d.bands) > 0 {
		return d.band(string(cell)), nil
	}
	if code, ok := d.codes[string(cell)]; ok {
		return code, nil
	}
	if len(d.Values) > 0 || len(cell) > longestName || !utf8.Valid(cell) || strings.EqualFold(string(cell), "other") {
		return rawOther, nil
	}
	if len(d.names) == mostValues {
		return 0, unusable("node.yaml: dimensions.%s: more than %d different values; name the ones to tell apart in `values`, or numbers in `bands`", d.Column, mostValues)
	}
	return d.name(string(cell)), nil
}

// band is the code of the band that a number lies in.
func (d *dictionary) band(cell string) int64 {
	if len(cell) > longestName || strings.ContainsAny(cell, "eE/") {
		return rawOther
	}
	v, ok := new(big.Rat).SetString(cell)
	if !ok {
		return rawOther
	}
	return int64(rawFirst + sort.Search(len(d.bands), func(i int) bool { return d.bands[i].Cmp(v) > 0 }))
}

// settle decides which values have a code of their own: those with the most
// rows, each with at least least. All others are "other", which takes in the
// smallest of the rest until it has that many rows too.
func (d *dictionary) settle(least uint64) {
	kept, other := d.candidates(least)
	for other > 0 && other < least && len(kept) > 0 {
		last := len(kept) - 1
		other += d.counts[kept[last]]
		kept = kept[:last]
	}
	d.label(kept, other > 0)
}

// candidates are the raw codes with enough rows, those with most first, and how
// many rows all others have.
func (d *dictionary) candidates(least uint64) (kept []int, other uint64) {
	for code, n := range d.counts {
		if code != rawOther && n >= least && n > 0 {
			kept = append(kept, code)
		} else {
			other += n
		}
	}
	slices.SortStableFunc(kept, func(a, b int) int { return cmp.Compare(d.counts[b], d.counts[a]) })
	for len(kept) > mostCodes-1 {
		last := len(kept) - 1
		other += d.counts[kept[last]]
		kept = kept[:last]
	}
	return kept, other
}

// label numbers the final codes: values in the order of their names, or of the
// declaration, then "other", then null.
func (d *dictionary) label(kept []int, other bool) {
	d.final = make([]uint16, len(d.counts))
	slices.SortFunc(kept, func(a, b int) int {
		if len(d.Values)+len(d.bands) > 0 || a < rawFirst || b < rawFirst {
			return cmp.Compare(rank(a), rank(b))
		}
		return cmp.Compare(d.names[a-rawFirst], d.names[b-rawFirst])
	})
	null := len(kept) > 0 && kept[len(kept)-1] == rawNull
	if null {
		kept = kept[:len(kept)-1]
	}
	for _, code := range kept {
		d.final[code] = uint16(len(d.labels))
		d.labels = append(d.labels, label{"value", d.names[code-rawFirst]})
	}
	if other || len(d.labels) == 0 && !null {
		d.rest(kept, null)
		d.labels = append(d.labels, label{Kind: "other"})
	}
	if null {
		d.final[rawNull] = uint16(len(d.labels))
		d.labels = append(d.labels, label{Kind: "null"})
	}
}

// rank puts null behind all values.
func rank(code int) int {
	if code == rawNull {
		return mostValues * 2
	}
	return code
}

// rest gives all that was not kept the next code.
func (d *dictionary) rest(kept []int, null bool) {
	for code := range d.final {
		if !slices.Contains(kept, code) && !(null && code == rawNull) {
			d.final[code] = uint16(len(d.labels))
		}
	}
}
