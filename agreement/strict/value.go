package strict

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Date gives a day of the calendar, as midnight UTC.
func (r *Reader) Date(n *yaml.Node, field string) time.Time {
	r.Plain(n, field)
	d, err := time.Parse(time.DateOnly, n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || d.Year() < 1 {
		r.Fail(n, field, "must be a day of the calendar, such as 2026-01-31")
	}
	return d
}

// Truth gives a yes or a no, written true or false.
func (r *Reader) Truth(n *yaml.Node, field string) bool {
	r.Plain(n, field)
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" || n.ShortTag() != "!!bool" {
		r.Fail(n, field, "must be true or false")
	}
	return n.Value == "true"
}

// Line gives text that stands on one line.
func (r *Reader) Line(n *yaml.Node, field string) string {
	s := r.Text(n, field)
	if strings.Contains(s, "\n") {
		r.Fail(n, field, "must stand on one line")
	}
	return s
}

// Names gives a list of texts that each pass CheckName.
func (r *Reader) Names(n *yaml.Node, field string) []string {
	all := r.Texts(n, field)
	for _, s := range all {
		if err := CheckName(s); err != nil {
			r.Fail(n, field, "each %v", err)
		}
	}
	return all
}

// Choices gives a list of some of the words.
func (r *Reader) Choices(n *yaml.Node, field string, words ...string) []string {
	all := r.Texts(n, field)
	if len(all) > len(words) {
		r.Fail(n, field, "must be some of: %s", strings.Join(words, ", "))
		return nil
	}
	for i := range all {
		r.OneOf(n.Content[i], field, words...)
	}
	return all
}

// A Period is a length of time as people agree on it: 90 days, 12 months, 2 years.
type Period struct {
	N    int
	Unit string // day, month or year
}

var periodForm = regexp.MustCompile(`^([1-9][0-9]{0,3}) (day|month|year)s?$`)

// Period gives a length of time.
func (r *Reader) Period(n *yaml.Node, field string) Period {
	m := periodForm.FindStringSubmatch(r.Text(n, field))
	if m == nil {
		r.Fail(n, field, "must be a time such as 90 days, 12 months or 2 years")
		return Period{}
	}
	count, _ := strconv.Atoi(m[1])
	return Period{count, m[2]}
}

// String is the form of the YAML text, empty for no period.
func (p Period) String() string {
	switch p.N {
	case 0:
		return ""
	case 1:
		return "1 " + p.Unit
	}
	return fmt.Sprintf("%d %ss", p.N, p.Unit)
}

// ISO is the period as ISO 8601 writes it: P90D.
func (p Period) ISO() string {
	if p.N == 0 {
		return ""
	}
	return fmt.Sprintf("P%d%s", p.N, strings.ToUpper(p.Unit[:1]))
}

// After is the day on which a period that began on a day is over.
func (p Period) After(from time.Time) time.Time {
	switch p.Unit {
	case "day":
		return from.AddDate(0, 0, p.N)
	case "month":
		return from.AddDate(0, p.N, 0)
	}
	return from.AddDate(p.N, 0, 0)
}
