package node

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"time"
	"unicode/utf8"

	"mandorla/agreement"
	"mandorla/consent"
	"mandorla/identity"
)

// goods writes what is sold of a row: the fields of the agreement's schema, each
// at its width whatever stands in it. The first byte of a field is 1 where there
// is a value, and 0, with nothing but zeros behind it, where there is none; then
//
//	text     its length in one byte, its bytes, zeros
//	integer  8 bytes, big endian, in two's complement
//	date     days since 1970-01-01, 4 bytes, likewise
type goods struct {
	fields []agreement.Field
	buf    []byte
	unfit  map[string]uint64 // per column, cells that are not of the type, or too long
}

func newGoods(fields []agreement.Field) *goods {
	return &goods{fields: fields, buf: make([]byte, agreement.Width(fields)), unfit: map[string]uint64{}}
}

// row is what is sold of row i of the fields' columns, lent until the next call.
// A cell that does not fit is sold as missing, and counted.
func (g *goods) row(i int, columns []identity.Text) []byte {
	clear(g.buf)
	at := g.buf
	for c, f := range g.fields {
		cell, null := columns[c].Value(i)
		cell = bytes.TrimSpace(cell)
		if !null && len(cell) > 0 && !put(at[:f.Width()], f, cell) {
			g.unfit[f.Column]++
		}
		at = at[f.Width():]
	}
	return g.buf
}

// put writes a cell into its field, which is zero before and, where the cell does
// not fit, after.
func put(dst []byte, f agreement.Field, cell []byte) (fits bool) {
	switch f.Type {
	case agreement.FieldText:
		if len(cell) > f.Bytes || !utf8.Valid(cell) {
			return false
		}
		dst[1] = byte(len(cell))
		copy(dst[2:], cell)
	case agreement.FieldInteger:
		n, err := strconv.ParseInt(string(cell), 10, 64)
		if err != nil {
			return false
		}
		binary.BigEndian.PutUint64(dst[1:], uint64(n))
	case agreement.FieldDate:
		at, ok := consent.DateOf(cell)
		if !ok {
			return false
		}
		binary.BigEndian.PutUint32(dst[1:], uint32(int32(dayOf(at).Unix()/daySeconds)))
	}
	dst[0] = 1
	return true
}

const daySeconds = 24 * 60 * 60

// A good is the value of a field.
type good struct {
	there   bool
	text    string
	integer int64
	days    int32 // since 1970-01-01
}

// date is the day of a date.
func (g good) date() time.Time { return time.Unix(int64(g.days)*daySeconds, 0).UTC() }

// take reads a field that a seller wrote; ok is false where it is nothing that
// [put] would write.
func take(src []byte, f agreement.Field) (g good, ok bool) {
	body := src[1:]
	switch {
	case src[0] == 0:
		return g, zero(body)
	case src[0] != 1:
		return g, false
	}
	g.there = true
	switch f.Type {
	case agreement.FieldText:
		n := int(body[0])
		if n == 0 || n > f.Bytes || !zero(body[1+n:]) {
			return g, false
		}
		g.text = string(body[1 : 1+n])
		return g, utf8.ValidString(g.text) && len(bytes.TrimSpace(body[1:1+n])) == n
	case agreement.FieldInteger:
		g.integer = int64(binary.BigEndian.Uint64(body))
		return g, true
	}
	g.days = int32(binary.BigEndian.Uint32(body))
	year := g.date().Year()
	return g, year >= 1 && year <= 9999
}

func zero(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }
