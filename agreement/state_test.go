package agreement

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestStandingBySignatures(t *testing.T) {
	h := newHouse(t)
	draft := h.fill(sample)
	half, err := Sign(draft, h.signer(t, "bank"))
	if err != nil {
		t.Fatal(err)
	}
	full := h.signed(t, sample)
	for _, c := range []struct {
		file []byte
		now  time.Time
		want State
		open bool
	}{
		{draft, noon, Drafted, false},
		{half, noon, Proposed, false},
		{full, noon, Accepted, true},
		{full, noon.AddDate(-1, 0, 0), Accepted, false}, // its days are yet to come
		{full, time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC), Accepted, true},
		{full, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), Ended, false},
		{half, noon.AddDate(9, 0, 0), Proposed, false},
	} {
		a := mustParse(t, c.file)
		if got, err := a.Standing(c.now); err != nil || got.State != c.want || got.From != nil || got.Words() != string(c.want) {
			t.Errorf("%s: %v, %v, want %s", c.now, got, err, c.want)
		}
		if err := a.Open(c.now); (err == nil) != c.open {
			t.Errorf("%s at %s: %v", c.want, c.now, err)
		}
	}
	broken := []byte(strings.Replace(string(full), "skyline-2026", "skyline-2027", 1))
	if _, err := mustParse(t, broken).Standing(noon); !errors.Is(err, ErrSignature) {
		t.Errorf("a text changed since: %v", err)
	}
}

func TestStandingByStatements(t *testing.T) {
	h := newHouse(t)
	a := mustParse(t, h.signed(t, sample))
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	made := func(what, by string, hours int) *Statement { return h.state(t, a, what, by, at(hours)) }
	for name, c := range map[string]struct {
		statements []*Statement
		want       State
		from       int // which statement it is from; -1: none
	}{
		"suspended":              {[]*Statement{made(Suspend, "bank", 0)}, Suspended, 0},
		"yet to come":            {[]*Statement{made(Suspend, "bank", 11)}, Accepted, -1},
		"this very second":       {[]*Statement{made(Suspend, "bank", 10)}, Suspended, 0},
		"resumed":                {[]*Statement{made(Suspend, "bank", 0), made(Resume, "bank", 1)}, Accepted, -1},
		"resumed before":         {[]*Statement{made(Suspend, "bank", 1), made(Resume, "bank", 0)}, Suspended, 0},
		"resumed by the other":   {[]*Statement{made(Suspend, "bank", 0), made(Resume, "airline", 1)}, Suspended, 0},
		"suspended by both":      {[]*Statement{made(Suspend, "bank", 0), made(Suspend, "airline", 1), made(Resume, "bank", 2)}, Suspended, 1},
		"suspended again":        {[]*Statement{made(Suspend, "bank", 0), made(Resume, "bank", 1), made(Suspend, "bank", 2)}, Suspended, 2},
		"twice, resumed once":    {[]*Statement{made(Suspend, "bank", 0), made(Suspend, "bank", 1), made(Resume, "bank", 2)}, Accepted, -1},
		"both in one second":     {[]*Statement{made(Suspend, "bank", 1), made(Resume, "bank", 1)}, Suspended, 0},
		"ended":                  {[]*Statement{made(End, "airline", 1)}, Ended, 0},
		"ended, not resumed":     {[]*Statement{made(End, "airline", 1), made(Resume, "airline", 2)}, Ended, 0},
		"ended while suspended":  {[]*Statement{made(Suspend, "bank", 0), made(End, "airline", 1)}, Ended, 1},
		"ended twice: the first": {[]*Statement{made(End, "bank", 3), made(End, "airline", 1)}, Ended, 1},
	} {
		got, err := a.Standing(at(10), c.statements...)
		var from *Statement
		if c.from >= 0 {
			from = c.statements[c.from]
		}
		if err != nil || got.State != c.want || got.From != from {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		open := a.Open(at(10), c.statements...)
		if (open == nil) != (c.want == Accepted) || open != nil && (!errors.Is(open, ErrNotInForce) || !strings.Contains(open.Error(), from.By) || !strings.Contains(open.Error(), "because")) {
			t.Errorf("%s: %v", name, open)
		}
	}
	over := time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
	if got, _ := a.Standing(over, made(Suspend, "bank", 0)); got.State != Ended || got.From != nil {
		t.Errorf("suspended beyond its days: %+v", got)
	}
	other := mustParse(t, h.signed(t, with(t, "2026-12-31", "2026-12-30")))
	if got, _ := other.Standing(at(10), made(End, "bank", 0)); got.State != Accepted {
		t.Errorf("a statement about another agreement counts: %+v", got)
	}
}

// Two nodes that hold the same statements, in whatever order, say the same.
func TestStandingOfAnyOrder(t *testing.T) {
	h := newHouse(t)
	a := mustParse(t, h.signed(t, sample))
	var all []*Statement
	for i := range 24 {
		what := []string{Suspend, Resume, Suspend, Resume, Resume, End}[rand.IntN(6)]
		all = append(all, h.state(t, a, what, []string{"airline", "bank"}[i%2], noon.Add(time.Duration(rand.IntN(8))*time.Second)))
	}
	for seconds := range 9 {
		now := noon.Add(time.Duration(seconds) * time.Second)
		want, err := a.Standing(now, all...)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			if got, err := a.Standing(now, all...); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%+v, then %+v, %v", want, got, err)
			}
		}
	}
}
