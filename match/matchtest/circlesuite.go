package matchtest

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"mandorla/match/column"
	"mandorla/match/wire"
)

// parties is how many parties there are, the combiner among them.
func (c Circle) parties() int { return len(c.Tables) + 1 }

// on has the parties use stores, and next to no memory.
func (c Circle) on(stores []Disk) Circle {
	c.Budget, c.Store = 1, func(party int) column.Store { return stores[party] }
	return c
}

// BeyondMemory runs a circle in next to no memory, and wants all storage back.
func (c Circle) BeyondMemory(t *testing.T) []Answer {
	t.Helper()
	stores := Disks(c.parties(), -1)
	answers := c.on(stores).Run(t)
	for party, s := range stores {
		if s.Used() == 0 || s.Open() != 0 {
			t.Errorf("party %d: %d operations, %d files left open", party, s.Used(), s.Open())
		}
	}
	return answers
}

// CircleFullDisk fails storage operations of one party in turn, in circles that draw
// gives.
func CircleFullDisk(t *testing.T, draw func() Circle) {
	t.Helper()
	for party := range draw().parties() {
		for most := int64(0); ; most = 4*most + 1 {
			c := draw()
			stores := Disks(c.parties(), -1)
			stores[party] = Disks(1, most)[0]
			answers := c.on(stores).Run(t)
			for p, s := range stores {
				if s.Open() != 0 {
					t.Errorf("%d operations of %d: party %d left %d files open", most, party, p, s.Open())
				}
			}
			if answers[party].Err == nil {
				break
			}
		}
	}
}

// CircleDeath kills each party before each of its frames, in circles that draw gives:
// whoever cannot come to the end without the dead one, as fails says, has an error, and
// nobody who has one learns anything, not even in part.
func CircleDeath(t *testing.T, draw func() Circle, fails func(party, dead int) bool) {
	t.Helper()
	for dead := range draw().parties() {
		for at := 0; ; at++ {
			c, sent := draw(), 0
			c.Until = func(from int, f wire.Frame) bool {
				if from != dead {
					return false
				}
				sent++
				return sent == at+1
			}
			answers := c.Run(t)
			if sent <= at {
				break
			}
			for p, a := range answers {
				if fails(p, dead) && a.Err == nil || a.Err != nil && a.Outcome != nil {
					t.Errorf("party %d died at frame %d: party %d has %v, %v", dead, at, p, a.Outcome, a.Err)
				}
			}
		}
	}
}

// CircleLeaks wants no goroutine left, however a run of a circle that draw gives ends:
// well, or with a party that dies before a frame of a kind.
func CircleLeaks(t *testing.T, draw func() Circle, kind wire.Kind) {
	t.Helper()
	before := runtime.NumGoroutine()
	for i := range 6 {
		c := draw()
		if i%2 == 1 {
			c.Until = func(party int, f wire.Frame) bool { return party == i/2 && f.Kind == kind }
		}
		c.Run(t)
	}
	settled(t, before)
}

// settled wants no more goroutines than there were, soon.
func settled(t *testing.T, before int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}

// ChargedOnce runs a circle and wants each member charged once, before its first frame
// of a kind leaves, and the combiner never.
func (c Circle) ChargedOnce(t *testing.T, kind wire.Kind) []Answer {
	t.Helper()
	charged, early := make([]int, c.parties()), make([]bool, c.parties())
	c.Spend = func(party int) error { charged[party]++; return nil }
	c.Until = func(party int, f wire.Frame) bool {
		early[party] = early[party] || f.Kind == kind && charged[party] == 0
		return false
	}
	answers := c.Run(t)
	if want := append(slices.Repeat([]int{1}, len(c.Tables)), 0); !slices.Equal(charged, want) || slices.Contains(early, true) {
		t.Errorf("charged %v, frames before that %v", charged, early)
	}
	return answers
}
