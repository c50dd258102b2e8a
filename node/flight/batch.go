package flight

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"mandorla/match/wire"
)

// padding ends a column: Arrow's buffers begin at multiples of 8 bytes.
var padding [8]byte

func padded(n int) int { return (n + 7) &^ 7 }

// bodySize is the bytes of a record batch's columns with their padding.
func bodySize(widths []byte, rows int) int {
	n := 0
	for _, w := range widths {
		n += padded(rows * int(w))
	}
	return n
}

// widthsOf is the bytes of one value of each column.
func widthsOf(s wire.Schema) []byte {
	widths := make([]byte, len(s))
	for i, c := range s {
		widths[i] = byte(c.Type.Width())
	}
	return widths
}

// columns cuts a received body by the sizes that the schema and the number of
// rows ask for. The body's size is compared before the header, which costs
// more to make.
func columns(m message, s wire.Schema, rows int, h headers) ([][]byte, error) {
	widths := widthsOf(s)
	if len(m.body) != bodySize(widths, rows) {
		return nil, fmt.Errorf("%w: a body of another size than its rows have", ErrMessage)
	}
	header, err := h.of(widths, rows)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(m.header, header) {
		return nil, fmt.Errorf("%w: not the record batch header of these columns", ErrMessage)
	}
	return cut(m.body, widths, rows)
}

// cut cuts a body of the right size.
func cut(body []byte, widths []byte, rows int) ([][]byte, error) {
	out := make([][]byte, len(widths))
	for i, w := range widths {
		n := rows * int(w)
		end := padded(n)
		if !bytes.Equal(body[n:end], padding[:end-n]) {
			return nil, fmt.Errorf("%w: padding is not zero", ErrMessage)
		}
		out[i], body = body[:n:n], body[end:]
	}
	return out, nil
}

// headers keeps the last header that was made for each kind of batch: the
// frames of a message are of one size, but for the last. One direction uses it.
type headers map[string]header

type header struct {
	rows  int
	bytes []byte
}

func (h headers) of(widths []byte, rows int) ([]byte, error) {
	if last, ok := h[string(widths)]; ok && last.rows == rows {
		return last.bytes, nil
	}
	b, err := batchHeader(widths, rows)
	if err != nil {
		return nil, err
	}
	h[string(widths)] = header{rows, b}
	return b, nil
}

// batchHeader is the RecordBatch message, an Arrow IPC flatbuffer, that Arrow's
// own writer puts in front of columns of these widths. It depends on nothing
// else: neither names, nor values, nor whether two bytes are a number.
func batchHeader(widths []byte, rows int) ([]byte, error) {
	rec := zeros(widths, rows)
	defer rec.Release()
	var last lastMeta
	w := ipc.NewWriterWithPayloadWriter(&last, ipc.WithSchema(rec.Schema()))
	if err := errors.Join(w.Write(rec), w.Close()); err != nil {
		return nil, fmt.Errorf("flight: header of a batch of %d rows: %w", rows, err)
	}
	return last, nil
}

// zeros is a record of this node's own, with columns of these widths. They share
// one buffer, for nobody reads it.
func zeros(widths []byte, rows int) arrow.Record {
	widest := byte(0)
	for _, w := range widths {
		widest = max(widest, w)
	}
	buf := memory.NewBufferBytes(make([]byte, rows*int(widest)))
	var fields []arrow.Field
	var cols []arrow.Array
	for i, w := range widths {
		t := &arrow.FixedSizeBinaryType{ByteWidth: int(w)}
		values := memory.SliceBuffer(buf, 0, rows*int(w))
		data := array.NewData(t, rows, []*memory.Buffer{nil, values}, nil, 0, 0)
		fields = append(fields, arrow.Field{Name: fmt.Sprint(i), Type: t})
		cols = append(cols, array.MakeFromData(data))
		data.Release()
		values.Release()
	}
	rec := array.NewRecord(arrow.NewSchema(fields, nil), cols, int64(rows))
	for _, c := range cols {
		c.Release()
	}
	buf.Release()
	return rec
}

// A lastMeta keeps the metadata of the last message that an IPC writer wrote:
// after the schema, that of the batch.
type lastMeta []byte

// Start implements [ipc.PayloadWriter].
func (*lastMeta) Start() error { return nil }

// WritePayload implements [ipc.PayloadWriter].
func (l *lastMeta) WritePayload(p ipc.Payload) error {
	m := p.Meta()
	defer m.Release()
	*l = bytes.Clone(m.Bytes())
	return nil
}

// Close implements [ipc.PayloadWriter].
func (*lastMeta) Close() error { return nil }
