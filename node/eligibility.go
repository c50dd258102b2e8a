package node

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"mandorla/consent"
	"mandorla/consent/optout"
	"mandorla/identity"
)

// Eligibility is what a dataset has to say about who may take part: one entry,
// or a list of them, all of which a row has to pass.
type Eligibility []EligibilityEntry

// An EligibilityEntry is a [consent.Entry] as node.yaml has it.
type EligibilityEntry struct {
	Kind       string   `yaml:"kind"`
	Column     string   `yaml:"column"`
	Columns    []string `yaml:"columns"`
	For        []string `yaml:"for"`
	In         []string `yaml:"in"`
	Purposes   []int    `yaml:"purposes"`
	Basis      string   `yaml:"basis"`
	Vendor     int      `yaml:"vendor"`
	MaxDays    int      `yaml:"max_days"`
	DateColumn string   `yaml:"date_column"`
	Least      int      `yaml:"least"`
	Country    string   `yaml:"country"`
	Files      []string `yaml:"files"` // relative to the node's folder
	Digests    bool     `yaml:"digests"`
	Type       string   `yaml:"type"` // list, drop: of the identifier that the files hold
	Region     string   `yaml:"region"`
}

// UnmarshalYAML reads one entry or a list, strictly.
func (e *Eligibility) UnmarshalYAML(n *yaml.Node) error {
	entries := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		entries = n.Content
	}
	for _, entry := range entries {
		text, err := yaml.Marshal(entry)
		if err != nil {
			return err
		}
		d := yaml.NewDecoder(bytes.NewReader(text))
		d.KnownFields(true)
		var one EligibilityEntry
		if err := d.Decode(&one); err != nil {
			return fmt.Errorf("line %d: eligibility: an entry has a field that is not known, or of another type", entry.Line)
		}
		*e = append(*e, one)
	}
	return nil
}

// check looks at what does not depend on a run.
func (e Eligibility) check() error {
	for i, entry := range e {
		c, err := entry.entry(nil)
		if err == nil {
			err = c.Check()
		}
		if err != nil {
			return fmt.Errorf("eligibility[%d]: %w", i, err)
		}
	}
	return nil
}

// kinds are the kinds of entries that judge under a kind of agreement.
func (e Eligibility) kinds(agreement string) (out []string) {
	for _, entry := range e {
		if len(entry.For) == 0 || slices.Contains(entry.For, agreement) {
			out = append(out, entry.Kind)
		}
	}
	return out
}

// entry is the entry in the words of package consent. Without a profile its
// identifiers cannot be made canonical yet.
func (e EligibilityEntry) entry(profile *identity.Profile) (consent.Entry, error) {
	out := consent.Entry{Kind: e.Kind, Column: e.Column, Columns: e.Columns, For: e.For, In: e.In,
		Purposes: e.Purposes, Basis: e.Basis, Vendor: e.Vendor, MaxDays: e.MaxDays, DateColumn: e.DateColumn,
		Least: e.Least, Country: e.Country, Files: e.Files, Digests: e.Digests}
	if e.Type == "" && e.Kind != "list" && e.Kind != "drop" {
		return out, nil
	}
	var err error
	out.Canonical, err = e.canonical(profile)
	return out, err
}

// canonical is how a row's cells become what the entry's files hold.
func (e EligibilityEntry) canonical(profile *identity.Profile) (optout.Canonical, error) {
	if e.Kind == "drop" {
		switch e.Type {
		case identity.Email:
			return optout.DropEmail, nil
		case identity.Phone:
			return optout.DropPhone, nil
		}
		return nil, fmt.Errorf("type: a DROP file is of type email or phone, not %.20q", e.Type)
	}
	if profile == nil {
		var err error
		if profile, err = identity.Lookup("plain-1"); err != nil {
			return nil, err
		}
	}
	columns := e.Columns
	if e.Column != "" {
		columns = []string{e.Column}
	}
	first, err := profile.Normaliser(identity.Spec{Type: e.Type, Label: e.Kind, Region: e.Region, Columns: columns})
	if err != nil {
		return nil, fmt.Errorf("type: %w", err)
	}
	pool := sync.Pool{New: func() any { return first.Again() }}
	return func(dst []byte, cells ...[]byte) ([]byte, bool) {
		n := pool.Get().(*identity.Normaliser)
		defer pool.Put(n)
		out, reason := n.Append(dst, cells...)
		return out, reason == identity.Usable
	}, nil
}

// judgement makes the policy that judges a dataset's rows in a run, reading
// every list anew; nil where the dataset says nothing.
func (n *Node) judgement(d Dataset, profile *identity.Profile, run consent.Run) (*consent.Policy, error) {
	if len(d.Eligibility) == 0 {
		return nil, nil
	}
	run.Open = func(name string) (io.ReadCloser, error) {
		return os.Open(n.path(name))
	}
	var entries []consent.Entry
	for _, e := range d.Eligibility {
		entry, err := e.entry(profile)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return consent.Compile(entries, run)
}
