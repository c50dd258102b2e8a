package flight

import (
	"bytes"
	"fmt"

	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
)

// The fields of Flight's FlightData that travel. Its descriptor (field 1) does
// not.
const (
	fieldHeader   = 2
	fieldMetadata = 3
	fieldBody     = 1000
)

// An envelope is a FlightData to be sent. The parts of its body are lent until
// they are on the wire.
type envelope struct {
	header   []byte
	metadata []byte
	body     [][]byte
}

// encode is the protobuf encoding of the envelope in pieces, so that the body is
// not copied: fields in order of their numbers, empty ones left out.
func (e *envelope) encode() mem.BufferSlice {
	var head []byte
	head = appendField(head, fieldHeader, e.header)
	head = appendField(head, fieldMetadata, e.metadata)
	if n := e.bodySize(); n > 0 {
		head = protowire.AppendTag(head, fieldBody, protowire.BytesType)
		head = protowire.AppendVarint(head, uint64(n))
	}
	out := mem.BufferSlice{mem.SliceBuffer(head)}
	for _, part := range e.body {
		if len(part) > 0 {
			out = append(out, mem.SliceBuffer(part))
		}
	}
	return out
}

// size is the bytes of the encoding.
func (e *envelope) size() int { return e.encode().Len() }

func (e *envelope) bodySize() (n int) {
	for _, part := range e.body {
		n += len(part)
	}
	return n
}

func appendField(b []byte, number protowire.Number, v []byte) []byte {
	if len(v) == 0 {
		return b
	}
	b = protowire.AppendTag(b, number, protowire.BytesType)
	return protowire.AppendBytes(b, v)
}

// A message is a FlightData that was received. It borrows the bytes that it was
// read from.
type message struct {
	header   []byte
	metadata []byte
	body     []byte
}

// parse reads what encode writes and nothing else: no other field, order,
// repetition or length encoding. It allocates nothing.
func parse(raw []byte) (m message, err error) {
	rest := raw
	for _, f := range []struct {
		number protowire.Number
		into   *[]byte
	}{{fieldHeader, &m.header}, {fieldMetadata, &m.metadata}, {fieldBody, &m.body}} {
		if *f.into, rest, err = cutField(rest, f.number); err != nil {
			return message{}, err
		}
	}
	if len(rest) > 0 {
		return message{}, fmt.Errorf("%w: a field that has no place in it", ErrMessage)
	}
	return m, nil
}

// maxTag is the most bytes of a field's tag: a varint of 32 bits.
const maxTag = 5

// cutField takes the field off the front, if it stands there.
func cutField(b []byte, number protowire.Number) (value, rest []byte, err error) {
	var tag [maxTag]byte
	rest, ok := bytes.CutPrefix(b, protowire.AppendTag(tag[:0], number, protowire.BytesType))
	if !ok {
		return nil, b, nil
	}
	value, n := protowire.ConsumeBytes(rest)
	if n < 0 || len(value) == 0 || n != protowire.SizeBytes(len(value)) {
		return nil, nil, fmt.Errorf("%w: field %d", ErrMessage, number)
	}
	return value[:len(value):len(value)], rest[n:], nil
}

// A codec is how gRPC turns envelopes into bytes. What is received stays bytes:
// they are this package's to read, and no protobuf library's.
type codec struct{}

// Marshal implements [encoding.CodecV2].
func (codec) Marshal(v any) (mem.BufferSlice, error) {
	e, ok := v.(*envelope)
	if !ok {
		return nil, fmt.Errorf("flight: %T does not travel", v)
	}
	return e.encode(), nil
}

// Unmarshal implements [encoding.CodecV2].
func (codec) Unmarshal(data mem.BufferSlice, v any) error {
	raw, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("flight: %T does not travel", v)
	}
	*raw = data.Materialize()
	return nil
}

// Name implements [encoding.CodecV2]; it is the content subtype that Flight's
// clients send.
func (codec) Name() string { return "proto" }
