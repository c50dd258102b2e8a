package arrowio

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// A charset turns a cell's bytes into UTF-8.
type charset struct {
	table *[256]string // nil: the bytes are UTF-8 already
}

// charsets are the encodings of CSV that can be read.
var charsets = map[string]charset{
	"utf-8":        {},
	"latin-1":      {tableOf(charmap.ISO8859_1)},
	"windows-1252": {tableOf(charmap.Windows1252)},
}

func charsetOf(name string) (charset, error) {
	if name == "" {
		return charset{}, nil
	}
	c, ok := charsets[strings.ToLower(name)]
	if !ok {
		return c, fmt.Errorf("unknown encoding %q; known: %s", name, strings.Join(slices.Sorted(maps.Keys(charsets)), ", "))
	}
	return c, nil
}

func tableOf(m *charmap.Charmap) *[256]string {
	var t [256]string
	for b := range t {
		t[b] = string(m.DecodeByte(byte(b)))
	}
	return &t
}

// valid reports whether text is in the encoding; in the tables every byte means
// something.
func (c charset) valid(text []byte) bool { return c.table != nil || utf8.Valid(text) }

// appendTo appends text in UTF-8.
func (c charset) appendTo(dst, text []byte) []byte {
	if c.table == nil {
		return append(dst, text...)
	}
	for _, b := range text {
		dst = append(dst, c.table[b]...)
	}
	return dst
}
