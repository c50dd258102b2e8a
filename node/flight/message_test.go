package flight

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"maps"
	"runtime"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	gen "github.com/apache/arrow/go/v17/arrow/flight/gen/flight"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"google.golang.org/protobuf/proto"

	"mandorla/match/wire"
)

// some is a frame of a kind whose values count up.
func some(k wire.Kind, rows int) wire.Frame {
	f := wire.Frame{Kind: k, Rows: rows}
	for i, c := range schemas[k] {
		body := make([]byte, rows*c.Type.Width())
		for j := range body {
			body[j] = byte(i + j + 1)
		}
		f.Columns = append(f.Columns, body)
	}
	return f
}

// arrowBatch lets Arrow make a record of the frame, value by value, and write
// it: the batch's header and body.
func arrowBatch(t testing.TB, k wire.Kind, f wire.Frame) (header, body []byte) {
	t.Helper()
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	rec := arrowRecord(mem, k, f)
	defer rec.Release()
	var last lastPayload
	w := ipc.NewWriterWithPayloadWriter(&last, ipc.WithSchema(rec.Schema()), ipc.WithAllocator(mem))
	is(t, errors.Join(w.Write(rec), w.Close()), nil)
	return last.header, last.body.Bytes()
}

// A lastPayload keeps the last message that an IPC writer wrote.
type lastPayload struct {
	header []byte
	body   bytes.Buffer
}

func (*lastPayload) Start() error { return nil }
func (*lastPayload) Close() error { return nil }

func (l *lastPayload) WritePayload(p ipc.Payload) error {
	m := p.Meta()
	defer m.Release()
	l.header = bytes.Clone(m.Bytes())
	l.body.Reset()
	return p.SerializeBody(&l.body)
}

func arrowRecord(mem memory.Allocator, k wire.Kind, f wire.Frame) arrow.Record {
	var fields []arrow.Field
	for _, c := range schemas[k] {
		t := map[wire.Type]arrow.DataType{wire.Uint16: arrow.PrimitiveTypes.Uint16,
			wire.Uint32: arrow.PrimitiveTypes.Uint32, wire.Int64: arrow.PrimitiveTypes.Int64}[c.Type]
		if t == nil {
			t = &arrow.FixedSizeBinaryType{ByteWidth: c.Type.Width()}
		}
		fields = append(fields, arrow.Field{Name: c.Name, Type: t})
	}
	b := array.NewRecordBuilder(mem, arrow.NewSchema(fields, nil))
	defer b.Release()
	for i, c := range schemas[k] {
		for v := range slices.Chunk(f.Columns[i], c.Type.Width()) {
			switch b := b.Field(i).(type) {
			case *array.Uint16Builder:
				b.Append(binary.LittleEndian.Uint16(v))
			case *array.Uint32Builder:
				b.Append(binary.LittleEndian.Uint32(v))
			case *array.Int64Builder:
				b.Append(int64(binary.LittleEndian.Uint64(v)))
			case *array.FixedSizeBinaryBuilder:
				b.Append(v)
			}
		}
	}
	return b.NewRecord()
}

var lengths = []int{0, 1, 2, 3, 4, 5, 8, 63, 64, 65, 1000}

// TestArrowWritesTheSame compares header and body with what Arrow's own writer
// makes of the same values, and has its reader read ours.
func TestArrowWritesTheSame(t *testing.T) {
	for k := range schemas {
		for _, rows := range append(lengths, wire.RowsPerFrame(schemas[k])) {
			f := some(k, rows)
			s, _ := sealers(wire.FromInitiator)
			e, err := sealed(f, s, headers{})
			is(t, err, nil)
			header, body := arrowBatch(t, k, f)
			if !bytes.Equal(e.header, header) || !bytes.Equal(bytes.Join(e.body, nil), body) {
				t.Fatalf("%v of %d rows: Arrow writes something else", k, rows)
			}
			readBack(t, k, f, e)
		}
	}
}

