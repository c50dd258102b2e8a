package main

import (
	"testing"

	"mandorla/node"
)

// TestChurnWords says what a run of an epoch is about.
func TestChurnWords(t *testing.T) {
	for _, c := range []struct {
		churn node.Churn
		want  string
	}{
		{node.Churn{Asks: true, New: 3120, Padded: 3159}, "3,120 new identifiers asked (padded to 3,159)"},
		{node.Churn{Asks: true, Padded: 1024}, "0 new identifiers asked (padded to 1,024)"},
		{node.Churn{Padded: 1024, PaddedRemoved: 32}, "0 identifiers added (padded to 1,024), 0 removed (padded to 32)"},
		{node.Churn{Added: 12, Removed: 1000005, Padded: 1117, PaddedRemoved: 1004120}, "12 identifiers added (padded to 1,117), 1,000,005 removed (padded to 1,004,120)"},
	} {
		if got := churnWords(&c.churn); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
}
