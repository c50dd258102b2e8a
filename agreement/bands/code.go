package bands

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"
)

// truths are what cells of a bool column may hold, in code order: false, true.
var truths = [2][]string{{"false", "f", "no", "n", "0"}, {"true", "t", "yes", "y", "1"}}

// Code is the code of a cell that is not empty, from 1; ok is false for a cell
// that none of the column's values stands for. A text's codes are the
// vendor's own: for it ok says whether the text could be sent.
func (c Column) Code(cell []byte) (code byte, ok bool) {
	switch c.Type {
	case Enum:
		code = byte(1 + slices.Index(c.Values, string(cell)))
	case Bool:
		code = truth(cell)
	case Int, Decimal:
		if v, more, ok := scaled(string(cell), c.scale.digits); ok {
			code = c.scale.of(v, more)
		}
	case Date:
		code = c.day(cell)
	case Text:
		return 1, fits(cell, c.MaxBytes)
	}
	return code, code > 0
}

func truth(cell []byte) byte {
	lower := string(bytes.ToLower(cell))
	for i, words := range truths {
		if slices.Contains(words, lower) {
			return byte(1 + i)
		}
	}
	return 0
}

// day reads a day of the calendar, with or without a time behind it.
func (c Column) day(cell []byte) byte {
	if len(cell) < len(time.DateOnly) {
		return 0
	}
	d, err := time.Parse(time.DateOnly, string(cell[:len(time.DateOnly)]))
	if err != nil {
		return 0
	}
	return c.scale.of(monthOf(d), false)
}

// fits reports whether a text is short enough and can be shown.
func fits(cell []byte, most int) bool {
	return len(cell) > 0 && len(cell) <= most && utf8.Valid(cell) &&
		!bytes.ContainsFunc(cell, func(r rune) bool { return !unicode.IsPrint(r) })
}

// Count is how many codes the column has.
func (c Column) Count() int {
	switch c.Type {
	case Enum:
		return len(c.Values)
	case Bool:
		return len(truths)
	case Text:
		return MostValues
	}
	return int(c.scale.count())
}

// Encode is a code in the label; 0 is no value. It is for all types but Text.
func (c Column) Encode(code byte) []byte { return []byte{code} }

// EncodeText is a text in the label: its length, and it itself, padded.
func (c Column) EncodeText(text string) []byte {
	out := make([]byte, c.Width())
	out[0] = byte(copy(out[1:], text))
	return out
}

// check refuses bytes that are no value of the column.
func (c Column) check(b []byte) error {
	if c.Type != Text {
		if int(b[0]) > c.Count() {
			return errLabel
		}
		return nil
	}
	n := int(b[0])
	if n > c.MaxBytes || n > 0 && !fits(b[1:1+n], n) || bytes.ContainsFunc(b[1+n:], func(r rune) bool { return r != 0 }) {
		return errLabel
	}
	return nil
}

// A Value is what a label says in one column.
type Value struct {
	Null   bool
	Text   string    // of an enum or a text; of any other, how it is written
	Truth  bool      // of a bool
	Int    int64     // of an int: where its band begins
	Number float64   // of a decimal: where its band begins
	Day    time.Time // of a date: the first day of its band
}

// Values are what a label says, a value a column. The label is one that Check
// has passed.
func (s Schema) Values(label []byte) []Value {
	out := make([]Value, len(s))
	for i, c := range s {
		out[i] = c.value(label[:c.Width()])
		label = label[c.Width():]
	}
	return out
}

func (c Column) value(b []byte) Value {
	code := b[0]
	switch {
	case code == 0:
		return Value{Null: true}
	case c.Type == Text:
		return Value{Text: string(b[1 : 1+int(code)])}
	}
	return c.named(code)
}

// named is the value of a code from 1 on.
func (c Column) named(code byte) Value {
	switch c.Type {
	case Enum:
		return Value{Text: c.Values[code-1]}
	case Bool:
		return Value{Text: truths[code-1][0], Truth: code == 2}
	case Date:
		d := firstDay(c.scale.begin(code))
		return Value{Text: d.Format(time.DateOnly), Day: d}
	}
	v := c.scale.begin(code)
	number := float64(v) / math.Pow10(c.scale.digits)
	return Value{Text: strconv.FormatFloat(number, 'f', c.scale.digits, 64), Int: v, Number: number}
}
