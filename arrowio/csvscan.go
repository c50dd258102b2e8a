package arrowio

import (
	"bytes"
	"fmt"
	"io"
)

// longest is how many bytes a record of CSV has at most.
const longest = 1 << 20

// The reasons for which a record is skipped, but for a wrong number of cells.
const (
	bareQuote  = "a quote in the middle of a cell without quotes"
	afterQuote = "text after the closing quote of a cell"
	openQuote  = "a quote that is never closed"
	tooLong    = "longer than 1 MiB"
	notUTF8    = "not UTF-8; say which encoding it is"
)

// A scanner finds the records of CSV in a window that moves over the input.
//
// It is our own because encoding/csv splits and copies every cell of a line,
// gives up at a broken quote, and bounds no line: this one looks only at the
// cells that are wanted, goes on at the line after a broken quote, and holds
// two MiB. The format is RFC 4180, with any single byte for the comma and LF or
// CRLF at line ends; line breaks inside quotes stay as they are.
type scanner struct {
	in       io.Reader
	comma    byte
	longest  int   // bytes of a record
	want     []int // the cells to find, ascending; nil: all
	buf      []byte
	pos, end int // what is yet to be read lies between
	start    int // of the record that was found last
	quote    int // the next quote at or after pos; end where the window has none
	line     int // the number of the line at pos
	inErr    error
}

// newScanner makes a scanner of records up to a length, of which it can hold two.
func newScanner(in io.Reader, comma byte, longest int) *scanner {
	return &scanner{in: in, comma: comma, longest: longest, buf: make([]byte, 2*longest), line: 1}
}

// A record is one record of CSV: its wanted cells, lent until the next one.
type record struct {
	line   int
	cells  []cell
	count  int    // of all its cells
	reason string // why it is bad; empty where it is not
}

// A cell is the text of a cell without its quotes, but with those inside still
// doubled where escaped is true.
type cell struct {
	text    []byte
	escaped bool
}

// appendTo appends the cell's text with its quotes undoubled.
func (c cell) appendTo(dst []byte) []byte {
	if !c.escaped {
		return append(dst, c.text...)
	}
	rest := c.text
	for {
		i := bytes.IndexByte(rest, '"')
		if i < 0 {
			return append(dst, rest...)
		}
		dst = append(dst, rest[:i+1]...)
		rest = rest[i+2:]
	}
}

// fill moves what is yet to be read to the front and reads on behind it. It
// reports whether it learnt anything: more bytes, or that there are none.
func (s *scanner) fill() bool {
	if s.inErr != nil || s.end-s.pos == len(s.buf) {
		return false
	}
	copy(s.buf, s.buf[s.pos:s.end])
	s.pos, s.end = 0, s.end-s.pos
	// Not io.ReadFull, to which the end of the input is the same error as a packed
	// file cut short.
	for s.inErr == nil && s.end < len(s.buf) {
		var n int
		n, s.inErr = s.in.Read(s.buf[s.end:])
		s.end += n
	}
	s.findQuote()
	return true
}

func (s *scanner) findQuote() {
	s.quote = s.end
	if i := bytes.IndexByte(s.buf[s.pos:s.end], '"'); i >= 0 {
		s.quote = s.pos + i
	}
}

// next finds the next record that is not a blank line.
func (s *scanner) next(r *record) error {
	for {
		text, ended := s.lineText()
		if len(text) == 0 && !ended {
			return s.inErr
		}
		r.cells, r.line, r.reason = r.cells[:0], s.line, ""
		switch {
		case len(text) > s.longest:
			r.reason = tooLong
			s.skipLine()
			return nil
		case s.quote < s.pos+len(text):
			s.quoted(r)
			return nil
		}
		s.start = s.pos
		s.pos += len(text)
		if ended {
			s.pos++
		}
		s.line++
		if text = dropCR(text); len(text) > 0 {
			s.split(r, text)
			return nil
		}
	}
}

// lineText looks at the line at pos, and reports whether its end is in sight.
// One that is longer than a record may be need not be whole.
func (s *scanner) lineText() (text []byte, ended bool) {
	for {
		if s.quote < s.pos {
			s.findQuote()
		}
		if i := bytes.IndexByte(s.buf[s.pos:s.end], '\n'); i >= 0 {
			return s.buf[s.pos : s.pos+i], true
		}
		if s.end-s.pos > s.longest || !s.fill() {
			return s.buf[s.pos:s.end], false
		}
	}
}

func dropCR(text []byte) []byte {
	if n := len(text); n > 0 && text[n-1] == '\r' {
		return text[:n-1]
	}
	return text
}

