package agreement

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mandorla/agreement/strict"
)

// A Field is a column that is sold, at a width that does not depend on what
// stands in it.
type Field struct {
	Column string
	Type   string // FieldText, FieldInteger or FieldDate
	Bytes  int    // of FieldText: the most that a cell has
}

// The types of fields.
const (
	FieldText    = "text"
	FieldInteger = "integer"
	FieldDate    = "date"
)

// The limits of a schema.
const (
	maxTextBytes = 255
	maxFields    = 32
	maxWidth     = 2000
)

// String is the type in the form of the YAML text: text 60.
func (f Field) String() string {
	if f.Type == FieldText {
		return f.Type + " " + strconv.Itoa(f.Bytes)
	}
	return f.Type
}

// Width is the bytes of a field: one that says whether there is a value, and the
// value; a text's length goes before it.
func (f Field) Width() int {
	switch f.Type {
	case FieldText:
		return 1 + 1 + f.Bytes
	case FieldDate:
		return 1 + 4
	}
	return 1 + 8
}

// Width is the bytes of a row of some fields.
func Width(fields []Field) (n int) {
	for _, f := range fields {
		n += f.Width()
	}
	return n
}

// schemaWords are the fields as the terms have them.
func schemaWords(fields []Field) string {
	if len(fields) == 0 {
		return absent
	}
	all := make([]string, len(fields))
	for i, f := range fields {
		all[i] = f.Column + ": " + f.String()
	}
	return "{" + strings.Join(all, ", ") + "}"
}

// sold reads what belongs to a sale: the schema of its columns, and how many
// names a run may hand over.
func (r reader) sold(s strict.Section, a *Analysis) {
	a.MaxNames = r.Count(s.Need("max_names"), s.At("max_names"), 1)
	if len(a.Columns) != 1 {
		r.Fail(s.Node(), s.At("columns"), "missing, or of more than one member; name the seller's columns")
		return
	}
	types, path := map[string]Field{}, s.At("schema")
	for _, p := range r.Pairs(s.Need("schema"), path) {
		f, ok := parseField(p.Name, r.Text(p.Value, p.Path))
		if !ok {
			r.Fail(p.Value, p.Path, "must be text and its most bytes, such as text 60, at most %d; or integer, or date", maxTextBytes)
		}
		types[p.Name] = f
	}
	for _, columns := range a.Columns {
		for _, c := range columns {
			f, ok := types[c]
			if !ok {
				r.Fail(s.Need("schema"), path, "has no %.40q, which stands under columns; say its type", c)
			}
			a.Sold = append(a.Sold, f)
			delete(types, c)
		}
	}
	switch {
	case len(types) > 0:
		r.Fail(s.Need("schema"), path, "names a column that does not stand under columns")
	case len(a.Sold) > maxFields || Width(a.Sold) > maxWidth:
		r.Fail(s.Need("schema"), path, "has %d columns of %d bytes together, at most %d and %d", len(a.Sold), Width(a.Sold), maxFields, maxWidth)
	}
}

// parseField reads text 60, integer or date.
func parseField(column, text string) (Field, bool) {
	if slices.Contains([]string{FieldInteger, FieldDate}, text) {
		return Field{Column: column, Type: text}, true
	}
	digits, is := strings.CutPrefix(text, FieldText+" ")
	n, err := strconv.Atoi(digits)
	ok := is && err == nil && n >= 1 && n <= maxTextBytes && strconv.Itoa(n) == digits
	return Field{column, FieldText, n}, ok
}

// saleWords says who buys what, and what the seller learns.
func (t *Terms) saleWords(a *Analysis) string {
	seller, err := t.Peer(a.To[0])
	if err != nil {
		seller = "the other"
	}
	buyer := a.To[0]
	return fmt.Sprintf("%s is given those customers of %s that it does not have yet, at most %d in a run: of each %s, as %s."+
		" It also learns how many customers %s has on sale, and how many of them it has already, by which identifiers; not which of its own they are."+
		" %s learns how many were taken, and not which. All rows of %s's dataset take part, whatever their consent: they keep people off the purchase, and %s learns nothing of them.",
		buyer, seller, a.MaxNames, columnWords(a.Columns), schemaWords(a.Sold), seller, seller, buyer, seller)
}
