package arrowio

import (
	"encoding/binary"
	"io"

	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/klauspost/compress/zstd"
)

// frames is an [ipc.MessageReader] that checks each message before the library
// sees it. It is not for use from several goroutines.
type frames struct {
	in   io.ReaderAt
	mem  memory.Allocator
	left []extent // where messages lie that are yet to be read
	last *ipc.Message
}

// Retain and Release do nothing but at the end: there is one reader.
func (r *frames) Retain() {}

// Release lets go of the last message.
func (r *frames) Release() {
	if r.last != nil {
		r.last.Release()
		r.last = nil
	}
}

// Message gives the next message, which is valid until the one after; [io.EOF]
// ends them.
func (r *frames) Message() (*ipc.Message, error) {
	for len(r.left) > 0 {
		e := &r.left[0]
		if e.length == 0 {
			r.left = r.left[1:]
			continue
		}
		head := make([]byte, min(8, e.length))
		if _, err := r.in.ReadAt(head, e.at); err != nil {
			return nil, err
		}
		length, prefix, err := frameLength(head)
		if err != nil {
			return nil, err
		}
		if length == 0 { // the end of a stream
			r.left = r.left[1:]
			continue
		}
		e.at, e.length = e.at+prefix, e.length-prefix
		return r.read(e, length)
	}
	return nil, io.EOF
}

// read reads a message whose metadata begins the extent, and shortens that by it.
func (r *frames) read(e *extent, length int64) (*ipc.Message, error) {
	if length > e.length {
		return nil, broken("a message is longer than what is left")
	}
	meta := make([]byte, length)
	if _, err := r.in.ReadAt(meta, e.at); err != nil {
		return nil, err
	}
	m, err := parseMessage(meta, e.length-length)
	if err != nil {
		return nil, err
	}
	body := memory.NewResizableBuffer(r.mem)
	defer body.Release()
	body.Resize(int(m.body))
	if _, err := r.in.ReadAt(body.Bytes(), e.at+length); err != nil {
		return nil, err
	}
	if err := checkPacked(m, body.Bytes()); err != nil {
		return nil, err
	}
	e.at, e.length = e.at+length+m.body, e.length-length-m.body
	r.Release()
	r.last = ipc.NewMessage(memory.NewBufferBytes(meta), body)
	return r.last, nil
}

// checkPacked checks the compressed buffers of a message: that each says how
// long it will be, which the allocator bounds, and that none asks for a window
// far beyond that.
func checkPacked(m message, body []byte) error {
	const widest = 128 << 20 // the most that the usual levels of zstd use
	for _, b := range m.buffers {
		if m.codec == noCodec || b.length == 0 {
			continue
		}
		packed := body[b.at : b.at+b.length]
		if len(packed) < 8 {
			return broken("a compressed column without its length")
		}
		plain := int64(binary.LittleEndian.Uint64(packed))
		if plain < -1 { // -1: stored as it is
			return broken("a compressed column of negative length")
		}
		var h zstd.Header
		if m.codec == zstdCodec && plain >= 0 && h.Decode(packed[8:]) == nil && h.WindowSize > widest {
			return broken("a compressed column with a window of %d bytes", h.WindowSize)
		}
	}
	return nil
}
