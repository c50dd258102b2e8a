package node

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mandorla/agreement"
)

// TestBusinessDays compares with counting day by day.
func TestBusinessDays(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 500 {
		from, days := start.AddDate(0, 0, r.IntN(400)), r.IntN(60)
		want := 0
		for i := range days {
			if d := from.AddDate(0, 0, i+1).Weekday(); d != time.Saturday && d != time.Sunday {
				want++
			}
		}
		to := from.AddDate(0, 0, days).Add(time.Duration(r.IntN(24)) * time.Hour)
		if got := businessDays(from, to); got != want {
			t.Fatalf("from %s, %d days on: %d, not %d", from.Format(time.DateOnly), days, got, want)
		}
		if businessDays(to.AddDate(0, 0, 1), from) != 0 {
			t.Fatal("days backwards are counted")
		}
	}
}

// TestLate: ten business days are in time, eleven are not; what the last run may
// have missed is not taken to be in it.
func TestLate(t *testing.T) {
	now := time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC) // a Friday
	ten := time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)  // the Friday two weeks before
	for name, c := range map[string]struct {
		day           string
		last          time.Time
		late, undated uint64
	}{
		"ten":                        {"2026-03-06", time.Time{}, 0, 0},
		"eleven":                     {"2026-03-05", time.Time{}, 1, 0},
		"taken in":                   {"2026-03-03", ten, 0, 0},
		"of the day of the last run": {"2026-03-05", time.Date(2026, 3, 5, 23, 0, 0, 0, time.UTC), 1, 0},
		"of before the last run":     {"2026-03-04", time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC), 0, 0},
		"ahead":                      {"2026-03-21", time.Time{}, 0, 1},
		"unbelievable":               {"0001-01-01", time.Time{}, 0, 1},
	} {
		day, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		o := &objections{perDay: map[time.Time]uint64{}}
		o.add(day)
		if late, undated := o.late(c.last, now); late != c.late || undated != c.undated {
			t.Errorf("%s: %d late, %d undated; want %d and %d", name, late, undated, c.late, c.undated)
		}
	}
}

// TestFreshness: objections wait, are reported by check, preview and result, and
// are in time once a run has taken them in; the list's own side sees how old it is.
func TestFreshness(t *testing.T) {
	t.Parallel()
	var days atomic.Int64
	clock := func() time.Time {
		return time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC).AddDate(0, 0, int(days.Load()))
	}
	var list, objections []string
	for i := range 120 {
		since := []string{"2026-03-19", "2026-03-05", "2026-02-01T10:00:00Z", "soon"}[i%4]
		list = append(list, fmt.Sprintf("person%d@example.com,%s", i, since))
		objections = append(objections, fmt.Sprintf("person%d@example.com,%s", 60+i, since))
	}
	h := newHouse(t, "left.csv", "right.csv", byEmail+"    optouts: {column: since}\n")
	h.datasets[left] = strings.Replace(h.datasets[left], "    optouts: {column: since}\n", "", 1)
	h.configure()
	h.types, h.profile, h.analyses = "[email]", "uid2-1", "{suppress: {to: [left]}}"
	h.table(left+"/left.csv", "email,since", list)
	h.table(right+"/right.csv", "email,since", objections)

	check := func(member string) []Freshness {
		t.Helper()
		c, err := h.open(member, Options{Now: clock}).Check(t.Context(), "people", "uid2-1")
		if err != nil {
			t.Fatal(err)
		}
		return c.Freshness
	}
	if f := check(right); len(f) != 1 || f[0].Partner != "" || *f[0].Late != 60 || *f[0].Undated != 30 {
		t.Errorf("before there is an agreement: %+v", f)
	}
	a := h.agree()
	if f := check(left); len(f) != 1 || f[0].Partner != right || f[0].LastRunDays != nil || f[0].Late != nil || !f[0].Stale() {
		t.Errorf("a list that was never run: %+v", f)
	}
	h.serve(right, Options{Now: clock})
	n := h.open(left, Options{Now: clock})
	p, err := n.Preview(t.Context(), Request{Analysis: agreement.Suppress, Agreement: a})
	if err != nil || p.Freshness == nil || p.Freshness.LastRun != "" {
		t.Fatalf("preview: %+v, %v", p, err)
	}
	own, err := n.Run(t.Context(), Request{Analysis: agreement.Suppress, Agreement: a})
	if err != nil {
		t.Fatal(err)
	}
	if peer := h.result(right, own.Run); peer.Freshness == nil || *peer.Freshness.Late != 60 {
		t.Errorf("the run that takes them in: %+v", peer.Freshness)
	}
	days.Store(14)
	if f := check(right); len(f) != 1 || *f[0].Late != 0 || *f[0].Undated != 30 || *f[0].LastRunDays != 10 {
		t.Errorf("two weeks later: %+v", f)
	}
	days.Store(17)
	if f := check(left); f[0].LastRun != "2026-03-20T09:00:00Z" || *f[0].LastRunDays != 11 || !f[0].Stale() {
		t.Errorf("the list a day after: %+v", f)
	}
	if f := check(right); *f[0].Late != 0 {
		t.Errorf("objections of the day before the run: %+v", f)
	}
}

