package consent

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"mandorla/consent/optout"
)

// Rows of a test and of a benchmark.
const (
	testRows  = 1 << 9
	benchRows = 1 << 14
)

// cellsOf makes a column, each by its row.
func cellsOf(rows int, one func(i int) string) Column {
	cells := make([][]byte, rows)
	for i := range cells {
		cells[i] = []byte(one(i))
	}
	return func(i int) ([]byte, bool) { return cells[i], false }
}

// gppOf is a GPP string of the nation, California or Virginia with random
// choices, the same one hardly ever twice.
func gppOf(rnd *rand.Rand) string {
	core := func(bits int) string {
		s := "000001"
		for len(s) < bits {
			s += [...]string{"00", "01", "10"}[rnd.IntN(3)]
		}
		return pack(s)
	}
	return pack("000011"+"000001"+"000000000001"+"1"+fib(7)+fib(2)) + "~" + core(60) + ".QA~" + core(46) + ".QA~" + core(40)
}

func benchCases(rows int) map[string]struct {
	entries []Entry
	columns []Column
} {
	rnd := rand.New(rand.NewPCG(1, 2))
	flags := cellsOf(rows, func(i int) string { return []string{"yes", "No", "TRUE", "0", ""}[rnd.IntN(5)] })
	states := cellsOf(rows, func(i int) string { return []string{"US-CA", "US-VA", "DE", "FR"}[rnd.IntN(4)] })
	gpps := cellsOf(rows, func(i int) string { return gppOf(rnd) })
	tcs := cellsOf(rows, func(i int) string {
		return tcString(start.Add(-time.Duration(rnd.IntN(1e6))*time.Second), 4, rnd.IntN(1<<24), rnd.IntN(1<<24), 1+rnd.IntN(1000), restrict(7, 1))
	})
	notices := cellsOf(rows, func(i int) string {
		return fmt.Sprintf("shop:Marketing@2026-01-%02d;bank:Marketing+Measurement@2026-02-%02d", 1+rnd.IntN(28), 1+rnd.IntN(28))
	})
	births := cellsOf(rows, func(i int) string {
		return fmt.Sprintf("%d-%02d-%02d", 1940+rnd.IntN(80), 1+rnd.IntN(12), 1+rnd.IntN(28))
	})
	emails := cellsOf(rows, func(i int) string { return fmt.Sprintf("person%d@example.com", rnd.IntN(1e6)) })
	type c = struct {
		entries []Entry
		columns []Column
	}
	list := Entry{Kind: "list", Column: "email", Files: []string{"l"}, Canonical: optout.DropEmail}
	where := Entry{Kind: jurisdiction, Column: "state"}
	return map[string]c{
		"flag":         {[]Entry{{Kind: "flag", Column: "flag"}}, []Column{flags}},
		"jurisdiction": {[]Entry{where}, []Column{states}},
		"gpp":          {[]Entry{{Kind: "gpp", Column: "gpp"}}, []Column{gpps}},
		"gpp+where":    {[]Entry{where, {Kind: "gpp", Column: "gpp"}}, []Column{states, gpps}},
		"tcf":          {[]Entry{{Kind: "tcf", Column: "tcf", Vendor: 9, Basis: "either"}}, []Column{tcs}},
		"notice":       {[]Entry{{Kind: "notice", Column: "notice"}}, []Column{notices}},
		"age":          {[]Entry{{Kind: "age", Column: "birth", Least: 18}}, []Column{births}},
		"list":         {[]Entry{list}, []Column{emails}},
		"all": {[]Entry{where, {Kind: "flag", Column: "flag"}, {Kind: "gpp", Column: "gpp", In: []string{"US"}}, {Kind: "tcf", Column: "tcf", In: []string{"EEA"}}, {Kind: "notice", Column: "notice"}, {Kind: "age", Column: "birth", Least: 18}, list},
			[]Column{states, flags, gpps, tcs, notices, births, emails}},
	}
}

func benchRun() Run {
	lists := files{"l": "person7@example.com\nperson77@example.com\n"}
	return Run{Agreement: Partner, Partner: "bank", Purposes: []string{"Marketing"}, Start: start, Open: lists.open}
}

// A batch costs the same few allocations however many rows it has.
func TestAllocations(t *testing.T) {
	for name, c := range benchCases(testRows) {
		p := mustCompile(t, benchRun(), c.entries...)
		verdicts := make([]Reason, testRows)
		few := testing.AllocsPerRun(3, func() { p.Decide(c.columns, verdicts[:100]) })
		many := testing.AllocsPerRun(3, func() { p.Decide(c.columns, verdicts) })
		if many > few || many > 4 {
			t.Errorf("%s: %v allocations for 100 rows, %v for %d", name, few, many, testRows)
		}
	}
}

// A policy may be asked by several goroutines at once.
func TestConcurrent(t *testing.T) {
	lists := files{"20261101_7_Email.csv": "ID,Hash\n", "l": "person1@example.com\n"}
	run := benchRun()
	run.Open = lists.open
	c := benchCases(testRows)["all"]
	entries := append(c.entries[:len(c.entries):len(c.entries)], Entry{Kind: "drop", Column: "email", Files: []string{"20261101_7_Email.csv"}, Canonical: optout.DropEmail})
	p := mustCompile(t, run, entries...)
	want := make([]Reason, 500)
	p.Decide(c.columns, want)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			got := make([]Reason, len(want))
			p.Decide(c.columns, got)
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("row %d: %v, want %v", i, got[i], want[i])
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkPolicy(b *testing.B) {
	for name, c := range benchCases(benchRows) {
		b.Run(name, func(b *testing.B) {
			p := mustCompile(b, benchRun(), c.entries...)
			verdicts := make([]Reason, benchRows)
			b.ReportAllocs()
			for b.Loop() {
				p.Decide(c.columns, verdicts)
			}
			b.ReportMetric(float64(b.N)*benchRows/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
