package matchtest

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"mandorla/match"
)

// Suite runs every test that an analysis has to pass, in its exact form if it
// has one.
func Suite(t *testing.T, p match.Protocol) {
	suite{p: p, cells: p.Analysis == "aggregate"}.run(t)
}

// CellSuite runs the suite on runs with cells. noise looks into a machine that
// has come to its end.
func CellSuite(t *testing.T, p match.Protocol, noise func(match.Machine) Noise) {
	suite{p, true, noise}.run(t)
}

type suite struct {
	p     match.Protocol
	cells bool
	noise func(match.Machine) Noise // nil: unknown
}

func (s suite) run(t *testing.T) {
	t.Run("plain join", s.plainJoin)
	t.Run("beyond memory", s.beyondMemory)
	t.Run("full disk", s.fullDisk)
	t.Run("altered on the way", s.altered)
	t.Run("every byte", s.everyByte)
	t.Run("lies", s.lies)
	t.Run("spent", s.spent)
}

// both reports whether both parties learn the outcome.
func (s suite) both() bool { return s.p.Topology == "DUAL" || s.p.Topology == "P1-M" }

// pair is a run of random tables; one-sided outcomes go to A or to B.
func (s suite) pair(r *rand.Rand, levels, a, b int) Pair {
	x, y := Tables(r, levels, a, b)
	p := Pair{Protocol: s.p, A: x, B: y, Levels: levels, LearnsA: true, LearnsB: true}
	if !s.both() {
		p.LearnsA = r.IntN(2) == 0
		p.LearnsB = !p.LearnsA
	}
	p.CapA, p.CapB = uint64(a+r.IntN(20)+1), uint64(b+r.IntN(20)+1)
	if s.cells {
		p.cells(r, s.shape(r, levels))
	}
	if s.sells() {
		p.sell()
	}
	p.Labels = s.p.Analysis == "append"
	return p
}

// sells reports whether one party sells rows to the other.
func (s suite) sells() bool { return s.p.Analysis == "net_names" }

// shape is a random one that the protocol can have.
func (s suite) shape(r *rand.Rand, levels int) Shape {
	out := Shape{KA: 1, KB: 1, S: 2}
	if s.p.Topology == "SINGLE" && levels > 1 {
		out.S = 0
	}
	if s.p.Analysis == "size" {
		return out
	}
	out.KA, out.KB = 1+r.IntN(2), 1+r.IntN(2)
	if s.p.Topology == "SINGLE" {
		return out
	}
	out.VA, out.VB = r.IntN(2), r.IntN(3)
	if r.IntN(2) == 0 { // all cells are one group
		out.Groups = make([]uint16, out.KA*out.KB)
	}
	return out
}

// Seeded is a source of test cases that fails the same way twice.
func Seeded(t testing.TB) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

func (s suite) plainJoin(t *testing.T) {
	r := Seeded(t)
	sizes, most := [][2]int{{0, 0}, {0, 5}, {5, 0}, {1, 1}, {2, 1}, {30, 40}, {300, 20}}, 4
	if s.cells { // there are more rows than those of the tables
		sizes, most = [][2]int{{0, 0}, {5, 0}, {1, 1}, {20, 25}}, 3
	}
	for _, rows := range sizes {
		for levels := 1; levels <= most; levels++ {
			p := s.pair(r, levels, rows[0], rows[1])
			a, b := p.Run()
			s.check(t, p, a, b)
		}
	}
}

// check compares both answers with the join in the clear.
func (s suite) check(t *testing.T, p Pair, a, b Answer) {
	t.Helper()
	if s.sells() {
		p.CheckSale(t, a, b)
		return
	}
	if a.Err != nil || b.Err != nil {
		t.Fatalf("%d and %d rows, %d levels: %v; %v", len(p.A), len(p.B), p.Levels, a.Err, b.Err)
	}
	if p.Cells != nil {
		checkTables(t, p, a, b, s.noise)
		return
	}
	ofA, ofB := Waterfall(p.A, p.B, p.Levels)
	if slices.Contains([]string{"P1-O", "P4", "SINGLE"}, p.Protocol.Topology) {
		ofA, ofB = OneSided(p.A, p.B, p.Levels), OneSided(p.B, p.A, p.Levels)
	}
	if p.Protocol.Topology == "SINGLE" { // the peer's rows are what is counted
		ofA, ofB = ofB, ofA
	}
	compare(t, "A", p, p.LearnsA, a.Outcome, ofA)
	compare(t, "B", p, p.LearnsB, b.Outcome, ofB)
	switch {
	case p.Labels && p.LearnsA:
		p.checkLabels(t, a, p.A, p.B, ofA)
	case p.Labels:
		p.checkLabels(t, b, p.B, p.A, ofB)
	}
}

