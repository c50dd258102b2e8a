package aggregate

import (
	"math/rand/v2"
	"testing"

	"mandorla/match/matchtest"
)

// BenchmarkRun is a whole run of both parties over a link in memory, 2,000 rows
// each, 2 by 2 cells and two value columns a side.
func BenchmarkRun(b *testing.B) {
	const rows = 2000
	r := rand.New(rand.NewPCG(1, 2))
	p := matchtest.NewCells(r, Cells, 1, rows, rows, matchtest.Shape{KA: 2, KB: 2, VA: 2, VB: 2, S: 27})
	for b.Loop() {
		if x, y := p.Run(); x.Err != nil || y.Err != nil {
			b.Fatal(x.Err, y.Err)
		}
	}
	b.ReportMetric(2*rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkPools blinds, proves and checks the pools of a cell: 1,024 points a
// side.
func BenchmarkPools(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	p := matchtest.NewCells(r, Dual, 1, 1, 1, matchtest.Shape{KA: 1, KB: 1, S: 512})
	for b.Loop() {
		if x, y := p.Run(); x.Err != nil || y.Err != nil {
			b.Fatal(x.Err, y.Err)
		}
	}
	b.ReportMetric(4*512*float64(b.N)/b.Elapsed().Seconds(), "points/s")
}
