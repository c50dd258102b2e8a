package all_test

import (
	"testing"

	"mandorla/match/all"
	"mandorla/match/matchtest"
)

func TestSuite(t *testing.T) {
	for _, p := range all.Protocols {
		if p.Neighbours != nil {
			continue // a run of a group; its own package tests it
		}
		if p.Analysis == "aggregate" {
			continue // its own package runs the suite, with an eye on what is drawn
		}
		t.Run(p.Analysis+" "+p.Topology, func(t *testing.T) {
			t.Parallel()
			matchtest.Suite(t, p)
		})
	}
}

func TestLeaks(t *testing.T) {
	for _, p := range all.Protocols {
		if p.Neighbours != nil {
			continue // its own package does
		}
		matchtest.Leaks(t, p)
	}
}

func TestLookup(t *testing.T) {
	for _, p := range all.Protocols {
		if got, ok := all.Lookup(p.Analysis, p.Topology); !ok || got.Analysis != p.Analysis || got.Topology != p.Topology {
			t.Errorf("%s %s is not found", p.Analysis, p.Topology)
		}
	}
	if _, ok := all.Lookup("size", "P1-M"); ok {
		t.Error("`size` has a path that reveals rows")
	}
}
