package plot

import (
	"cmp"
	"fmt"
	"slices"
)

// markers are closed outlines about the point 0 0.
var markers = []string{
	"m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",                        // circle
	"m-3.6 -3.6h7.2v7.2h-7.2z",                                   // square
	"m0 -5l4.6 8h-9.2z",                                          // triangle
	"m0 -5.2l5.2 5.2l-5.2 5.2l-5.2 -5.2z",                        // diamond
	"m0 5l4.6 -8h-9.2z",                                          // triangle, upside down
	"m-1.6 -5h3.2v3.4h3.4v3.2h-3.4v3.4h-3.2v-3.4h-3.4v-3.2h3.4z", // cross
}

// drawMarker draws the marker of the nth series, in outline once all have been
// used.
func drawMarker(p *paper, n int, x, y float64, name string) {
	c := distinct(n).String()
	fill := c
	if n/len(markers)%2 == 1 {
		fill = sheetColour
	}
	fmt.Fprintf(&p.body, `<path d="M%s %s%s" fill="%s" stroke="%s" stroke-width="1.5"`, num(x), num(y), markers[n%len(markers)], fill, c)
	if name == "" {
		p.body.WriteString("/>\n")
		return
	}
	p.body.WriteString("><title>" + escape(name) + "</title></path>\n")
}

// apart moves places apart until each is a gap from the next, none above top and,
// as long as they fit, none below bottom. The order stays.
func apart(places []float64, gap, top, bottom float64) []float64 {
	order := make([]int, len(places))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(places[a], places[b]) })
	out := slices.Clone(places)
	below := bottom
	for i := len(order) - 1; i >= 0; i-- { // up from the bottom
		out[order[i]] = min(out[order[i]], below)
		below = out[order[i]] - gap
	}
	above := top
	for _, i := range order { // and down again
		out[i] = max(out[i], above)
		above = out[i] + gap
	}
	return out
}
