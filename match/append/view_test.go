package append

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mandorla/match"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A view is all that one party is sent in a run.
type view struct {
	frames []wire.Frame
}

// A watcher is a machine that is looked at while it listens.
type watcher struct {
	match.Machine
	view *view
}

func (w watcher) Step(ev match.Event) (*wire.Frame, error) {
	if p, ok := ev.(match.Peer); ok {
		w.view.frames = append(w.view.frames, p.Frame)
	}
	return w.Machine.Step(ev)
}

// viewed is a run of two levels with caps above the tables' sizes.
func viewed(t *testing.T, rows int) (p matchtest.Pair, views [2]*view) {
	a, b := matchtest.Tables(matchtest.Seeded(t), 2, rows, rows)
	views = [2]*view{new(view), new(view)}
	p = matchtest.Pair{Protocol: OneSided, A: a, B: b, Levels: 2, LearnsA: true, Labels: true, CapA: 30, CapB: 40,
		Wrap: func(r match.Role, m match.Machine) match.Machine { return watcher{m, views[r]} }}
	return p, views
}

// text is a view in words, without any value.
func (v *view) text(who string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "append to one member: what the %s is sent; two levels, caps of 30 rows (asker) and 40 (vendor), labels of 5 bytes\n", who)
	_, schemas := OneSided.Frames(match.Config{Labels: &match.Labels{Width: 5}})
	for _, f := range v.frames {
		fmt.Fprintf(&out, "\n%v, level %d\n    rows    %d\n", f.Kind, f.Level, f.Rows)
		for _, c := range schemas[f.Kind] {
			fmt.Fprintf(&out, "    column  %s %v\n", c.Name, c.Type)
		}
	}
	return out.String()
}

// TestViews pins what each party is sent: it is the same whatever stands in the
// tables, also where they are empty. This is all that PROTOCOLS.md §6 allows; a
// message or a column more shows in the golden files.
func TestViews(t *testing.T) {
	for _, rows := range []int{25, 0} {
		p, views := viewed(t, rows)
		a, b := p.Run()
		if a.Err != nil || b.Err != nil {
			t.Fatal(a.Err, b.Err)
		}
		if _, ok := b.Outcome.(match.Nothing); !ok {
			t.Errorf("the vendor learns %T", b.Outcome)
		}
		golden(t, "asker.golden", views[match.Initiator].text("asker"))
		golden(t, "vendor.golden", views[match.Responder].text("vendor"))
	}
}

// TestNothingRepeats looks through what either party is sent in two runs of the
// same tables for values that come again: there are none, within a run or from one
// to the next, so nothing links rows, levels or runs.
func TestNothingRepeats(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		p, views := viewed(t, 25)
		if a, b := p.Run(); a.Err != nil || b.Err != nil {
			t.Fatal(a.Err, b.Err)
		}
		for _, v := range views {
			for _, f := range v.frames {
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
}

// golden compares a text with a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal([]byte(got), want) {
		t.Errorf("%s is no longer what is sent; if that is meant, run go test -update\n%s", name, got)
	}
}