// readBack has Arrow read our batch behind a schema of its own. It is our own
// batch: a peer's never comes here.
func readBack(t *testing.T, k wire.Kind, f wire.Frame, e *envelope) {
	t.Helper()
	want := arrowRecord(memory.DefaultAllocator, k, f)
	defer want.Release()
	var stream bytes.Buffer
	is(t, ipc.NewWriter(&stream, ipc.WithSchema(want.Schema())).Close(), nil)
	all := stream.Bytes()[:stream.Len()-8] // without the mark of the end
	all = append(all, 0xff, 0xff, 0xff, 0xff)
	all = binary.LittleEndian.AppendUint32(all, uint32(len(e.header)))
	all = append(append(all, e.header...), bytes.Join(e.body, nil)...)
	r, err := ipc.NewReader(bytes.NewReader(all))
	is(t, err, nil)
	defer r.Release()
	if !r.Next() || !array.RecordEqual(r.Record(), want) {
		t.Fatalf("%v of %d rows: Arrow reads something else: %v", k, f.Rows, r.Err())
	}
}

// TestHeaderTable is docs/wire.md's table of the header, in code of its own.
func TestHeaderTable(t *testing.T) {
	for k := range schemas {
		widths := widthsOf(schemas[k])
		for _, rows := range append(lengths, wire.MaxRows) {
			header, err := batchHeader(widths, rows)
			is(t, err, nil)
			if !bytes.Equal(header, table(t, widths, rows)) {
				t.Errorf("%v of %d rows: not as in the table:\n%s", k, rows, hex.Dump(header))
			}
		}
	}
}

func table(t *testing.T, widths []byte, rows int) []byte {
	t.Helper()
	c, body := len(widths), bodySize(widths, rows)
	u32 := func(b []byte, v int) []byte { return binary.LittleEndian.AppendUint32(b, uint32(v)) }
	i64 := func(b []byte, v int) []byte { return binary.LittleEndian.AppendUint64(b, uint64(v)) }
	fixed := func(s string) []byte {
		b, err := hex.DecodeString(s)
		is(t, err, nil)
		return b
	}
	var b []byte
	if rows == 0 {
		b = fixed("10000000" + "00000a00" + "0e000c00" + "0b000400" + "0a000000" + "14000000" + "00000003" +
			"04000a00" + "0c000000" + "08000400" + "0a000000" + "08000000")
		b = u32(b, 12+32*c)
	} else {
		b = fixed("14000000" + "00000000" + "0c001600" + "14001300" + "0c000400" + "0c000000")
		b = i64(b, body)
		b = append(b, fixed("14000000"+"00000003"+"04000a00"+"18000c00"+"08000400"+"0a000000"+"14000000")...)
		b = u32(b, 24+32*c)
		b = i64(b, rows)
		b = u32(b, 0)
	}
	b = u32(b, 2*c)
	at := 0
	for _, w := range widths {
		b = i64(i64(b, at), 0)
		b = i64(i64(b, at), rows*int(w))
		at += padded(rows * int(w))
	}
	b = u32(u32(b, 0), c)
	for range c {
		b = i64(i64(b, rows), 0)
	}
	return b
}

// encoded is a sealed frame as gRPC would carry it.
func encoded(t testing.TB, s *wire.Sealer, f wire.Frame) []byte {
	t.Helper()
	e, err := sealed(f, s, headers{})
	is(t, err, nil)
	return e.encode().Materialize()
}

// accept is what a connection does with received bytes.
func accept(raw []byte, o *wire.Opener) (wire.Frame, error) {
	m, err := read(raw)
	if err != nil {
		return wire.Frame{}, err
	}
	if m.tag() != tagFrame {
		return wire.Frame{}, ErrMessage
	}
	return opened(m, o, headers{})
}

func TestRoundTrip(t *testing.T) {
	s, o := sealers(wire.FromInitiator)
	h, g := headers{}, headers{}
	for _, k := range slices.Sorted(maps.Keys(schemas)) {
		for _, rows := range lengths {
			f := some(k, rows)
			e, err := sealed(f, s, h)
			is(t, err, nil)
			raw := e.encode().Materialize()
			if len(raw) != e.size() {
				t.Errorf("%d bytes were measured, %d written", e.size(), len(raw))
			}
			m, err := read(raw)
			is(t, err, nil)
			got, err := opened(m, o, g)
			is(t, err, nil)
			if got.Kind != k || got.Rows != rows || !slices.EqualFunc(got.Columns, f.Columns, bytes.Equal) {
				t.Fatalf("%v of %d rows: another frame", k, rows)
			}
		}
	}
	if len(h) != len(schemas) || len(g) != len(schemas) {
		t.Errorf("%d and %d headers are kept for %d kinds", len(h), len(g), len(schemas))
	}
}

