package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"mandorla/node"
)

// guests FILE TOLD FROM TO [FROM TO...]: writes a table of guests by number, who
// were all told of the same.
func guests(ts *testscript.TestScript, neg bool, args []string) {
	var b strings.Builder
	b.WriteString("email,told\n")
	numbers(ts, args[2:], func(n int) { fmt.Fprintf(&b, "guest%d@example.com,%s\n", n, args[1]) })
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o644))
}

// numbers does something for every number from FROM to below TO, one pair after the
// other.
func numbers(ts *testscript.TestScript, spans []string, do func(n int)) {
	for ; len(spans) > 1; spans = spans[2:] {
		from, err := strconv.Atoi(spans[0])
		ts.Check(err)
		to, err := strconv.Atoi(spans[1])
		ts.Check(err)
		for n := from; n < to; n++ {
			do(n)
		}
	}
}

var blocks = regexp.MustCompile("(?s)```(?:yaml|sh)\n(.*?)```")

// TestDocsRun wants every line of the blocks of docs/brands.md, docs/helper.md and
// docs/frequency-cap.md in
// the scripts that run them, but for keys and addresses.
func TestDocsRun(t *testing.T) {
	for _, name := range []string{"brands", "helper", "frequency-cap"} {
		t.Run(name, func(t *testing.T) { docsRun(t, name) })
	}
}

func docsRun(t *testing.T, name string) {
	page, err := os.ReadFile("../../docs/" + name + ".md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("testdata/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	found := blocks.FindAllSubmatch(page, -1)
	if len(found) < 3 {
		t.Fatalf("%d blocks", len(found))
	}
	for _, block := range found {
		for line := range strings.Lines(string(block[1])) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), "  #")
			line = strings.TrimSpace(line)
			if strings.Contains(line, "+...") || strings.Contains(line, "127.0.0.1") {
				continue
			}
			if !bytes.Contains(script, []byte(line)) {
				t.Errorf("not run: %s", line)
			}
		}
	}
}

// TestPrintGroup looks at a matrix with a suppressed pair, and at the report.
func TestPrintGroup(t *testing.T) {
	n, sd := func(n uint64) *uint64 { return &n }, 2.0
	g := &node.Group{Members: []string{"air", "cars", "stay"}, Brands: []string{"Air", "Cars", "Stay"}, Padded: []uint64{1000, 1000, 1000}, Threshold: 60,
		Figures: []node.GroupFigure{
			{Measure: "pair", Members: []string{"air", "cars"}, State: "noised", Count: n(400), SD: &sd},
			{Measure: "pair", Members: []string{"air", "stay"}, State: "suppressed"},
			{Measure: "pair", Members: []string{"cars", "stay"}, State: "noised", Count: n(380), SD: &sd, AtLeast: true},
			{Measure: "reach", Members: []string{"air", "cars", "stay"}, State: "noised", Count: n(2500), SD: &sd},
		}}
	var b bytes.Buffer
	if err := printGroup(&b, g); err != nil {
		t.Fatal(err)
	}
	if err := printBrands(&b, g); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"customers shared  air       cars               \n", "cars              400 ±2.0                     \n", "stay              –         at least 380 ±2.0  \n",
		"all together      2500 ±2.0\n", "below 60",
		"- air and cars: share about as many customers as chance would have it (400 shared, about 400 by chance).",
		"- air and stay: share far fewer customers than chance would have it: customers do not seem to know that they belong together.",
		"- cars and stay: too little was released to say (380 shared, about 400 by chance).",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	g.Figures[1] = node.GroupFigure{Measure: "pair", Members: []string{"air", "stay"}, State: node.Absent, Reason: "stay is away"}
	if b.Reset(); printGroup(&b, g) != nil || !strings.Contains(b.String(), "stay              absent ") || !strings.Contains(b.String(), "\nAbsent: air and stay. stay is away\n") {
		t.Errorf("an absent pair:\n%s", b.String())
	}
	for _, draw := range []func() error{func() error { return drawRegions(&b, g) }, func() error { return drawMatrix(&b, g) }} {
		if b.Reset(); draw() != nil || !strings.Contains(b.String(), "<svg") {
			t.Error("no picture")
		}
	}
}
