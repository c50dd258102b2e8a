package strict

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// read reads one value from under the key v.
func read[T any](text string, take func(Section) T) (T, error) {
	r := NewReader("a test")
	s := r.Section(r.Document([]byte(text)), "", "v", "w")
	v := take(s)
	return v, r.Err()
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		text string
		take func(Section) string
		want string // empty: refused
	}{
		{"v: true", truth, "true"}, {"v: false", truth, "false"}, {"v: yes", truth, ""}, {"v: 'true'", truth, ""}, {"v: True", truth, ""}, {"v: [true]", truth, ""},
		{"v: 2026-01-31", date, "2026-01-31"}, {"v: 2026-02-30", date, ""}, {"v: 2026-1-31", date, ""}, {"v: {}", date, ""},
		{"v: 1 day", period, "1 day P1D"}, {"v: 90 days", period, "90 days P90D"}, {"v: 12 months", period, "12 months P12M"}, {"v: 2 years", period, "2 years P2Y"},
		{"v: 0 days", period, ""}, {"v: 99999 days", period, ""}, {"v: 2 weeks", period, ""}, {"v: 2", period, ""},
		{"v: one line", line, "one line"}, {"v: \"two\\nlines\"", line, ""}, {"v: ''", line, ""}, {"v: 12", line, ""},
		{"v: [a, b]", names, "[a b]"}, {"v: [a, a]", names, ""}, {"v: [a b]", names, ""}, {"v: []", names, ""}, {"v: a", names, ""},
		{"v: [x, y]", choices, "[x y]"}, {"v: [x, z]", choices, ""}, {"v: [x, x]", choices, ""},
		{"v: 1.50", decimals, "1.50 1.5"}, {"v: 3", decimals, "3 3"}, {"v: 10.1", decimals, ""},
		{"w: 1", line, ""}, {"v: a\nu: 1", line, ""}, {"v: a\nv: b", line, ""}, {"v: &x a", line, ""}, {"v: !!str a", line, ""}, {"v: a\n---\nv: b", line, ""},
	} {
		got, err := read(c.text, c.take)
		var fe *FieldError
		switch {
		case c.want == "" && !errors.As(err, &fe):
			t.Errorf("%q: read as %q", c.text, got)
		case c.want == "" && (!strings.HasPrefix(err.Error(), "a test") || strings.Contains(err.Error(), "\n")):
			t.Errorf("%q: %v", c.text, err)
		case c.want != "" && (err != nil || got != c.want):
			t.Errorf("%q: %q, %v, want %q", c.text, got, err, c.want)
		}
	}
}

func truth(s Section) string { return fmt.Sprint(s.Truth(s.Need("v"), "v")) }
func date(s Section) string  { return s.Date(s.Need("v"), "v").Format(time.DateOnly) }
func line(s Section) string  { return s.Line(s.Need("v"), "v") }
func names(s Section) string { return fmt.Sprint(s.Names(s.Need("v"), "v")) }
func period(s Section) string {
	p := s.Period(s.Need("v"), "v")
	return p.String() + " " + p.ISO()
}
func choices(s Section) string { return fmt.Sprint(s.Choices(s.Need("v"), "v", "x", "y")) }
func decimals(s Section) string {
	d := s.Decimal(s.Need("v"), "v", 10)
	if s.Err() != nil {
		return ""
	}
	return d.String() + " " + d.Plain()
}

func TestPeriodAfter(t *testing.T) {
	from := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
	for p, want := range map[Period]string{{90, "day"}: "2026-04-15", {12, "month"}: "2027-01-15", {2, "year"}: "2028-01-15"} {
		if got := p.After(from).Format(time.DateOnly); got != want {
			t.Errorf("%s: %s, want %s", p, got, want)
		}
	}
	if none := (Period{}); none.String() != "" || none.ISO() != "" {
		t.Error("no period is said to be one")
	}
}

func TestFirstErrorStays(t *testing.T) {
	r := NewReader("a test")
	s := r.Section(r.Document([]byte("v: 5\nw: 6\n")), "", "v", "w")
	s.Count(s.Need("v"), "v", 10)
	s.Text(s.Need("w"), "w")
	if err := r.Err(); !errors.Is(err, ErrBelowFloor) || !strings.Contains(err.Error(), "line 1, v") {
		t.Error(err)
	}
	if s.Len() != 2 || s.node.Line != 1 {
		t.Error("the section is read wrongly")
	}
}
