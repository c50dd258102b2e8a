package node

import (
	"errors"
	"fmt"
	"math/big"
	"slices"

	"go.yaml.in/yaml/v3"
)

// A Dimension is a column whose values make the cells of a cross-table. Which
// values are told apart is declared, or follows from the data: those with
// enough rows. In node.yaml it is a column's name, or
// {column: …, values: […]}, or {column: …, bands: […]} of a numeric column.
type Dimension struct {
	Column string
	Values []string // the values told apart; all others are "other"
	Bands  []string // where bands of numbers begin, in increasing order
}

// UnmarshalYAML implements [yaml.Unmarshaler].
func (d *Dimension) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		d.Column = n.Value
		return nil
	}
	if err := onlyKeys(n, "column", "values", "bands"); err != nil {
		return err
	}
	var plain struct {
		Column        string
		Values, Bands []string
	}
	if err := n.Decode(&plain); err != nil {
		return err
	}
	*d = Dimension(plain)
	return nil
}

// A Measure is a numeric column, and the bounds that its values are clamped to.
type Measure struct {
	Column string
	Min    Bound
	Max    Bound
}

// A Bound is a number exactly as it is written.
type Bound struct {
	Text string
	Rat  *big.Rat
}

// UnmarshalYAML implements [yaml.Unmarshaler].
func (b *Bound) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: a bound is a number", n.Line)
	}
	bound, err := newBound(n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	*b = bound
	return nil
}

// longestBound is more digits than any bound has.
const longestBound = 32

func newBound(text string) (Bound, error) {
	r, ok := new(big.Rat), false
	if len(text) <= longestBound && !slices.Contains([]byte(text), 'e') && !slices.Contains([]byte(text), 'E') {
		r, ok = r.SetString(text)
	}
	if !ok {
		return Bound{}, fmt.Errorf("a bound is a number such as -12.50")
	}
	return Bound{text, r}, nil
}

// onlyKeys refuses a mapping with other keys than these.
func onlyKeys(n *yaml.Node, keys ...string) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: a column's name, or a mapping", n.Line)
	}
	for i := 0; i < len(n.Content); i += 2 {
		if !slices.Contains(keys, n.Content[i].Value) {
			return fmt.Errorf("line %d: unknown field %.40q", n.Content[i].Line, n.Content[i].Value)
		}
	}
	return nil
}

func (d Dimension) check() error {
	if d.Column == "" {
		return errors.New("column: missing")
	}
	if len(d.Values) > 0 && len(d.Bands) > 0 {
		return errors.New("name either values or bands")
	}
	if len(d.Values) > mostCodes-2 || len(d.Bands) > mostCodes-3 {
		return fmt.Errorf("at most %d values", mostCodes-2)
	}
	for _, b := range d.Bands {
		if _, err := newBound(b); err != nil {
			return fmt.Errorf("bands: %w", err)
		}
	}
	_, err := newDictionary(d)
	return err
}

func (m Measure) check() error {
	switch {
	case m.Column == "":
		return errors.New("column: missing")
	case m.Min.Rat == nil, m.Max.Rat == nil:
		return errors.New("min, max: missing; a sum needs bounds that do not come from the data")
	case m.Min.Rat.Cmp(m.Max.Rat) >= 0:
		return errors.New("min: not below max")
	}
	return nil
}
