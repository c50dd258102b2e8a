package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"mandorla/node"
)

// homes FILE TOLD FROM TO [FROM TO...]: writes a send plan of households by number,
// who were all told of the same, and one row without an address.
func homes(ts *testscript.TestScript, neg bool, args []string) {
	var b strings.Builder
	b.WriteString("id,street,zip,told\n")
	numbers(ts, args[2:], func(n int) { fmt.Fprintf(&b, "c%d,%d Elm Street,62701,%s\n", n, n, args[1]) })
	fmt.Fprintf(&b, "nowhere,,62701,%s\n", args[1])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o644))
}

// TestPrintPlan says what became of the rows, or why it is not said.
func TestPrintPlan(t *testing.T) {
	var b bytes.Buffer
	p := newPage(&b)
	printPlan(p, nil)
	printPlan(p, &node.CappedPlan{Most: 2, Rows: 20, Contacts: 17, Removed: 5, SameHousehold: 1, WithoutIdentifier: 2, Kept: 14})
	if err := p.w.Flush(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"5 of 17 contacts, which stand on the plans of at least 2 other members", "set aside", "1 rows", "not compared", "2 rows"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	for want, r := range map[string]*node.Result{
		"14 rows of 20": {FrequencyCap: &node.CappedPlan{Rows: 20, Kept: 14}},
		"withheld":      {State: "suppressed"},
		"gives it to x": {State: "released", Learns: []string{"x"}},
	} {
		if got := sendPlan(r); !strings.Contains(got, want) {
			t.Errorf("%q, and not %q", got, want)
		}
	}
}