// TestColumnsAreLent: the columns of a received frame are parts of its bytes,
// and cannot grow into each other.
func TestColumnsAreLent(t *testing.T) {
	s, o := sealers(wire.FromInitiator)
	raw := encoded(t, s, some(wire.KindSet, 3))
	f, err := accept(raw, o)
	is(t, err, nil)
	for i, c := range f.Columns {
		if cap(c) != len(c) {
			t.Errorf("column %d may grow", i)
		}
		was := c[0]
		for at := range raw {
			raw[at]++
		}
		if c[0] != was+1 {
			t.Errorf("column %d is a copy", i)
		}
	}
}

// TestEveryByteCounts changes each byte of a message, cuts it at each length and
// adds to it: each is refused, and the message itself still accepted.
func TestEveryByteCounts(t *testing.T) {
	for k := range schemas {
		s, o := sealers(wire.FromInitiator)
		raw := encoded(t, s, some(k, 3)) // 6 bytes of uint16: 2 of padding
		refuse := func(what string, at int, raw []byte) {
			t.Helper()
			if _, err := accept(raw, o); !errors.Is(err, wire.ErrFrame) {
				t.Fatalf("%v: %s %d: %v", k, what, at, err)
			}
		}
		for i, is := range raw {
			for _, change := range []byte{0x01, 0x80, 0xff} {
				raw[i] = is ^ change
				refuse("byte", i, raw)
			}
			raw[i] = is
		}
		for n := range raw {
			refuse("length", n, raw[:n])
		}
		for _, more := range []byte{0, 1, 0x0a, 0x12, 0x1a} {
			refuse("more", int(more), append(bytes.Clone(raw), more))
		}
		_, err := accept(raw, o)
		is(t, err, nil)
	}
}

