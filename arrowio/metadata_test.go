package arrowio

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/schema"
	flatbuffers "github.com/google/flatbuffers/go"
)

func TestCheckTree(t *testing.T) {
	for _, c := range []struct {
		children []int64
		ok       bool
	}{
		{[]int64{0}, true},
		{[]int64{2, 0, 0}, true},
		{[]int64{2, 1, 0, 0}, true},
		{[]int64{}, false},
		{[]int64{2, 0}, false},
		{[]int64{1, 0, 0}, false},
		{[]int64{-1}, false},
		{[]int64{1 << 30, 0}, false},
		{append(slices.Repeat([]int64{1}, 1000), 0), false}, // too deep
	} {
		if err := checkTree(c.children); (err == nil) != c.ok {
			t.Errorf("%v: %v", c.children[:min(len(c.children), 5)], err)
		}
	}
}

func TestThriftWalk(t *testing.T) {
	var got []int64
	walk := func(in string) error {
		got = nil
		w := &thriftWalk{in: []byte(in)}
		w.num = func(path int, v int64) { got = append(got, int64(path), v) }
		w.structure(0, 4)
		return w.err
	}
	// 1: i32 -1; 2: true; 4: {1: i64 300}; 5: list of two i32; 6: text "ab"; 106 (long form): i16 1
	whole := "\x15\x01\x11\x2c\x16\xd8\x04\x00\x19\x25\x02\x04\x18\x02ab\x04\xd4\x01\x02\x00"
	if err := walk(whole); err != nil || !slices.Equal(got, []int64{1, -1, 2, 1, 4<<8 | 1, 300, 5, 1, 5, 2, 106, 1}) {
		t.Fatalf("%v, %v", got, err)
	}
	for n := range len(whole) {
		if err := walk(whole[:n]); err == nil {
			t.Errorf("%d bytes of %d: no error", n, len(whole))
		}
	}
	for name, in := range map[string]string{
		"a list longer than the rest": "\x19\xf5\xff\xff\xff\x7f\x00",
		"a text longer than the rest": "\x18\xff\xff\xff\x7f\x00",
		"too deep":                    strings.Repeat("\x1c", 10) + strings.Repeat("\x00", 11),
		"a map":                       "\x1b\x00\x00",
		"field zero":                  "\x05\x00\x02\x00",
	} {
		if err := walk(in); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestFlat(t *testing.T) {
	// A table whose field 0 leads to itself: vtable at 4, table at 12.
	circle := make([]byte, 20)
	binary.LittleEndian.PutUint32(circle, 12)
	binary.LittleEndian.PutUint16(circle[4:], 6)  // the vtable's size
	binary.LittleEndian.PutUint16(circle[6:], 8)  // the table's
	binary.LittleEndian.PutUint16(circle[8:], 4)  // field 0
	binary.LittleEndian.PutUint32(circle[12:], 8) // back to the vtable
	binary.LittleEndian.PutUint32(circle[16:], 0xfffffffc)
	f := newFlat(circle)
	if f.table(f.follow(0)).child(0); f.err == nil {
		t.Error("a table beyond the end was taken")
	}
	b := flatbuffers.NewBuilder(0)
	b.StartVector(16, 1, 8)
	b.PrependInt64(7)
	b.PrependInt64(5)
	list := b.EndVector(1)
	b.StartObject(2)
	b.PrependUOffsetTSlot(0, list, 0)
	b.PrependInt64Slot(1, -9, 0)
	b.Finish(b.EndObject())
	whole := b.FinishedBytes()
	read := func(in []byte) (one, two, three int64, err error) {
		f := newFlat(in)
		root := f.table(f.follow(0))
		start, n := root.vector(0, 16)
		if n > 0 {
			two = f.int64(start + 8)
		}
		return n, two, root.number(1, 8), f.err
	}
	if one, two, three, err := read(whole); one != 1 || two != 7 || three != -9 || err != nil {
		t.Fatal(one, two, three, err)
	}
	for n := range len(whole) {
		read(whole[:n]) // may find what it can; it may not run into the end
	}
	binary.LittleEndian.PutUint32(whole[len(whole)-20:], 1<<28) // the list's length
	if _, _, _, err := read(whole); err == nil {
		t.Error("a list of 2^28 items was taken")
	}
}

func TestSkipDelta(t *testing.T) {
	// Blocks of 128 in 4 parts, 3 values from 1 (zigzag 2), least difference 0,
	// widths 8 0 0 0, the first part of 32 bytes.
	list := append([]byte{0x80, 1, 4, 3, 2, 0, 8, 0, 0, 0}, make([]byte, 32)...)
	rest, err := skipDelta(append(slices.Clone(list), 'x'), 3)
	if err != nil || string(rest) != "x" {
		t.Fatalf("%q, %v", rest, err)
	}
	if _, err := skipDelta(list, 2); err == nil {
		t.Error("more values than the page has")
	}
	for name, head := range map[string][]byte{
		"no parts":       {0x80, 1, 0, 3, 2},
		"no blocks":      {0, 4, 3, 2},
		"huge blocks":    {0xff, 0xff, 0xff, 0x7f, 4, 3, 2},
		"too many":       {0x80, 1, 4, 0xff, 0xff, 3, 2},
		"parts too many": {0x80, 1, 0x81, 1, 3, 2},
		"cut short":      {0x80, 1, 4, 3, 2, 0, 8},
	} {
		if _, err := skipDelta(append(head, 0, 0, 0, 0)[:max(len(head), 7)], 3); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestPageBounds(t *testing.T) {
	column := schema.NewColumn(schema.NewInt64Node("x", parquet.Repetitions.Required, -1), 0, 0)
	// A dictionary page of 2 values in 16 bytes, then a data page of 3 values in 2.
	dictionary := "\x15\x04\x15\x20\x15\x20\x4c\x15\x04\x15\x00\x00\x00" + strings.Repeat("d", 16)
	page := "\x15\x00\x15\x04\x15\x04\x2c\x15\x06\x15\x10\x15\x06\x15\x06\x00\x00" + "vv"
	for _, c := range []struct {
		name, text   string
		rows, values int64
		ok           bool
	}{
		{"whole", dictionary + page, 3, 3, true},
		{"two pages", dictionary + page + page, 6, 6, true},
		{"fewer values than rows", dictionary + page, 4, 3, false},
		{"a page missing", dictionary + page, 6, 6, false},
		{"a page too much", dictionary + page + page, 5, 5, false},
		{"the page cut off", dictionary + page[:len(page)-1], 3, 3, false},
		{"the header cut off", dictionary + page[:5], 3, 3, false},
		{"a dictionary of 3", strings.Replace(dictionary, "\x4c\x15\x04", "\x4c\x15\x06", 1) + page, 3, 3, false},
		{"a page of -1 values", dictionary + strings.Replace(page, "\x2c\x15\x06", "\x2c\x15\x01", 1), 3, 3, false},
		{"a page of 2^31 bytes", dictionary + strings.Replace(page, "\x15\x00\x15\x04\x15\x04", "\x15\x00\x15\x04\x15\xfe\xff\xff\xff\x0f", 1), 3, 3, false},
	} {
		p := pages{in: strings.NewReader(c.text), column: column, end: int64(len(c.text))}
		if err := p.check(c.rows, c.values); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestCodecsKeepToTheirRoom unpacks a MiB into less.
func TestCodecsKeepToTheirRoom(t *testing.T) {
	plain := make([]byte, 1<<20)
	for _, kind := range []compress.Compression{compress.Codecs.Snappy, compress.Codecs.Zstd} {
		codec, err := compress.GetCodec(kind)
		if err != nil {
			t.Fatal(err)
		}
		packed := codec.Encode(make([]byte, codec.CompressBound(1<<20)), plain)
		if got := codec.Decode(make([]byte, 1<<20), packed); len(got) != 1<<20 {
			t.Errorf("%s: %d bytes", kind, len(got))
		}
		err = guarded(broken, func() error { codec.Decode(make([]byte, 1<<10), packed); return nil })
		if err == nil {
			t.Errorf("%s: a MiB went into a KiB", kind)
		}
	}
}