// A loggedText is a log that a node writes while a test reads it.
type loggedText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *loggedText) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *loggedText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// TestUnusableObjections: objections that strike nobody, for they have no valid
// identifier or stand on a broken line, are told to the side whose they are, and to
// nobody else.
func TestUnusableObjections(t *testing.T) {
	t.Parallel()
	for _, broken := range []int{0, 20} {
		var list, objections []mailRow
		for i := range 150 {
			list, objections = append(list, mailRow{i + 1, 0, true}), append(objections, mailRow{i + 1001, 0, false})
		}
		own, theirs := lines(list), lines(objections)
		for i := range broken {
			theirs = append(theirs, fmt.Sprintf("%d,Person%d@Example..com,,,yes", 5000+i, i+1))
		}
		if broken > 0 {
			own = append(own, "1,none,,,yes")
			theirs = append(theirs, "9000,Person1@Example.com,a,1,yes,extra", "9001,Person2@Example.com")
		}
		h := post(t, own, theirs)
		log := new(loggedText)
		h.serve(right, Options{Log: slog.New(slog.NewTextHandler(log, nil))})
		a := h.agree()
		p, err := h.open(right, Options{}).Preview(t.Context(), Request{Analysis: agreement.Suppress, Agreement: a})
		if err != nil {
			t.Fatal(err)
		}
		r, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Suppress, Agreement: a})
		if err != nil {
			t.Fatal(err)
		}
		check, err := h.open(right, Options{}).Check(t.Context(), "people", "uid2-1")
		if err != nil {
			t.Fatal(err)
		}
		peer := h.result(right, r.Run)
		for where, f := range map[string]*Freshness{"preview": p.Freshness, "result": peer.Freshness, "check": &check.Freshness[0]} {
			if f.Unusable == nil || *f.Unusable != uint64(broken) || *f.BadLines != uint64(broken/10) {
				t.Errorf("%d broken, %s: %+v", broken, where, f)
			}
		}
		if r.Freshness.Unusable != nil || r.Freshness.BadLines != nil {
			t.Errorf("the list's own side: %+v", r.Freshness)
		}
		if got := strings.Contains(log.String(), "objections could not be used"); got != (broken > 0) {
			t.Errorf("%d broken, and the log of their node says so: %v", broken, got)
		}
	}
}

// TestFreshnessOfAWithheldList: a run whose list was too short to be released has
// made none. The side with the list knows; the other is not told.
func TestFreshnessOfAWithheldList(t *testing.T) {
	t.Parallel()
	var list, objections []string
	for i := range 120 {
		list = append(list, fmt.Sprintf("person%d@example.com,", i))
		objections = append(objections, fmt.Sprintf("person%d@example.com,2026-02-02", 60+i))
	}
	clock := func() time.Time { return time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC) }
	h := newHouse(t, "left.csv", "right.csv", byEmail+"    optouts: {column: since}\n")
	h.types, h.profile, h.analyses = "[email]", "uid2-1", "{suppress: {to: [left]}}"
	h.table(left+"/left.csv", "email,since", list)
	h.table(right+"/right.csv", "email,since", objections)
	h.serve(right, Options{Now: clock})
	for _, c := range []struct {
		least uint64
		state string
		ran   bool
	}{{61, "suppressed", false}, {60, "released", true}} {
		h.name = c.state
		h.rules = fmt.Sprintf("{noise: none, min_group_size: 1, min_list_size: %d, min_set_size: 100}", c.least)
		r, err := h.open(left, Options{Now: clock}).Run(t.Context(), Request{Analysis: agreement.Suppress, Agreement: h.agree()})
		if err != nil || r.State != c.state {
			t.Fatalf("%s: %+v, %v", c.state, r, err)
		}
		for _, member := range []string{left, right} {
			check, err := h.open(member, Options{Now: clock}).Check(t.Context(), "people", "uid2-1")
			if err != nil {
				t.Fatal(err)
			}
			f := check.Freshness[0]
			ran := c.ran || member == right
			if (f.LastRun != "") != ran || f.Stale() == ran || member == right && *f.Late != 0 {
				t.Errorf("%s, to %s: %+v", c.state, member, f)
			}
		}
	}
}
