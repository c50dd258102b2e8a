package main

import (
	"bytes"
	"strings"
	"testing"

	"mandorla/node"
)

// TestPrintFreshness warns of what there is, and says nothing of what is zero or
// not for this side.
func TestPrintFreshness(t *testing.T) {
	zero, two, three := uint64(0), uint64(2), uint64(3)
	days := 0
	for name, c := range map[string]struct {
		f        *node.Freshness
		warnings []string
	}{
		"no suppress":  {nil, nil},
		"nothing lost": {&node.Freshness{Partner: "b", Objects: true, LastRunDays: &days, Late: &zero, Undated: &zero, Unusable: &zero, BadLines: &zero}, nil},
		"some lost":    {&node.Freshness{Partner: "b", Objects: true, Unusable: &two, BadLines: &three}, []string{"2 objections have no valid identifier", "3 lines of the objections cannot be read"}},
		"late":         {&node.Freshness{Partner: "b", Objects: true, Late: &two, Undated: &three}, []string{"2 objections are more than 10", "3 objections have no day"}},
		"a fresh list": {&node.Freshness{Partner: "b", LastRunDays: &days}, nil},
		"a stale list": {&node.Freshness{Partner: "b"}, []string{"do not send"}},
	} {
		var b bytes.Buffer
		p := newPage(&b)
		printFreshness(p, c.f)
		warnOfStale(p, c.f)
		if err := p.w.Flush(); err != nil {
			t.Fatal(err)
		}
		if strings.Count(b.String(), "WARNING") != len(c.warnings) {
			t.Errorf("%s: not %d warnings in\n%s", name, len(c.warnings), b.String())
		}
		for _, want := range c.warnings {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, b.String())
			}
		}
	}
}
