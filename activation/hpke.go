package activation

import (
	"crypto/rand"
	"errors"
	"io"

	"github.com/cloudflare/circl/hpke"
	"github.com/cloudflare/circl/kem"
)

// chunk is the plaintext of a chunk, in bytes. Only the last is shorter, and it
// alone is sealed with the mark of the end: a body that was cut off at a chunk's
// end lacks it.
const (
	chunk    = 1 << 16
	overhead = 16 // the tag of AES-GCM
)

// What a chunk is bound to besides its number, which HPKE counts.
var (
	middle = []byte{0}
	end    = []byte{1}
)

// info binds the agreement, the run, the recipient and all else that the header
// says into the keys.
func info(header []byte) []byte { return append([]byte(firstLine), header...) }

// A sealer encrypts what is written to it, chunk by chunk.
type sealer struct {
	w   io.Writer
	ctx hpke.Sealer
	buf []byte
}

func newSealer(w io.Writer, to kem.PublicKey, header []byte) (*sealer, error) {
	sender, err := suite.NewSender(to, info(header))
	if err != nil {
		return nil, err
	}
	enc, ctx, err := sender.Setup(rand.Reader)
	if err != nil {
		return nil, errors.Join(ErrKey, err)
	}
	_, err = w.Write(enc)
	return &sealer{w, ctx, make([]byte, 0, chunk)}, err
}

// Write implements [io.Writer]. A full chunk waits until there is more, for it may
// be the last.
func (s *sealer) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if len(s.buf) == chunk {
			if err := s.flush(middle); err != nil {
				return 0, err
			}
		}
		k := min(chunk-len(s.buf), len(p))
		s.buf, p = append(s.buf, p[:k]...), p[k:]
	}
	return n, nil
}

func (s *sealer) flush(mark []byte) error {
	ct, err := s.ctx.Seal(s.buf, mark)
	if err != nil {
		return err
	}
	clear(s.buf)
	s.buf = s.buf[:0]
	_, err = s.w.Write(ct)
	return err
}

// Close seals the end.
func (s *sealer) Close() error { return s.flush(end) }

// An opener gives back what a sealer was given.
type opener struct {
	r    io.Reader
	ctx  hpke.Opener
	next []byte // the chunk that was read ahead, sealed
	buf  []byte // what is left of the present chunk
	err  error
}

func newOpener(r io.Reader, key kem.PrivateKey, header []byte) (*opener, error) {
	enc := make([]byte, hpkeKEM.Scheme().CiphertextSize())
	if _, err := io.ReadFull(r, enc); err != nil {
		return nil, ErrFile
	}
	receiver, err := suite.NewReceiver(key, info(header))
	if err != nil {
		return nil, err
	}
	ctx, err := receiver.Setup(enc)
	if err != nil {
		return nil, ErrFile
	}
	o := &opener{r: r, ctx: ctx}
	o.next, err = o.read()
	return o, err
}

// read is the next chunk, sealed; empty at the end of the file.
func (o *opener) read() ([]byte, error) {
	b := make([]byte, chunk+overhead)
	n, err := io.ReadFull(o.r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return b[:n], err
}

// Read implements [io.Reader].
func (o *opener) Read(p []byte) (int, error) {
	for len(o.buf) == 0 && o.err == nil {
		o.buf, o.err = o.open()
	}
	if len(o.buf) == 0 {
		return 0, o.err
	}
	n := copy(p, o.buf)
	o.buf = o.buf[n:]
	return n, nil
}

// open opens the next chunk; with the last comes io.EOF.
func (o *opener) open() ([]byte, error) {
	after, err := o.read()
	if err != nil {
		return nil, err
	}
	mark := middle
	if len(after) == 0 {
		mark = end
	}
	pt, err := o.ctx.Open(o.next, mark)
	if err != nil {
		return nil, ErrFile
	}
	if o.next = after; len(after) == 0 {
		return pt, io.EOF
	}
	return pt, nil
}
