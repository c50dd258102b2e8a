package bench

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"mandorla/agreement"
	"mandorla/bench/floor"
	"mandorla/bench/meter"
	"mandorla/node"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		list []float64
		want float64
	}{{[]float64{3}, 3}, {[]float64{4, 1}, 2.5}, {[]float64{9, 1, 2}, 2}, {[]float64{8, 2, 4, 6}, 5}} {
		if got := median(c.list); got != c.want {
			t.Errorf("%v: %v", c.list, got)
		}
	}
	if got := median([]uint64{math.MaxUint64, math.MaxUint64 - 2}); got != math.MaxUint64-1 {
		t.Error(got)
	}
}

// round is a round in which each node had two phases.
func round(seconds, cpu float64, rss int64) Round {
	phases := []meter.Phase{{Name: ownSet, Seconds: seconds / 2, CPUSeconds: cpu / 4, Rows: 100, Total: 110},
		{Name: theirSet, Seconds: seconds / 2, CPUSeconds: cpu / 4, Rows: 110, Total: 110}}
	began := time.Unix(1000, 0)
	record := meter.Record{Began: began, Seconds: seconds, Samples: []meter.Sample{{Seconds: 0}, {Seconds: seconds, CPUSeconds: cpu / 2}}}
	return Round{Seconds: seconds, CPUSeconds: cpu, PeakRSS: rss, Bytes: 7, Nodes: []Node{
		{Member: airline, Phases: phases, record: record}, {Member: bank, Phases: phases, record: record}}}
}

func TestMedianRun(t *testing.T) {
	r := medianRun([]Round{round(3, 10, 50), round(1, 14, 40), round(2, 30, 90)})
	if r.Seconds != 2 || r.CPUSeconds != 14 || r.PeakRSS != 50 || r.Bytes != 7 || len(r.Rounds) != 3 {
		t.Errorf("%+v", r)
	}
	want := []Phase{{ownSet, 2, 7, 200}, {theirSet, 2, 7, 220}}
	if len(r.Phases) != 2 || r.Phases[0] != want[0] || r.Phases[1] != want[1] {
		t.Errorf("%+v", r.Phases)
	}
}

// TestCompare works ratios out by hand.
func TestCompare(t *testing.T) {
	report := &Report{Engine: "avx2", Joins: []Join{{TableRows: 100, CPUSeconds: 0.5}},
		Operators: []floor.Operator{
			{Name: floor.Blind, Library: "avx2", Cores: 2, CPU: 9},
			{Name: floor.Blind, Library: "avx2", Cores: 1, CPU: 0.01},
			{Name: floor.Blind, Library: floor.Circl, Cores: 1, CPU: 9},
			{Name: floor.Reblind, Library: "avx2", Cores: 1, CPU: 0.02}}}
	for _, analysis := range Analyses() {
		r := medianRun([]Round{round(2, 10, 50)})
		r.Analysis, r.Rows = analysis, 100
		report.Runs = append(report.Runs, r)
	}
	report.Runs[2].CPUSeconds = 25
	for i := range report.Runs {
		report.compare(&report.Runs[i])
	}
	near := func(v *float64, want float64) bool { return v != nil && math.Abs(*v-want) < 1e-9 }
	size, aggregate := report.Runs[0], report.Runs[2]
	arithmetic := 2 * (0.01*100 + 0.02*110)
	if !near(size.Arithmetic, arithmetic) || !near(size.OverArithmetic, 10/arithmetic) || !near(size.OverJoin, 20) || !near(size.OverSize, 1) {
		t.Errorf("%+v", size)
	}
	if aggregate.Analysis != agreement.Aggregate || aggregate.Arithmetic != nil || aggregate.OverArithmetic != nil || !near(aggregate.OverSize, 2.5) {
		t.Errorf("%+v", aggregate)
	}
	silent := round(2, 10, 50)
	silent.Nodes[1].Phases = nil
	if report.arithmetic(silent) != nil {
		t.Error("a node said nothing, and yet there is a figure")
	}
}

