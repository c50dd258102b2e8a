package ledger

import (
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// A member is one side of a schedule: its book, a backup of it, and what it
// really showed its partner.
type member struct {
	book   *Book
	path   string
	backup string // empty: none yet
	shown  int    // runs whose tags left this member and reached the other
	pair   Pair
}

// A schedule drives two members through runs, restarts, kills and restored
// backups, as two nodes would: each reserves and says how many runs it has
// spent; each spends before its tags leave; each remembers what the other has
// said, and that one who sent tags has spent.
type schedule struct {
	t       *testing.T
	r       *rand.Rand
	budget  *big.Rat
	members [2]*member
	runs    int
	log     []string
}

// TestSchedules: whatever happens, no member shows its partner more runs than
// the budget allows (1,000 schedules; fewer with -short).
func TestSchedules(t *testing.T) {
	dir := t.TempDir()
	if shm, err := os.MkdirTemp("/dev/shm", "ledger"); err == nil {
		t.Cleanup(func() { os.RemoveAll(shm) })
		dir = shm // no disk is tested here, and there are many books
	}
	schedules := 1000
	if testing.Short() {
		schedules = 40
	}
	refusedOlder, refusedBudget := 0, 0
	for i := range schedules {
		s := newSchedule(t, uint64(i), filepath.Join(dir, fmt.Sprint(i)))
		older, spent := s.drive()
		refusedOlder, refusedBudget = refusedOlder+older, refusedBudget+spent
		s.close()
	}
	if refusedOlder == 0 || refusedBudget == 0 {
		t.Errorf("%d refused for an older record, %d for the budget: the schedules test nothing", refusedOlder, refusedBudget)
	}
}

func newSchedule(t *testing.T, seed uint64, dir string) *schedule {
	s := &schedule{t: t, r: rand.New(rand.NewPCG(seed, 7)), budget: big.NewRat(3, 1)}
	for i, name := range []string{"a", "b"} {
		path := filepath.Join(dir, name+".db")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		s.members[i] = &member{path: path, pair: Pair{name, "partner", "other"}}
		s.open(s.members[i])
	}
	return s
}

func (s *schedule) open(m *member) {
	b, err := OpenBook(s.t.Context(), m.path)
	want(s.t, err, nil)
	m.book = b
}

func (s *schedule) close() {
	for _, m := range s.members {
		m.book.Close()
	}
	os.RemoveAll(filepath.Dir(s.members[0].path))
}

// drive takes some random steps and looks at the budget after each.
func (s *schedule) drive() (older, spent int) {
	for range 10 {
		m := s.members[s.r.IntN(2)]
		switch s.r.IntN(6) {
		case 0:
			s.restart(m)
		case 1:
			s.save(m)
		case 2:
			s.restore(m)
		default:
			err := s.run()
			switch {
			case errors.Is(err, ErrOlder):
				older++
			case errors.Is(err, ErrBudget):
				spent++
			case err != nil && !errors.Is(err, errKilled):
				s.t.Fatal(err)
			}
		}
		for i, m := range s.members {
			if m.shown > 3 {
				s.t.Fatalf("member %d showed %d runs of a budget of 3: %v", i, m.shown, s.log)
			}
		}
	}
	return older, spent
}

var errKilled = errors.New("killed")

// run is one run of ε = 1 between the two, killed anywhere.
func (s *schedule) run() error {
	s.runs++
	name := fmt.Sprint(s.runs)
	var said [2]int64
	for i, m := range s.members {
		n, err := m.book.Spent(s.t.Context(), m.pair)
		want(s.t, err, nil)
		said[i] = n
	}
	for i, m := range s.members {
		if err := m.book.Witness(s.t.Context(), m.pair, said[1-i]); err != nil {
			s.log = append(s.log, name+" older")
			return err
		}
		c := Charge{Run: name, Pair: m.pair, Agreement: "x", Epsilon: big.NewRat(1, 1), Delta: new(big.Rat)}
		if err := m.book.Reserve(s.t.Context(), c, s.budget, noon); err != nil {
			s.log = append(s.log, name+" budget")
			return err
		}
	}
	for i, m := range s.members {
		if s.r.IntN(5) == 0 {
			return s.kill(name, i, "before it spent")
		}
		want(s.t, m.book.Spend(s.t.Context(), name, noon), nil)
		if s.r.IntN(5) == 0 {
			return s.kill(name, i, "before its tags left")
		}
		m.shown++
		if err := s.members[1-i].book.Witness(s.t.Context(), s.members[1-i].pair, said[i]+1); err != nil {
			return err
		}
	}
	s.log = append(s.log, name+" done")
	return nil
}

func (s *schedule) kill(run string, i int, when string) error {
	s.log = append(s.log, fmt.Sprintf("%s: %d killed %s", run, i, when))
	for _, m := range s.members {
		s.restart(m)
	}
	return errKilled
}

func (s *schedule) restart(m *member) {
	m.book.Close()
	s.open(m)
}

// save copies a member's closed book.
func (s *schedule) save(m *member) {
	m.book.Close()
	b, err := os.ReadFile(m.path)
	want(s.t, err, nil)
	m.backup = m.path + ".backup"
	want(s.t, os.WriteFile(m.backup, b, 0o600), nil)
	s.open(m)
	s.log = append(s.log, "saved "+m.pair.Dataset)
}

// restore puts a member's backup in the place of its book. One member's alone:
// with both set back nobody remembers.
func (s *schedule) restore(m *member) {
	if m.backup == "" || s.members[0].backup != "" && s.members[1].backup != "" && m == s.members[1] {
		return
	}
	m.book.Close()
	b, err := os.ReadFile(m.backup)
	want(s.t, err, nil)
	want(s.t, os.WriteFile(m.path, b, 0o600), nil)
	for _, rest := range []string{"-wal", "-shm"} {
		os.Remove(m.path + rest)
	}
	s.open(m)
	s.log = append(s.log, "restored "+m.pair.Dataset)
}