// TestOtherSizes: whatever is well formed, and not exactly the batch that was
// sealed, is refused.
func TestOtherSizes(t *testing.T) {
	s, o := sealers(wire.FromInitiator)
	e, err := sealed(some(wire.KindSet, 3), s, headers{})
	is(t, err, nil)
	other, err := batchHeader(widthsOf(schemas[wire.KindSet]), 4)
	is(t, err, nil)
	body := bytes.Join(e.body, nil)
	for name, change := range map[string]func(*envelope){
		"8 bytes more":   func(e *envelope) { e.body = [][]byte{body, padding[:]} },
		"8 bytes less":   func(e *envelope) { e.body = [][]byte{body[:len(body)-8]} },
		"no body":        func(e *envelope) { e.body = nil },
		"no header":      func(e *envelope) { e.header = nil },
		"another header": func(e *envelope) { e.header = other },
		"a long header":  func(e *envelope) { e.header = append(bytes.Clone(e.header), padding[:]...) },
	} {
		changed := *e
		change(&changed)
		if _, err := accept(changed.encode().Materialize(), o); !errors.Is(err, ErrMessage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = accept(e.encode().Materialize(), o)
	is(t, err, nil)
}

// TestRefusedEnvelopes shows what protobuf allows and this protocol does not.
func TestRefusedEnvelopes(t *testing.T) {
	s, _ := sealers(wire.FromInitiator)
	whole := encoded(t, s, some(wire.KindTags, 2))
	m := new(gen.FlightData)
	is(t, proto.Unmarshal(whole, m), nil)
	header, metadata := m.DataHeader, m.AppMetadata
	field := func(number byte, v []byte) []byte { return append([]byte{number<<3 | 2, byte(len(v))}, v...) }
	note := []byte{0xc2, 0x3e, 4, 'n', 'o', 't', 'e'} // field 1000
	for name, raw := range map[string][]byte{
		"nothing":           {},
		"a body alone":      note,
		"a descriptor":      append([]byte{0x0a, 0}, whole...),
		"an unknown field":  append(bytes.Clone(whole), 0x28, 1),
		"no tag":            field(3, nil),
		"no kind":           field(3, []byte{tagControl}),
		"longer":            field(3, []byte{tagControl, 40, 0}),
		"another tag":       field(3, []byte{3, 40}),
		"a header":          append(field(2, []byte{0}), append(field(3, []byte{tagControl, 40}), note...)...),
		"an empty header":   append(field(2, nil), append(field(3, []byte{tagControl, 40}), note...)...),
		"another order":     append(bytes.Clone(note), field(3, []byte{tagControl, 40})...),
		"twice":             append(field(3, []byte{tagControl, 40}), field(3, []byte{tagControl, 40})...),
		"a long length":     {0x1a, 0x82, 0x00, tagControl, 40},
		"a length too long": {0x1a, 0x03, tagControl, 40},
		"a huge length":     {0x1a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
		"a number":          {0x18, 1},
		"a frame's header":  append(field(2, header), field(3, metadata[:len(metadata)-1])...),
		"a large note":      append([]byte{0x1a, 2, tagControl, 40, 0xc2, 0x3e, 0x81, 0x80, 0x48}, make([]byte, maxNote+1)...),
	} {
		if _, err := read(raw); !errors.Is(err, ErrMessage) || !errors.Is(err, wire.ErrFrame) {
			t.Errorf("%s: %v", name, err)
		}
	}
	good, err := read(append(field(3, []byte{tagControl, 40}), note...))
	is(t, err, nil)
	if good.kind() != 40 || string(good.body) != "note" || good.aborts() {
		t.Errorf("kind %d: %q", good.kind(), good.body)
	}
}

// TestRefusalIsCheap: a message that lies about its rows makes nothing be
// allocated for them.
func TestRefusalIsCheap(t *testing.T) {
	s, o := sealers(wire.FromInitiator)
	f := some(wire.KindSet, wire.MaxRows/2)
	e, err := sealed(f, s, headers{})
	is(t, err, nil)
	e.body = [][]byte{make([]byte, 16)}
	raw := e.encode().Materialize()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 100 {
		if _, err := accept(raw, o); !errors.Is(err, ErrMessage) {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if n := (after.TotalAlloc - before.TotalAlloc) / 100; n > 16<<10 {
		t.Errorf("%d bytes for a message of %d", n, len(raw))
	}
}

// FuzzMessage gives the decoder any bytes that gRPC could hand over. Whatever it
// accepts is reproduced byte for byte, and is what protobuf's own decoder sees.
func FuzzMessage(f *testing.F) {
	s, _ := sealers(wire.FromInitiator)
	first := some(wire.KindSet, 3)
	good := encoded(f, s, first)
	f.Add(good)
	f.Add(encoded(f, s, some(wire.KindTags, 1)))
	for _, kind := range []byte{1, 2, 40, kindAbort} {
		e, err := control(kind, []byte("note"))
		is(f, err, nil)
		f.Add(e.encode().Materialize())
	}
	f.Add([]byte{})
	f.Add(good[:len(good)/2])
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := read(raw)
		if err != nil {
			if !errors.Is(err, ErrMessage) {
				t.Error(err)
			}
			return
		}
		e := envelope{header: m.header, metadata: m.metadata, body: [][]byte{m.body}}
		if !bytes.Equal(e.encode().Materialize(), raw) {
			t.Error("accepted, and written otherwise")
		}
		p := new(gen.FlightData)
		if proto.Unmarshal(raw, p) != nil || !bytes.Equal(p.DataHeader, m.header) ||
			!bytes.Equal(p.AppMetadata, m.metadata) || !bytes.Equal(p.DataBody, m.body) {
			t.Error("protobuf reads something else")
		}
		if m.tag() != tagFrame {
			return
		}
		_, o := sealers(wire.FromInitiator)
		if _, err := opened(m, o, headers{}); (err == nil) != bytes.Equal(raw, good) {
			t.Errorf("verdict %v", err)
		}
	})
}