// cells is a table in which every cell holds as many as it should.
func cells(truth *floor.Joined) *node.CellTable {
	sd := 2.0
	t := &node.CellTable{Threshold: 20, Total: node.CellFigures{SD: &sd}}
	for a := range floor.Codes {
		for b := range floor.Codes {
			n := truth.Cells[a][b]
			keys := []string{string(rune('0' + a)), string(rune('0' + b))}
			t.Rows = append(t.Rows, node.CellRow{Keys: []*string{&keys[0], &keys[1]}, CellFigures: node.CellFigures{Count: &n, SD: &sd}})
		}
	}
	return t
}

func TestCheck(t *testing.T) {
	truth := &floor.Joined{Count: 4990}
	for i := range 100 {
		truth.Cells[i/10][i%10] = uint64(i) + 1
	}
	x, far, near := "x", uint64(71), uint64(69)
	for name, c := range map[string]struct {
		change func(*node.CellTable)
		wrong  bool
	}{
		"true":                  {func(*node.CellTable) {}, false},
		"noise":                 {func(t *node.CellTable) { t.Rows[49].Count = &near }, false},
		"too much noise":        {func(t *node.CellTable) { t.Rows[49].Count = &far }, true},
		"no deviation":          {func(t *node.CellTable) { t.Rows[0].SD = nil }, true},
		"a small one hidden":    {func(t *node.CellTable) { t.Rows[10].Count = nil }, false},
		"a large one hidden":    {func(t *node.CellTable) { t.Rows[99].Count = nil }, true},
		"one missing":           {func(t *node.CellTable) { t.Rows = t.Rows[1:] }, true},
		"a code that is none":   {func(t *node.CellTable) { t.Rows[0].Keys[0] = &x }, true},
		"a key that is missing": {func(t *node.CellTable) { t.Rows[0].Keys[1] = nil }, true},
	} {
		table := cells(truth)
		c.change(table)
		if err := (finding{Cells: table}).check(truth); errors.Is(err, ErrWrong) != c.wrong {
			t.Errorf("%s: %v", name, err)
		}
	}
	for count, wrong := range map[uint64]bool{4990: false, 4989: true, 0: true} {
		if err := (finding{Count: count}).check(truth); errors.Is(err, ErrWrong) != wrong {
			t.Errorf("%d: %v", count, err)
		}
	}
}

func TestReleased(t *testing.T) {
	truth := &floor.Joined{Count: 100}
	for i := range 100 {
		truth.Cells[i/10][i%10] = 1
	}
	f := finding{Count: 97, Cells: cells(truth)}
	f.Cells.Rows[3].Count, f.Cells.Suppressed = nil, 1
	r := Run{Rounds: []Round{{finding: f}}}
	r.found(truth)
	if r.Count != 97 || r.Truth != 99 || r.Suppressed != 1 {
		t.Errorf("%+v", r)
	}
}

func TestUsed(t *testing.T) {
	began := time.Unix(1000, 0)
	r := meter.Record{Began: began, Samples: []meter.Sample{{Seconds: 1, CPUSeconds: 0.5}, {Seconds: 3, CPUSeconds: 4.5}, {Seconds: 3, CPUSeconds: 4.5}}}
	for at, want := range map[float64]float64{-1: 0, 0: 0, 0.5: 0.25, 1: 0.5, 2: 2.5, 3: 4.5, 9: 4.5} {
		if got := used(r, began.Add(time.Duration(at*float64(time.Second)))); got != want {
			t.Errorf("at %v: %v, not %v", at, got, want)
		}
	}
}

// TestDraw draws nodes that keep one core each busy.
func TestDraw(t *testing.T) {
	run := medianRun([]Round{round(4, 8, 1), round(2, 4, 1), round(1, 2, 1)})
	run.Analysis, run.Rows = agreement.Size, 1000
	r := &Report{Engine: "avx2", Cores: 2, Rounds: 3, Runs: []Run{run}, Joins: []Join{{TableRows: 1000, Seconds: 0.1}}}
	var use, times bytes.Buffer
	if err := errors.Join(r.drawUse(&use, run), r.drawTime(&times)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"both: 100 at 0.125, 100 at 1.88", "airline&#39;s node: 50 at 0.125, 50 at 1.88"} {
		if !strings.Contains(use.String(), want) {
			t.Errorf("no %q in %s", want, use.String()[:500])
		}
	}
	for _, want := range []string{"size: 2 at 1,000", "plain join: 0.1 at 1,000"} {
		if !strings.Contains(times.String(), want) {
			t.Errorf("no %q in %s", want, times.String()[:500])
		}
	}
}
