package flight

import (
	"fmt"

	"mandorla/match/wire"
)

// The tags that a message's app_metadata begins with.
const (
	tagControl byte = 1
	tagFrame   byte = 2
)

// kindAbort is the one control message that ends a connection (PROTOCOLS.md §12.1).
const kindAbort byte = 41

// The limits of docs/wire.md.
const (
	// maxNote is the most bytes of a control message's note: PROPOSE holds an
	// agreement of up to 1 MiB, written as a JSON string.
	maxNote = 1<<20 + 1<<17
	// maxBody is the most bytes of a frame's columns with their padding.
	maxBody = 4 << 20
	// maxMessage is the most bytes of a whole message.
	maxMessage = maxBody + 1<<16
)

// control is a control message as it travels.
func control(kind byte, note []byte) (*envelope, error) {
	if len(note) > maxNote {
		return nil, fmt.Errorf("%w: a control message of %d bytes, at most %d", errTooLarge, len(note), maxNote)
	}
	return &envelope{metadata: []byte{tagControl, kind}, body: [][]byte{note}}, nil
}

// read is a received message, once it is one: a control message within its
// bounds, or what may be a frame.
func read(raw []byte) (message, error) {
	m, err := parse(raw)
	if err != nil {
		return message{}, err
	}
	switch {
	case m.tag() == tagControl && len(m.metadata) == 2 && len(m.header) == 0 && len(m.body) <= maxNote:
		return m, nil
	case m.tag() == tagFrame && len(m.metadata) == 1+wire.ManifestSize && len(m.body) <= maxBody:
		return m, nil
	}
	return message{}, fmt.Errorf("%w: neither a control message nor a frame", ErrMessage)
}

func (m message) tag() byte {
	if len(m.metadata) == 0 {
		return 0
	}
	return m.metadata[0]
}

// kind is that of a control message.
func (m message) kind() byte { return m.metadata[1] }

func (m message) aborts() bool { return m.tag() == tagControl && m.kind() == kindAbort }

// sealed is a frame as it travels. It is measured first, since sealing moves the
// transcript on.
func sealed(f wire.Frame, s *wire.Sealer, h headers) (*envelope, error) {
	widths := widthsOf(s.Schema(f.Kind))
	if n := bodySize(widths, f.Rows); n > maxBody {
		return nil, fmt.Errorf("%w: a frame of %d bytes, at most %d", errTooLarge, n, maxBody)
	}
	manifest, err := s.Seal(f)
	if err != nil {
		return nil, err
	}
	e := &envelope{metadata: append([]byte{tagFrame}, manifest...)}
	if e.header, err = h.of(widths, f.Rows); err != nil {
		return nil, err
	}
	for _, c := range f.Columns {
		e.body = append(e.body, c, padding[:padded(len(c))-len(c)])
	}
	return e, nil
}

// opened is the frame in a received message, checked. Its columns are parts of
// the message's body.
func opened(m message, o *wire.Opener, h headers) (wire.Frame, error) {
	return o.Open(m.metadata[1:], func(s wire.Schema, rows int) ([][]byte, error) {
		return columns(m, s, rows, h)
	})
}
