package node

import (
	"fmt"
	"testing"

	"mandorla/agreement"
)

// BenchmarkRing is a whole run of three brands with 100,000 rows each and a
// combiner, all in one process.
func BenchmarkRing(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		tables := map[string][]string{}
		for i, name := range []string{"air", "cars", "stay"} {
			tables[name] = guests(span(50_000*i, 50_000*i+100_000)...)
		}
		r := newRing(b, tables, "air", "cars", "stay")
		r.serveAll(noOptions)
		a := r.agree()
		b.StartTimer()
		own, err := r.open("air", Options{}).Run(b.Context(), Request{Analysis: agreement.Multi, Agreement: a})
		if err != nil {
			b.Fatal(err)
		}
		if own.State != "noised" {
			b.Fatal(fmt.Sprint(own.State))
		}
	}
}
