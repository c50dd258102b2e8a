package bands

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
)

// The types of columns.
const (
	Enum    = "enum"    // one of some values
	Bool    = "bool"    // true or false
	Int     = "int"     // the band that an integer lies in
	Decimal = "decimal" // the band that a number of some digits lies in
	Date    = "date"    // the month, quarter, year or decade of a day
	Text    = "text"    // one of the vendor's own commonest values
)

// The bounds of a schema. More values of a column than this say too much of a
// person (PROTOCOLS.md §11.7).
const (
	MostValues  = 64
	mostColumns = 32
	mostText    = 64  // bytes of a text
	mostWidth   = 128 // bytes of a label
)

// A Column is one column and its values. It is read-only.
type Column struct {
	Name     string
	Type     string
	Values   []string // of an enum
	Min, Max string   // of an int, a decimal or a date, as written
	Band     string   // how wide a band is: a number; of a date, a unit
	MaxBytes int      // of a text

	scale scale
}

// A Schema is the columns of a label, in their order.
type Schema []Column

// Width is the bytes of a label.
func (s Schema) Width() (n int) {
	for _, c := range s {
		n += c.Width()
	}
	return n
}

// Width is the column's bytes in a label: a code, and the text itself.
func (c Column) Width() int { return 1 + c.MaxBytes }

// String is the schema in one line, the same for the same schema.
func (s Schema) String() string {
	all := make([]string, len(s))
	for i, c := range s {
		all[i] = c.String()
	}
	return strings.Join(all, "; ")
}

// String is the column in one line, as the agreement says it.
func (c Column) String() string {
	line := fmt.Sprintf("%q %s", c.Name, c.Type)
	switch c.Type {
	case Enum:
		return line + fmt.Sprintf(" %q", c.Values)
	case Text:
		return line + fmt.Sprintf(" of %d bytes", c.MaxBytes)
	case Bool:
		return line
	}
	return line + fmt.Sprintf(" from %s to %s by %s", c.Min, c.Max, c.Band)
}

// Hash names the schema: it is in PROPOSE and in every label's seal.
func (s Schema) Hash() [32]byte {
	return sha256.Sum256([]byte("CLEANROOM-V01-CS01-LABEL-SCHEMA" + s.String()))
}

// Names are the columns' names.
func (s Schema) Names() []string {
	all := make([]string, len(s))
	for i, c := range s {
		all[i] = c.Name
	}
	return all
}

// errLabel says nothing of what was there: it is a person's.
var errLabel = errors.New("a label that the schema cannot have")

// Check refuses bytes that are no label of the schema.
func (s Schema) Check(label []byte) error {
	if len(label) != s.Width() {
		return errLabel
	}
	for _, c := range s {
		if err := c.check(label[:c.Width()]); err != nil {
			return err
		}
		label = label[c.Width():]
	}
	return nil
}
