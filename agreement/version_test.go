package agreement

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// next is the signed next version, with one part replaced.
func (h house) next(t testing.TB, old *Agreement, from, to string) *Agreement {
	t.Helper()
	draft, err := NewVersion(old)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(draft, []byte(from)) {
		t.Fatalf("the draft has no %q", from)
	}
	return mustParse(t, h.signed(t, strings.Replace(string(draft), from, to, 1)))
}

func TestNewVersion(t *testing.T) {
	h := newHouse(t)
	first := mustParse(t, h.signed(t, sample))
	draft, err := NewVersion(first)
	if err != nil {
		t.Fatal(err)
	}
	second := mustParse(t, draft)
	if second.Terms.Version != 2 || second.Terms.Replaces != first.ID() || len(second.SignedBy()) != 0 {
		t.Errorf("%+v", second.Terms)
	}
	if !strings.Contains(string(draft), "# service-provider | affiliate") {
		t.Error("the comments are gone")
	}
	if lines, err := Revision(first, second); err != nil || len(lines) != 1 || !strings.Contains(lines[0], "No term changes") {
		t.Errorf("%q, %v", lines, err)
	}
	third := h.next(t, mustParse(t, h.signed(t, string(draft))), "min_group_size: 50", "min_group_size: 60")
	if third.Terms.Version != 3 || third.Terms.Replaces != second.ID() || strings.Count(third.Text(), "\nversion:") != 1 {
		t.Errorf("%+v", third.Terms)
	}
	if _, err := NewVersion(second); !errors.Is(err, ErrNotSigned) {
		t.Errorf("of a draft: %v", err)
	}
	for _, text := range []string{
		with(t, "agreement: skyline-2026", "agreement:\n  skyline-2026"),
		with(t, "agreement: skyline-2026", `"agreement": skyline-2026`),
		with(t, "purpose: Measure the overlap of the co-branded card", "purpose: \"Measure\nversion: 7 of it\n  and more\""),
	} {
		if _, err := NewVersion(mustParse(t, h.signed(t, text))); !errors.Is(err, ErrVersion) {
			t.Errorf("of a layout without lines: %v", err)
		}
	}
}

func TestSucceeds(t *testing.T) {
	h := newHouse(t)
	first := mustParse(t, h.signed(t, sample))
	for _, c := range []struct{ from, to, says string }{
		{"version: 2", "version: 3", "version"},
		{first.ID(), "sha256:" + strings.Repeat("0", 64), "replaces"},
		{"agreement: skyline-2026", "agreement: skyline-2027", "agreement"},
	} {
		next := h.next(t, first, c.from, c.to)
		if err := next.Succeeds(first); !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.to, err)
		}
		if _, err := Revision(first, next); !errors.Is(err, ErrVersion) {
			t.Errorf("%s: %v", c.to, err)
		}
	}
	draft, err := NewVersion(first)
	if err != nil {
		t.Fatal(err)
	}
	others := strings.NewReplacer(h.vkey["bank"], h.vkey["stranger"], "bank", "stranger").Replace(string(draft))
	if err := mustParse(t, []byte(others)).Succeeds(first); !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), "members") {
		t.Errorf("between others: %v", err)
	}
}

func TestReplaced(t *testing.T) {
	h := newHouse(t)
	first := mustParse(t, h.signed(t, sample))
	later := h.next(t, first, "from: 2026-01-01", "from: 2026-06-01")
	june := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	unsigned := mustParse(t, []byte(later.Text()))
	for _, c := range []struct {
		known []*Agreement
		now   time.Time
		want  *Agreement
	}{
		{nil, june, nil},
		{[]*Agreement{first}, june, nil},
		{[]*Agreement{first, unsigned}, june, nil},
		{[]*Agreement{first, later}, june.Add(-time.Second), nil},
		{[]*Agreement{first, later}, june, later},
		{[]*Agreement{later, first}, june.AddDate(2, 0, 0), later},
	} {
		if got := first.Successor(c.now, c.known...); got != c.want {
			t.Errorf("%s: %v", c.now, got)
		}
		if err := first.Replaced(c.now, c.known...); (err != nil) != (c.want != nil) || err != nil && (!errors.Is(err, ErrNotInForce) || !strings.Contains(err.Error(), "version 2")) {
			t.Errorf("%s: %v", c.now, err)
		}
	}
}

func TestRevision(t *testing.T) {
	h := newHouse(t)
	first := mustParse(t, h.signed(t, sample))
	draft, err := NewVersion(first)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("min_group_size: 50", "min_group_size: 20", "epsilon_budget: 10", "epsilon_budget: 5, noise: none",
		h.vkey["bank"], newHouse(t).vkey["bank"], "2026-12-31", "2027-06-30", "  match: {to: [airline], columns: {airline: [customer_id]}}\n", "",
		"kind: partner ", "retention: 90 days\nkind: partner ").Replace(string(draft))
	got, err := Revision(first, mustParse(t, []byte(text)))
	want := []string{
		"members.bank: other keys sign than before.",
		"analyses.match.to is left out; it was [airline].",
		"analyses.match.columns.airline is left out; it was [customer_id].",
		"analyses.match.blind is left out; it was per-run.",
		"retention is new: 90 days.",
		"rules.noise is new: none, which is laxer.",
		"rules.epsilon_budget was 10 and becomes 5, which is stricter.",
		"rules.min_group_size was 50 and becomes 20, which is laxer.",
		"valid.until was 2026-12-31 and becomes 2027-06-30.",
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v\n%s", err, strings.Join(got, "\n"))
	}
}

// An accepted agreement is read-only, but that a sale takes a further signature.
func TestAcceptedIsReadOnly(t *testing.T) {
	h := newHouse(t)
	for kind, grows := range map[string]bool{Partner: false, Sale: true} {
		file := []byte(strings.Replace(two(t, h), "kind: partner", "kind: "+kind, 1))
		for _, name := range []string{"airline", "airline-legal", "bank", "bank-legal"} {
			var err error
			if file, err = Sign(file, h.signer(t, name)); err != nil {
				t.Fatal(err)
			}
		}
		more, err := Sign(file, h.signer(t, "airline-spare"))
		if err != nil || bytes.Equal(more, file) == grows || mustParse(t, more).Verify() != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
