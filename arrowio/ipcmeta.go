package arrowio

import (
	"encoding/binary"
	"math"
)

const (
	ipcMagic     = "ARROW1"
	continuation = "\xff\xff\xff\xff"
	deepestIPC   = 32 // columns inside columns
)

// The kinds of messages, as the metadata numbers them.
const (
	schemaMessage     = 1
	dictionaryMessage = 2
	batchMessage      = 3
)

// A message is what the metadata of an IPC message says, checked.
type message struct {
	kind    int64
	body    int64 // how long its body is
	buffers []extent
	codec   int64
}

// An extent is a stretch of a body or of a file.
type extent struct{ at, length int64 }

// The codecs of compressed buffers that matter here, as the metadata numbers
// them.
const (
	noCodec   = -1 // not compressed
	zstdCodec = 1
)

// parseMessage checks the metadata of a message and gives what the library is
// going to rely on. Its body may be as long as left.
func parseMessage(meta []byte, left int64) (message, error) {
	f := newFlat(meta)
	root := f.table(f.follow(0))
	m := message{kind: root.number(1, 1), body: root.number(3, 8), codec: noCodec}
	header, ok := root.child(2)
	if m.body < 0 || m.body > left || !ok {
		f.fail("its body is not there")
	}
	pairs(root, 4)
	switch m.kind {
	case schemaMessage:
		checkSchema(header)
	case dictionaryMessage:
		if header, ok = header.child(1); !ok {
			f.fail("a dictionary without values")
		}
		m.batch(header)
	case batchMessage:
		m.batch(header)
	default:
		f.fail("a message of an unknown kind")
	}
	return m, f.err
}

// pairs checks the keys and values in a table's i-th field.
func pairs(t flatTable, i int64) {
	t.children(i, func(pair flatTable) {
		pair.vector(0, 1)
		pair.vector(1, 1)
	})
}

func checkSchema(schema flatTable) {
	schema.children(1, func(field flatTable) { checkField(field, deepestIPC) })
	pairs(schema, 2)
	schema.vector(3, 8)
}

// checkField checks a column, and the columns inside it.
func checkField(field flatTable, deep int) {
	if deep == 0 {
		field.f.fail("nested too deep")
		return
	}
	field.vector(0, 1) // its name
	if kind, ok := field.child(3); ok {
		// A vector is what the types of some columns have in their second field:
		// a time zone, or the numbers of a union's kinds.
		const timestamp, union = 10, 14
		switch field.number(2, 1) {
		case timestamp:
			kind.vector(1, 1)
		case union:
			kind.vector(1, 4)
		}
	}
	if dictionary, ok := field.child(4); ok {
		dictionary.child(1)
	}
	field.children(5, func(child flatTable) { checkField(child, deep-1) })
	pairs(field, 6)
}

// batch checks a batch of rows: its lengths, and where its buffers lie in the
// body.
func (m *message) batch(t flatTable) {
	if rows := t.number(0, 8); rows < 0 || rows > math.MaxInt32 {
		t.f.fail("a batch of too many rows")
	}
	start, n := t.vector(1, 16)
	for i := range n {
		length, nulls := t.f.int64(start+16*i), t.f.int64(start+16*i+8)
		if length < 0 || length > math.MaxInt32 || nulls > length {
			t.f.fail("a column of too many rows")
		}
	}
	start, n = t.vector(2, 16)
	for i := range n {
		b := extent{t.f.int64(start + 16*i), t.f.int64(start + 16*i + 8)}
		if b.at < 0 || b.length < 0 || b.at > m.body || b.length > m.body-b.at {
			t.f.fail("a column does not lie in its message")
		}
		m.buffers = append(m.buffers, b)
	}
	if compression, ok := t.child(3); ok {
		m.codec = compression.number(0, 1)
	}
	m.variadic(t)
}

// variadic checks how many buffers the columns of views claim.
func (m *message) variadic(t flatTable) {
	start, n := t.vector(4, 8)
	for i := range n {
		if v := t.f.int64(start + 8*i); v < 0 || v > int64(len(m.buffers)) {
			t.f.fail("a column of too many buffers")
		}
	}
}

// checkSchemaFrame checks a message by itself that should be a schema.
func checkSchemaFrame(frame []byte) error {
	length, prefix, err := frameLength(frame)
	if err != nil {
		return err
	}
	if length > int64(len(frame))-prefix {
		return broken("a message is longer than what is left")
	}
	m, err := parseMessage(frame[prefix:prefix+length], 0)
	if err == nil && m.kind != schemaMessage {
		err = broken("no schema where one should be")
	}
	return err
}

// frameLength reads how long the metadata of a message is, and how long what
// stands before it. Old writers leave out the continuation mark. A length of
// zero ends a stream.
func frameLength(head []byte) (length, prefix int64, err error) {
	prefix = 4
	if len(head) >= 4 && string(head[:4]) == continuation {
		prefix = 8
	}
	if int64(len(head)) < prefix {
		return 0, 0, broken("a message ends early")
	}
	length = int64(int32(binary.LittleEndian.Uint32(head[prefix-4:])))
	if length < 0 {
		return 0, 0, broken("a message of negative length")
	}
	return length, prefix, nil
}

// parseFooter checks the footer of an IPC file and gives where its messages lie:
// the schema, the dictionaries, the batches. The file's data ends at end.
func parseFooter(footer []byte, end int64) ([]extent, error) {
	f := newFlat(footer)
	root := f.table(f.follow(0))
	const afterMagic = 8
	schema := extent{afterMagic, end - afterMagic}
	var messages []extent
	for _, field := range []int64{2, 3} { // dictionaries, batches
		start, n := root.vector(field, 24)
		for i := range n {
			at := start + 24*i
			e, body := extent{f.int64(at), f.int32(at + 8)}, f.int64(at+16)
			if e.at < afterMagic || e.length < 0 || body < 0 || e.at > end || e.length > end-e.at || body > end-e.at-e.length {
				f.fail("a batch does not lie in the file")
				return nil, f.err
			}
			e.length += body
			schema.length = min(schema.length, e.at-afterMagic)
			messages = append(messages, e)
		}
	}
	if schema.length <= 0 {
		f.fail("no schema")
	}
	return append([]extent{schema}, messages...), f.err
}
