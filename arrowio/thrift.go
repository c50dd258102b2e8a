package arrowio

import "encoding/binary"

// A thriftWalk walks over a structure in Thrift's compact protocol, as the
// footer and the page headers of Parquet are, before the library reads it: the
// library allocates what a list claims to hold, this checks that it can be there.
//
// Fields are told apart by their path: the numbers of the fields that lead to
// them, a byte each. The items of a list have its path.
type thriftWalk struct {
	in   []byte
	at   int
	err  error
	open func(path int)              // a structure begins; nil: of no interest
	text func(path int, text []byte) // a string
	num  func(path int, value int64) // a number, or a truth value as 0 or 1
}

// thriftPath is the path of a field.
func thriftPath(fields ...int) (path int) {
	for _, f := range fields {
		path = path<<8 | f
	}
	return path
}

// The types of the compact protocol.
const (
	thriftStop = iota
	thriftTrue
	thriftFalse
	thriftByte
	thriftI16
	thriftI32
	thriftI64
	thriftDouble
	thriftBinary
	thriftList
	thriftSet
	thriftMap
	thriftStruct
)

func (t *thriftWalk) fail(what string) {
	if t.err == nil {
		t.err = broken("its metadata: %s", what)
	}
}

func (t *thriftWalk) byte() byte {
	if t.at >= len(t.in) {
		t.fail("ends early")
		return 0
	}
	t.at++
	return t.in[t.at-1]
}

func (t *thriftWalk) varint() uint64 {
	v, n := binary.Uvarint(t.in[t.at:])
	if n <= 0 {
		t.fail("a number ends early")
		return 0
	}
	t.at += n
	return v
}

func (t *thriftWalk) zigzag() int64 {
	v := t.varint()
	return int64(v>>1) ^ -int64(v&1)
}

// size reads how many items or bytes follow. Each takes a byte at least.
func (t *thriftWalk) size() int {
	n := t.varint()
	if n > uint64(len(t.in)-t.at) {
		t.fail("a length is beyond the end")
		return 0
	}
	return int(n)
}

func (t *thriftWalk) skip(n int) {
	if n > len(t.in)-t.at {
		t.fail("ends early")
		return
	}
	t.at += n
}

// structure walks over a structure, whose fields are nested deep at most.
func (t *thriftWalk) structure(path, deep int) {
	if deep == 0 {
		t.fail("nested too deep")
		return
	}
	if t.open != nil {
		t.open(path)
	}
	var id int64
	for t.err == nil {
		head := t.byte()
		if head == thriftStop {
			return
		}
		id += int64(head >> 4)
		if head>>4 == 0 {
			id = t.zigzag()
		}
		if id < 1 || id > 255 {
			t.fail("an unknown field")
			return
		}
		t.field(path<<8|int(id), head&15, deep)
	}
}

// field walks over the value of a field. Of truth values the type is all there
// is.
func (t *thriftWalk) field(path int, kind byte, deep int) {
	switch kind {
	case thriftTrue:
		t.number(path, 1)
	case thriftFalse:
		t.number(path, 0)
	default:
		t.value(path, kind, deep)
	}
}

func (t *thriftWalk) number(path int, v int64) {
	if t.num != nil && t.err == nil {
		t.num(path, v)
	}
}

// value walks over any other value, or the item of a list.
func (t *thriftWalk) value(path int, kind byte, deep int) {
	switch kind {
	case thriftTrue, thriftFalse, thriftByte:
		t.skip(1)
	case thriftI16, thriftI32, thriftI64:
		t.number(path, t.zigzag())
	case thriftDouble:
		t.skip(8)
	case thriftBinary:
		n := t.size()
		if t.text != nil && t.err == nil {
			t.text(path, t.in[t.at:t.at+n])
		}
		t.skip(n)
	case thriftList, thriftSet:
		t.list(path, deep)
	case thriftStruct:
		t.structure(path, deep-1)
	default:
		t.fail("an unknown type") // of which maps are: Parquet has none
	}
}

func (t *thriftWalk) list(path, deep int) {
	head := t.byte()
	n := int(head >> 4)
	if n == 15 {
		n = t.size()
	}
	for i := 0; i < n && t.err == nil; i++ {
		t.value(path, head&15, deep)
	}
}
