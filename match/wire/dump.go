package wire

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Dump prints a frame as a person reads it: offset, bytes, meaning; first the
// manifest, then every column. It checks the frame's form, but neither digest
// nor signature, and prints all that crossed, blinded values too: it is for
// golden files and for looking into one's own spool, never for a log.
func Dump(w io.Writer, s Schemas, manifest []byte, columns [][]byte) error {
	m, err := DecodeManifest(manifest)
	if err != nil {
		return err
	}
	schema, ok := s[m.Kind]
	if !ok || m.Rows > MaxRows || !(Frame{Rows: int(m.Rows), Columns: columns}).Fits(schema) {
		return fmt.Errorf("%w: %v does not fit this run", ErrFrame, m.Kind)
	}
	d := dumper{w: bufio.NewWriter(w)}
	d.manifest(m)
	for i, c := range schema {
		d.column(c, columns[i])
	}
	return d.w.Flush() // keeps the first error of all writes
}

// A dumper prints the bytes that are left of one part of a frame.
type dumper struct {
	w    *bufio.Writer
	left []byte
	at   int
}

// begin starts a part.
func (d *dumper) begin(title string, b []byte) {
	fmt.Fprintln(d.w, title)
	d.left, d.at = b, 0
}

// show prints the next n bytes, 16 a line, and beside the first what they mean.
func (d *dumper) show(n int, meaning string) {
	for line := range slices.Chunk(d.left[:n], 16) {
		text := fmt.Sprintf("%06x  %-47s  %s", d.at, fmt.Sprintf("% x", line), meaning)
		fmt.Fprintln(d.w, strings.TrimRight(text, " "))
		d.at, meaning = d.at+len(line), ""
	}
	d.left = d.left[n:]
}

func (d *dumper) manifest(m *Manifest) {
	sender := [...]string{"from the initiator", "from the responder"}[m.Dir]
	last := map[bool]string{false: "more frames follow", true: "last frame of its message"}[m.Last]
	d.begin("manifest", m.Encode())
	d.show(1, fmt.Sprintf("version %d", manifestVersion))
	d.show(1, fmt.Sprintf("kind %d, %v", m.Kind, m.Kind))
	d.show(1, fmt.Sprintf("level %d", m.Level))
	d.show(1, sender)
	d.show(1, last)
	d.show(4, fmt.Sprintf("frame %d of its direction", m.Seq))
	d.show(8, fmt.Sprintf("%d rows", m.Rows))
	d.show(32, "session")
	d.show(32, "digest of the columns")
	d.show(32, "transcript with this frame")
	d.show(64, "signature of the sender")
}

func (d *dumper) column(c Column, b []byte) {
	w := c.Type.Width()
	d.begin(fmt.Sprintf("column %s, %v", c.Name, c.Type), b)
	for row := range len(b) / w {
		d.show(w, fmt.Sprintf("row %d%s", row, number(c.Type, d.left)))
	}
}

// number is the value of a column of numbers; the others are bytes.
func number(t Type, b []byte) string {
	switch t {
	case Uint16:
		return fmt.Sprintf(": %d", binary.LittleEndian.Uint16(b))
	case Uint32:
		return fmt.Sprintf(": %d", binary.LittleEndian.Uint32(b))
	}
	return ""
}
