package node

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mandorla/identity"
)

// ErrConfig is a node.yaml that cannot be used as it is.
var ErrConfig = errors.New("node.yaml")

// A Config is a node's node.yaml.
type Config struct {
	Name     string             `yaml:"name"`
	Listen   string             `yaml:"listen"`
	Datasets map[string]Dataset `yaml:"datasets"`
	Peers    map[string]Peer    `yaml:"peers"`
	Ledger   string             `yaml:"ledger"` // a PostgreSQL URL; mandorla.db in the node's folder by default
}

// A Peer is where a partner's node listens. Its key stands in the agreement.
type Peer struct {
	Address string `yaml:"address"`
}

// A Dataset is a member's table: where it is and what its columns are for.
type Dataset struct {
	Source      string       `yaml:"source"`    // a file, a folder or a glob; relative to the node's folder
	Delimiter   string       `yaml:"delimiter"` // of CSV, one character; a comma by default
	Encoding    string       `yaml:"encoding"`  // of CSV: utf-8, latin-1 or windows-1252
	NoHeader    bool         `yaml:"no_header"` // columns are then named c0, c1, …
	Identifiers []Identifier `yaml:"identifiers"`
	Dimensions  []Dimension  `yaml:"dimensions"`
	Measures    []Measure    `yaml:"measures"`
	Eligibility Eligibility  `yaml:"eligibility"`
	Optouts     *Optouts     `yaml:"optouts"`
}

// Optouts says of a dataset that its rows are objections, and which column says
// since when.
type Optouts struct {
	Column string `yaml:"column"`
}

// An Identifier says which columns make an identifier of a type.
type Identifier struct {
	Type    string   `yaml:"type"`
	Label   string   `yaml:"label"`
	Column  string   `yaml:"column"`
	Columns []string `yaml:"columns"`
	Region  string   `yaml:"region"`
	Country string   `yaml:"country"` // of address and household
	Parts   []string `yaml:"parts"`   // of address and household: what each column holds
	By      string   `yaml:"by"`      // of household: surname_address, the default, or address

	MostPeople uint64 `yaml:"most_people"` // of household: more rows at one address are an institution; 10 by default
}

// ReadConfig reads a node's node.yaml, strictly: an unknown field is an error
// with its line.
func ReadConfig(dir string) (*Config, error) {
	b, err := os.ReadFile(filepath.Join(dir, "node.yaml"))
	if err != nil {
		return nil, fmt.Errorf("%w: %w; `mandorla init` makes a node's folder", ErrConfig, err)
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	var c Config
	if err := d.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %s", ErrConfig, oneLine(err))
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return &c, nil
}

// oneLine is a YAML error without its line breaks.
func oneLine(err error) string {
	return strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " ")
}

func (c *Config) check() error {
	if c.Name == "" {
		return errors.New("name: missing; give the node a name")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Datasets)) {
		if err := c.Datasets[name].check(); err != nil {
			return fmt.Errorf("datasets.%s.%w", name, err)
		}
	}
	return nil
}

func (d Dataset) check() error {
	if d.Source == "" {
		return errors.New("source: missing; name a file, a folder or a glob")
	}
	if len([]rune(d.Delimiter)) > 1 {
		return errors.New("delimiter: one character, such as \";\"")
	}
	for i, id := range d.Identifiers {
		if err := id.check(); err != nil {
			return fmt.Errorf("identifiers[%d].%w", i, err)
		}
	}
	for i, dim := range d.Dimensions {
		if err := dim.check(); err != nil {
			return fmt.Errorf("dimensions[%d]: %w", i, err)
		}
	}
	for i, m := range d.Measures {
		if err := m.check(); err != nil {
			return fmt.Errorf("measures[%d].%w", i, err)
		}
	}
	if d.Optouts != nil && d.Optouts.Column == "" {
		return errors.New("optouts.column: missing; name the column that says since when a person objects")
	}
	return d.Eligibility.check()
}

func (id Identifier) check() error {
	if (id.Column == "") == (len(id.Columns) == 0) {
		return errors.New("column: name either column or columns")
	}
	postal := id.Type == identity.Address || id.Type == identity.Household
	switch {
	case !postal && (id.Country != "" || len(id.Parts) > 0):
		return fmt.Errorf("country, parts: of the types %s and %s alone", identity.Address, identity.Household)
	case id.Type != identity.Household && (id.By != "" || id.MostPeople != 0):
		return fmt.Errorf("by, most_people: of the type %s alone", identity.Household)
	}
	plain, err := identity.Lookup("plain-1")
	if err != nil {
		return err
	}
	if _, err := plain.Normaliser(id.spec()); err != nil {
		return fmt.Errorf("type: %w", err)
	}
	return nil
}

// spec is the identifier in the words of package identity.
func (id Identifier) spec() identity.Spec {
	return identity.Spec{Type: id.Type, Label: id.Label, Region: id.Region, Columns: id.columns(),
		Country: id.Country, Parts: id.Parts, By: id.By}
}

func (id Identifier) columns() []string {
	if id.Column != "" {
		return []string{id.Column}
	}
	return id.Columns
}

// delimiter is the CSV delimiter, or 0 for the default.
func (d Dataset) delimiter() rune {
	for _, r := range d.Delimiter {
		return r
	}
	return 0
}
