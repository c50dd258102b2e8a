package arrowio

import "encoding/binary"

// A flat checks a FlatBuffer, as the metadata of Arrow IPC is, before the
// library reads it: the library allocates what a vector claims to hold and
// follows offsets wherever they lead, a table inside itself included.
//
// The first thing wrong is kept; from then on everything is empty.
type flat struct {
	in     []byte
	tables int // how many may yet be visited, which ends what leads in circles
	err    error
}

func newFlat(in []byte) *flat { return &flat{in: in, tables: len(in)/4 + 1} }

func (f *flat) fail(what string) {
	if f.err == nil {
		f.err = broken("its metadata: %s", what)
	}
}

// has reports whether n bytes stand at a place, and fails if they do not.
func (f *flat) has(at, n int64) bool {
	if at < 0 || n < 0 || at > int64(len(f.in)) || n > int64(len(f.in))-at {
		f.fail("leads outside itself")
	}
	return f.err == nil
}

func (f *flat) uint16(at int64) int64 {
	if !f.has(at, 2) {
		return 0
	}
	return int64(binary.LittleEndian.Uint16(f.in[at:]))
}

func (f *flat) int32(at int64) int64 {
	if !f.has(at, 4) {
		return 0
	}
	return int64(int32(binary.LittleEndian.Uint32(f.in[at:])))
}

func (f *flat) int64(at int64) int64 {
	if !f.has(at, 8) {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(f.in[at:]))
}

// follow gives the place that the offset at a place leads to.
func (f *flat) follow(at int64) int64 {
	if !f.has(at, 4) {
		return 0
	}
	return at + int64(binary.LittleEndian.Uint32(f.in[at:]))
}

// A flatTable is a table; the zero value is one that is not there.
type flatTable struct {
	f              *flat
	at, size       int64
	vtable, fields int64
}

// table gives the table at a place.
func (f *flat) table(at int64) flatTable {
	if f.tables--; f.tables < 0 {
		f.fail("leads in circles")
	}
	t := flatTable{f: f, at: at, vtable: at - f.int32(at)}
	t.fields, t.size = f.uint16(t.vtable), f.uint16(t.vtable+2)
	if f.has(t.vtable, max(t.fields, 4)) && f.has(at, max(t.size, 4)) {
		return t
	}
	return flatTable{f: f}
}

// field gives the place of the table's i-th field of a width; 0 where the table
// does not have it.
func (t flatTable) field(i, width int64) int64 {
	slot := 4 + 2*i
	if slot+2 > t.fields {
		return 0
	}
	offset := t.f.uint16(t.vtable + slot)
	if offset == 0 {
		return 0
	}
	if offset+width > t.size {
		t.f.fail("a field is not in its table")
		return 0
	}
	return t.at + offset
}

// number gives the table's i-th field, of one, two or eight bytes.
func (t flatTable) number(i, width int64) int64 {
	at := t.field(i, width)
	switch {
	case at == 0:
		return 0
	case width == 1:
		return int64(t.f.in[at])
	case width == 2:
		return t.f.uint16(at)
	}
	return t.f.int64(at)
}

// child gives the table in the i-th field.
func (t flatTable) child(i int64) (flatTable, bool) {
	at := t.field(i, 4)
	if at == 0 {
		return flatTable{f: t.f}, false
	}
	return t.f.table(t.f.follow(at)), true
}

// vector gives the items of the vector in the i-th field, which have a width.
func (t flatTable) vector(i, width int64) (start, n int64) {
	at := t.field(i, 4)
	if at == 0 {
		return 0, 0
	}
	at = t.f.follow(at)
	n = t.f.int32(at)
	if n < 0 || !t.f.has(at+4, n*width) {
		t.f.fail("a list is longer than itself")
		return 0, 0
	}
	return at + 4, n
}

// children gives the tables of the vector in the i-th field.
func (t flatTable) children(i int64, visit func(flatTable)) {
	start, n := t.vector(i, 4)
	for j := int64(0); j < n && t.f.err == nil; j++ {
		visit(t.f.table(t.f.follow(start + 4*j)))
	}
}