// split takes apart a line without quotes.
func (s *scanner) split(r *record, text []byte) {
	r.count = 0
	for s.want == nil || len(r.cells) < len(s.want) {
		i := bytes.IndexByte(text, s.comma)
		c := text
		if i >= 0 {
			c = text[:i]
		}
		s.keep(r, cell{text: c})
		if i < 0 {
			return
		}
		text = text[i+1:]
	}
	r.count += 1 + bytes.Count(text, []byte{s.comma})
}

// keep counts a cell, and keeps it if it is wanted.
func (s *scanner) keep(r *record, c cell) {
	if s.want == nil || len(r.cells) < len(s.want) && s.want[len(r.cells)] == r.count {
		r.cells = append(r.cells, c)
	}
	r.count++
}

// quoted reads a record that has a quote on its first line. If the quotes are
// broken only that line is skipped: what a stray quote would swallow is rather
// good lines than one cell.
func (s *scanner) quoted(r *record) {
	for {
		n, reason := s.quotedRecord(r)
		if reason == unfinished && s.end-s.pos <= s.longest && s.fill() {
			continue
		}
		if reason == unfinished {
			reason = openQuote
			n = s.end - s.pos
		}
		if n > s.longest {
			reason = tooLong
		}
		if reason != "" {
			r.reason = reason
			s.skipLine()
			return
		}
		s.line += bytes.Count(s.buf[s.pos:s.pos+n], []byte{'\n'})
		s.start, s.pos = s.pos, s.pos+n
		return
	}
}

// unfinished is the reason of a record whose end is not in the window.
const unfinished = "unfinished"

// quotedRecord takes apart the record at pos, and says how long it is with the
// end of its last line.
func (s *scanner) quotedRecord(r *record) (n int, reason string) {
	r.cells, r.count = r.cells[:0], 0
	at := s.pos
	for {
		var c cell
		var next int
		if at < s.end && s.buf[at] == '"' {
			c, next, reason = s.quotedCell(at)
		} else {
			c, next, reason = s.plainCell(at)
		}
		if reason != "" {
			return next - s.pos, reason
		}
		s.keep(r, c)
		if next == s.end {
			return next - s.pos, ""
		}
		if at = next + 1; s.buf[next] == '\n' {
			return at - s.pos, ""
		}
	}
}

// plainCell reads a cell without quotes up to what ends it: a comma, a line
// break, or the end of the input.
func (s *scanner) plainCell(at int) (c cell, next int, reason string) {
	for i := at; i < s.end; i++ {
		switch s.buf[i] {
		case s.comma:
			return cell{text: s.buf[at:i]}, i, ""
		case '\n':
			return cell{text: dropCR(s.buf[at:i])}, i, ""
		case '"':
			return c, i, bareQuote
		}
	}
	if s.inErr == nil {
		return c, s.end, unfinished
	}
	return cell{text: dropCR(s.buf[at:s.end])}, s.end, ""
}

// quotedCell reads a cell in quotes up to what ends it.
func (s *scanner) quotedCell(at int) (c cell, next int, reason string) {
	for i := at + 1; ; i++ {
		q := bytes.IndexByte(s.buf[i:s.end], '"')
		if q < 0 {
			return c, s.end, unfinished
		}
		i += q
		if i+1 < s.end && s.buf[i+1] == '"' {
			c.escaped = true
			i++
			continue
		}
		c.text = s.buf[at+1 : i]
		next, reason = s.afterCell(i + 1)
		return c, next, reason
	}
}

// afterCell looks at what follows a closing quote. At the end of the window it
// might be a second quote.
func (s *scanner) afterCell(at int) (next int, reason string) {
	if at < s.end && s.buf[at] == '\r' {
		at++
		if at < s.end && s.buf[at] != '\n' {
			return at, afterQuote
		}
	}
	switch {
	case at < s.end && (s.buf[at] == s.comma || s.buf[at] == '\n'):
		return at, ""
	case at < s.end:
		return at, afterQuote
	case s.inErr == nil:
		return at, unfinished
	}
	return at, ""
}

// skipLine goes on to the line after the one at pos, however far that is.
func (s *scanner) skipLine() {
	s.line++
	for {
		if i := bytes.IndexByte(s.buf[s.pos:s.end], '\n'); i >= 0 {
			s.pos += i + 1
			return
		}
		s.pos = s.end
		if !s.fill() {
			return
		}
	}
}

// miscounted is the reason of a record with a wrong number of cells.
func miscounted(got, want int) string {
	return fmt.Sprintf("cells: %d, not %d", got, want)
}

// back makes the next record the one that was found last.
func (s *scanner) back(r record) { s.pos, s.line = s.start, r.line }
