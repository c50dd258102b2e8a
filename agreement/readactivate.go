package agreement

import (
	"regexp"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/sumdb/note"

	"mandorla/agreement/strict"
)

// What activate holds at most, and what it is where it is left out.
const (
	maxRecipients  = 20
	maxActivated   = 50
	maxDeleteDays  = 3650
	maxDecoys      = 500
	defaultDecoys  = 10
	recipientForms = "an age1… key or an hpke+… line"
)

var recipientKey = regexp.MustCompile(`^(age1[02-9ac-hj-np-z]{58}|hpke\+[0-9a-f]{8}\+[A-Za-z0-9+/]{43}=)$`)

// activate reads who gets which columns of the matched rows, and until when.
func (r reader) activate(n *yaml.Node, t *Terms) *Activate {
	s := r.Section(n, "activate", "recipients", "columns", "delete_within_days", "grace_days", "decoys")
	a := &Activate{Recipients: map[string]Recipient{}, Decoys: defaultDecoys}
	for _, p := range r.Pairs(s.Need("recipients"), s.At("recipients")) {
		a.Recipients[p.Name] = r.recipient(p.Key, p.Value, p.Path, p.Name, t.Members)
	}
	if len(a.Recipients) < 1 || len(a.Recipients) > maxRecipients {
		r.Fail(s.Need("recipients"), s.At("recipients"), "must name 1 to %d", maxRecipients)
	}
	columns := s.Need("columns")
	a.Columns = r.columns(columns, s.At("columns"), t.Members)
	for member, names := range a.Columns {
		if !t.Analyses.Match.Learns(member) {
			r.Fail(columns, s.At("columns"), "%s learns no list of matches; name it under analyses.match.to first", member)
		}
		if len(names) > maxActivated {
			r.Fail(columns, s.At("columns"), "must be at most %d", maxActivated)
		}
		r.columnsListed(columns, s.At("columns"), member, names, t)
	}
	days := s.Need("delete_within_days")
	a.Days = r.days(days, s.At("delete_within_days"), 1)
	if n, ok := s.Has("grace_days"); ok {
		a.Grace = r.days(n, s.At("grace_days"), 0)
	}
	if n, ok := s.Has("decoys"); ok {
		a.Decoys = int(r.Count(n, s.At("decoys"), 1))
		if a.Decoys < 1 || a.Decoys > maxDecoys {
			r.Fail(n, s.At("decoys"), "must be 1 to %d", maxDecoys)
		}
	}
	return a
}

// columnsListed: only what a list of matches may show can leave with it.
func (r reader) columnsListed(n *yaml.Node, field, member string, names []string, t *Terms) {
	listed := map[string]bool{}
	if t.Analyses.Match != nil {
		for _, c := range t.Analyses.Match.Columns[member] {
			listed[c] = true
		}
	}
	for _, c := range names {
		if !listed[c] {
			r.Fail(n, field, "%.64q is not under analyses.match.columns.%s; a file is made of what the list of matches shows", c, member)
		}
	}
}

func (r reader) days(n *yaml.Node, field string, least uint64) int {
	days := r.Count(n, field, least)
	if days > maxDeleteDays {
		r.Fail(n, field, "must be at most %d", maxDeleteDays)
	}
	return int(min(days, maxDeleteDays))
}

// recipient reads a key alone, of a member, or {key: …, verifier: …}.
func (r reader) recipient(at, n *yaml.Node, field, name string, members map[string]string) Recipient {
	if err := strict.CheckName(name); err != nil {
		r.Fail(at, field, "the name %v", err)
	}
	key, verifier := n, members[name]
	if n.Kind == yaml.MappingNode {
		s := r.Section(n, field, "key", "verifier")
		key = s.Need("key")
		v, given := s.Has("verifier")
		switch {
		case verifier != "" && given:
			r.Fail(v, s.At("verifier"), "%s is a member, whose node's key signs; leave it out", name)
		case given:
			verifier = r.Line(v, s.At("verifier"))
			r.verifierOf(v, s.At("verifier"), name, verifier)
		}
	}
	if verifier == "" {
		r.Fail(n, field, "%s is no member; write {key: …, verifier: …}, with the line of its identity.pub, which signs for the deletion", name)
	}
	text := r.Line(key, field)
	if !recipientKey.MatchString(text) {
		r.Fail(key, field, "not a key to seal to; write %s", recipientForms)
	}
	return Recipient{text, verifier}
}

func (r reader) verifierOf(n *yaml.Node, field, name, line string) {
	v, err := note.NewVerifier(line)
	if err != nil || v.Name() != name {
		r.Fail(n, field, "not a verifier key of %s; write the line of its identity.pub", name)
	}
}
