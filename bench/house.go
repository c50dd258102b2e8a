package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"mandorla/agreement"
	"mandorla/node"
)

// mostMeasure bounds every measure.
const mostMeasure = 5000

// A subject is what can be measured: an analysis, and the terms under which it runs.
type subject struct{ name, analysis, terms string }

// The subjects that are a match to one member, by either engine.
const (
	matchDH   = "match-dh"
	matchVOLE = "match-vole"
)

var subjects = []subject{
	{agreement.Size, agreement.Size, exact("size: {to: [airline, bank]}")},
	{agreement.Match, agreement.Match, exact("match: {to: [airline, bank]}")},
	{agreement.Aggregate, agreement.Aggregate, `analyses:
  aggregate:
    to: [airline, bank]
    dimensions: {airline: [segment], bank: [segment]}
    measures: {airline: [spend, second, third], bank: [spend, second, third]}
rules: {epsilon_per_run: 4, epsilon_budget: 8, min_set_size: 100, min_segment_rows: 20, min_group_size: 10}
`},
	{matchDH, agreement.Match, exact("match: {to: [airline]}")},
	{matchVOLE, agreement.Match, "engine: vole\n" + exact("match: {to: [airline]}")},
}

// Analyses lists what can be measured: the analyses, and a match to one member by
// either engine.
func Analyses() []string {
	var names []string
	for _, s := range subjects {
		names = append(names, s.name)
	}
	return names
}

// subjectOf is the subject of a name that [Analyses] lists.
func subjectOf(name string) subject {
	return subjects[slices.IndexFunc(subjects, func(s subject) bool { return s.name == name })]
}

func exact(analysis string) string {
	return "analyses:\n  " + analysis + "\nrules: {noise: none, min_set_size: 100, min_list_size: 1, min_group_size: 1}\n"
}

const head = `agreement: bench
kind: partner
purpose: Measure how long a run takes
members:
  airline: %q
  bank: %q
datasets: {airline: rows, bank: rows}
identifiers: {profile: uid2-1, types: [email]}
valid: {from: %s, until: %s}
`

const config = `name: %s
listen: 127.0.0.1:0
datasets:
  rows:
    source: %q
    identifiers:
      - {type: email, column: email}
    dimensions: [segment]
    measures:
      - {column: spend, min: 0, max: 5000}
      - {column: second, min: 0, max: 5000}
      - {column: third, min: 0, max: 5000}
    eligibility: {column: consent, kind: flag}
peers:
  %s: {address: %q}
`

// A house is two nodes' folders with an agreement for one analysis.
type house struct {
	dir string
	subject
	tables *tables
}

// build makes both nodes' folders and lets both sign and accept the agreement.
func (h *house) build() error {
	keys := map[string]string{}
	var err error
	for _, member := range []string{airline, bank} {
		if keys[member], err = node.Init(h.folder(member), member, ""); err != nil {
			return err
		}
		if err := h.configure(member, "127.0.0.1:1"); err != nil {
			return err
		}
	}
	today := time.Now().UTC()
	text := fmt.Sprintf(head, keys[airline], keys[bank], today.AddDate(0, 0, -1).Format(time.DateOnly), today.AddDate(0, 0, 7).Format(time.DateOnly))
	if err := os.WriteFile(h.agreement(), []byte(text+h.terms), 0o644); err != nil {
		return err
	}
	for _, member := range []string{airline, bank} {
		if _, err := node.Sign(h.folder(member), h.agreement(), nil); err != nil {
			return err
		}
	}
	for _, member := range []string{airline, bank} {
		if _, err := node.Accept(h.folder(member), h.agreement()); err != nil {
			return err
		}
	}
	return nil
}

// configure writes a member's node.yaml with the address of its peer.
func (h *house) configure(member, peer string) error {
	other := airline
	if member == airline {
		other = bank
	}
	text := fmt.Sprintf(config, member, h.tables.paths[member], other, peer)
	return os.WriteFile(filepath.Join(h.folder(member), "node.yaml"), []byte(text), 0o644)
}

func (h *house) folder(member string) string { return filepath.Join(h.dir, member) }
func (h *house) agreement() string           { return filepath.Join(h.dir, "agreement.yaml") }
