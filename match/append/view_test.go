package append

import (
	"flag"
	"fmt"
	"slices"
	"testing"

	"mandorla/match"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

var update = flag.Bool("update", false, "write the golden files anew")

// viewed is a run of two levels with caps of 30 rows (asker) and 40 (vendor), above
// the tables' sizes.
func viewed(t *testing.T, rows int) matchtest.Pair {
	a, b := matchtest.Tables(matchtest.Seeded(t), 2, rows, rows)
	return matchtest.Pair{Protocol: OneSided, A: a, B: b, Levels: 2, LearnsA: true, Labels: true, CapA: 30, CapB: 40}
}

// TestViews pins what each party is sent: it is the same whatever stands in the
// tables, also where they are empty. This is all that PROTOCOLS.md §6 allows; a
// message or a column more shows in the golden files.
func TestViews(t *testing.T) {
	for _, rows := range []int{25, 0} {
		p := viewed(t, rows)
		views, a, b := p.Views()
		if a.Err != nil || b.Err != nil {
			t.Fatal(a.Err, b.Err)
		}
		if _, ok := b.Outcome.(match.Nothing); !ok {
			t.Errorf("the vendor learns %T", b.Outcome)
		}
		for role, view := range views {
			matchtest.Golden(t, fmt.Sprintf("%v.golden", match.Role(role)), p.Sent(match.Role(role), view), *update)
		}
	}
}

// A watcher is a machine whose frames are kept as it is sent them.
type watcher struct {
	match.Machine
	frames *[]wire.Frame
}

func (w watcher) Step(ev match.Event) (*wire.Frame, error) {
	if p, ok := ev.(match.Peer); ok {
		*w.frames = append(*w.frames, p.Frame)
	}
	return w.Machine.Step(ev)
}

// TestNothingRepeats looks through what either party is sent in two runs of the
// same tables for values that come again: there are none, within a run or from one
// to the next, so nothing links rows, levels or runs.
func TestNothingRepeats(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		var sent [2][]wire.Frame
		p := viewed(t, 25)
		p.Wrap = func(r match.Role, m match.Machine) match.Machine { return watcher{m, &sent[r]} }
		if a, b := p.Run(); a.Err != nil || b.Err != nil {
			t.Fatal(a.Err, b.Err)
		}
		for _, f := range slices.Concat(sent[0], sent[1]) {
			for _, column := range f.Columns {
				for value := range slices.Chunk(column, len(column)/f.Rows) {
					if seen[string(value)] {
						t.Errorf("a value of %v comes again", f.Kind)
					}
					seen[string(value)] = true
				}
			}
		}
	}
}