func compare(t *testing.T, who string, p Pair, learns bool, got match.Outcome, want []int) {
	t.Helper()
	switch got := got.(type) {
	case match.Nothing:
		if learns {
			t.Fatalf("%s learnt nothing", who)
		}
		return
	case match.Counts:
		if !slices.Equal(got.Levels, Count(p.Levels, want)) {
			t.Fatalf("%s counts %v, the plain join %v", who, got.Levels, Count(p.Levels, want))
		}
	case match.Rows:
		compareRows(t, who, got, want)
	case match.Labelled:
		compareRows(t, who, got.Rows, want)
	case match.Rest:
		for i, level := range want {
			if got.Holds(uint64(i)) != (level < 0) {
				t.Fatalf("%s: row %d is left: %v, in the plain join found at %d", who, i, got.Holds(uint64(i)), level)
			}
		}
	}
	if !learns {
		t.Fatalf("%s learnt %v and was not to", who, got)
	}
}

func compareRows(t *testing.T, who string, got match.Rows, want []int) {
	t.Helper()
	for i, level := range want {
		l, ok := got.Level(uint64(i))
		if !ok {
			l = -1
		}
		if l != level {
			t.Fatalf("%s: row %d at level %d, in the plain join %d", who, i, l, level)
		}
	}
}

// beyondMemory spills every few rows and looks for storage left open.
func (s suite) beyondMemory(t *testing.T) {
	p := s.pair(Seeded(t), 2, s.rows(900), s.rows(800))
	a, b := newDisk(-1), newDisk(-1)
	p.Budget, p.StoreA, p.StoreB = 1, a, b
	x, y := p.Run()
	s.check(t, p, x, y)
	if a.used() == 0 || b.used() == 0 {
		t.Error("nothing was spilled: the test tests nothing")
	}
	if n := a.open.Load() + b.open.Load(); n != 0 {
		t.Errorf("%d pieces of storage left open", n)
	}
}

// every is which of many runs are made: each takes the bulk engine a chunk of
// vector OLE, however few its rows are; and suppress and append send what a match to
// one member does, which is looked at whole.
func (s suite) every() int {
	if s.p.Engine == match.VOLE || s.p.Topology == "P4" || s.p.Analysis == "suppress" {
		return 4
	}
	return 1
}

// rows is so many rows, or fewer where there are dummies and values besides.
func (s suite) rows(n int) int {
	if s.cells {
		return n / 8
	}
	return n
}

// fullDisk fails storage at ever later operations: the run ends with that
// error, and nothing stays open.
func (s suite) fullDisk(t *testing.T) {
	p := s.pair(Seeded(t), 2, s.rows(700), s.rows(700))
	p.Budget = 1
	whole := newDisk(-1)
	p.StoreA = whole
	p.Run()
	most := whole.used() * 3 / 4 // how much is spilled depends a little on what is drawn
	times := int64(s.rows(48)) / int64(s.every())
	if testing.Short() {
		times = 6
	}
	step := max(1, most/times)
	for n := int64(0); n < most; n += step {
		full := newDisk(n)
		p.StoreA = full
		a, _ := p.Run() // B may have come to its end: it is the receipt that settles a run
		if !errors.Is(a.Err, errDisk) {
			t.Fatalf("disk full after %d operations: %v", n, a.Err)
		}
		if open := full.open.Load(); open != 0 {
			t.Fatalf("disk full after %d operations: %d pieces left open", n, open)
		}
	}
}

// tighten announces fewer rows of B than it has.
func (p *Pair) tighten() {
	p.CapB = 10
	if p.Cells != nil {
		p.Cells.Peer.Caps[0] = 0
	}
}

// spent sees that a machine is of no use after an error or its end.
func (s suite) spent(t *testing.T) {
	p := s.pair(Seeded(t), 1, 1, 1)
	m, err := s.p.New(p.config([32]byte{1}, match.Initiator), p.LearnsA)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.Outcome(); !errors.Is(err, match.ErrSpent) {
		t.Errorf("an outcome before the end: %v", err)
	}
	for i, want := range []error{match.ErrTurn, match.ErrSpent} {
		if _, err := m.Step(match.Peer{}); !errors.Is(err, want) {
			t.Errorf("step %d: %v, want %v", i, err, want)
		}
	}
	if m.Wants() != match.WantNothing {
		t.Error("a spent machine wants something")
	}
}

// Leaks counts goroutines around runs that end well and badly. No other test
// may run meanwhile.
func Leaks(t *testing.T, p match.Protocol) {
	s, r := suite{p: p, cells: p.Analysis == "aggregate"}, Seeded(t)
	before := runtime.NumGoroutine()
	for i := range 6 {
		p := s.pair(r, 1, 20, 20)
		if i%2 == 1 {
			p.tighten()
		}
		p.Run()
	}
	settled(t, before)
}
