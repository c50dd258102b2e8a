package wire

import (
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
)

// ErrFrame is a frame that is not what the protocol allows at this point: its
// manifest, length, sequence, digest, transcript or signature is wrong
// (PROTOCOLS.md §1.13, V1 to V3).
var ErrFrame = errors.New("wire: frame refused")

// A Direction says who sends: the initiator of the run, or the responder.
type Direction uint8

// The two directions of a run.
const (
	FromInitiator Direction = 0
	FromResponder Direction = 1
)

// Other is the opposite direction.
func (d Direction) Other() Direction { return 1 - d }

// ManifestSize is the length of an encoded manifest; docs/wire.md has the layout.
const ManifestSize = manifestSigned + 64

const (
	manifestVersion = 1
	manifestSigned  = 1 + 1 + 1 + 1 + 1 + 4 + 8 + 32 + 32 + 32
	signatureLabel  = "CLEANROOM-V01-CS01-MANIFEST"
)

// A Manifest stands in front of every frame.
type Manifest struct {
	Kind   Kind
	Level  uint8
	Dir    Direction
	Last   bool
	Seq    uint32
	Rows   uint64
	SID    [32]byte
	Digest [32]byte // of this frame's columns
	Tau    [32]byte // the direction's transcript after this frame
	Sig    [64]byte // of the sender's identity key over everything above
}

// signed is the part of the encoding that the signature covers.
func (m *Manifest) signed() []byte {
	b := make([]byte, 0, ManifestSize)
	b = append(b, manifestVersion, byte(m.Kind), m.Level, byte(m.Dir), boolByte(m.Last))
	b = binary.BigEndian.AppendUint32(b, m.Seq)
	b = binary.BigEndian.AppendUint64(b, m.Rows)
	b = append(b, m.SID[:]...)
	b = append(b, m.Digest[:]...)
	return append(b, m.Tau[:]...)
}

// Encode is the manifest's [ManifestSize] bytes.
func (m *Manifest) Encode() []byte { return append(m.signed(), m.Sig[:]...) }

// DecodeManifest reads what [Manifest.Encode] writes and nothing else.
func DecodeManifest(b []byte) (*Manifest, error) {
	s := cryptobyte.String(b)
	m := new(Manifest)
	var version, kind, dir, last uint8
	whole := s.ReadUint8(&version) && s.ReadUint8(&kind) && s.ReadUint8(&m.Level) && s.ReadUint8(&dir) && s.ReadUint8(&last) &&
		s.ReadUint32(&m.Seq) && s.ReadUint64(&m.Rows) &&
		s.CopyBytes(m.SID[:]) && s.CopyBytes(m.Digest[:]) && s.CopyBytes(m.Tau[:]) && s.CopyBytes(m.Sig[:]) && s.Empty()
	if !whole || version != manifestVersion || dir > 1 || last > 1 {
		return nil, fmt.Errorf("%w: malformed manifest", ErrFrame)
	}
	m.Kind, m.Dir, m.Last = Kind(kind), Direction(dir), last == 1
	return m, nil
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// A transcript is one direction's chain over its frames. The two directions
// are in flight at once, so each has its own chain (docs/wire.md).
type transcript struct {
	sid [32]byte
	dir Direction
	seq uint32
	tau [32]byte
}

func newTranscript(sid [32]byte, dir Direction) transcript {
	h := sha512.New512_256()
	h.Write([]byte("CLEANROOM-V01-CS01-TAU"))
	h.Write(sid[:])
	h.Write([]byte{byte(dir)})
	t := transcript{sid: sid, dir: dir}
	h.Sum(t.tau[:0])
	return t
}

// next is τ_{i+1} of PROTOCOLS.md §1.11.
func (t *transcript) next(k Kind, rows uint64, digest [32]byte) [32]byte {
	h := sha512.New512_256()
	h.Write(t.tau[:])
	h.Write([]byte{byte(k), byte(t.dir)})
	var b [12]byte
	binary.BigEndian.PutUint32(b[:4], t.seq)
	binary.BigEndian.PutUint64(b[4:], rows)
	h.Write(b[:])
	h.Write(digest[:])
	var tau [32]byte
	h.Sum(tau[:0])
	return tau
}

// A Sealer makes the manifests of one direction. It is not safe for
// concurrent use.
type Sealer struct {
	t       transcript
	schemas Schemas
	sign    func([]byte) [64]byte
}

// NewSealer starts the sending direction of a run; sign is the node's
// identity key.
func NewSealer(sid [32]byte, dir Direction, s Schemas, sign func([]byte) [64]byte) *Sealer {
	return &Sealer{newTranscript(sid, dir), s, sign}
}

// Seal makes the frame's manifest and moves the transcript on.
func (s *Sealer) Seal(f Frame) ([]byte, error) {
	schema, ok := s.schemas[f.Kind]
	if !ok || !f.Fits(schema) {
		return nil, fmt.Errorf("%w: %v does not fit this run", ErrFrame, f.Kind)
	}
	d := NewDigest()
	d.Add(schema, f)
	m := Manifest{Kind: f.Kind, Level: f.Level, Dir: s.t.dir, Last: f.Last, Seq: s.t.seq,
		Rows: uint64(f.Rows), SID: s.t.sid, Digest: d.Sum()}
	m.Tau = s.t.next(f.Kind, m.Rows, m.Digest)
	m.Sig = s.sign(labelled(&m))
	s.t.seq, s.t.tau = s.t.seq+1, m.Tau
	return m.Encode(), nil
}

// Schema is the columns of a kind that the run may send; it is nil for any other.
func (s *Sealer) Schema(k Kind) Schema { return s.schemas[k] }

// Tau is the direction's transcript so far.
func (s *Sealer) Tau() [32]byte { return s.t.tau }

// labelled is what a manifest's signature is over.
func labelled(m *Manifest) []byte { return append([]byte(signatureLabel), m.signed()...) }

// An Opener checks the manifests of one direction. It is not safe for
// concurrent use.
type Opener struct {
	t       transcript
	schemas Schemas
	verify  func(msg []byte, sig [64]byte) bool
}

// NewOpener starts the receiving direction of a run; verify checks the peer's
// identity key.
func NewOpener(sid [32]byte, dir Direction, s Schemas, verify func([]byte, [64]byte) bool) *Opener {
	return &Opener{newTranscript(sid, dir), s, verify}
}

// Open decodes a manifest, checks it, and then asks columns for the frame's
// columns: only what passed every check that needs no column (V1, V2's batch
// limit, V3) is ever sized or read. The frame borrows the columns. Any failure
// is an [ErrFrame] and leaves the transcript where it was.
func (o *Opener) Open(manifest []byte, columns func(s Schema, rows int) ([][]byte, error)) (Frame, error) {
	m, err := DecodeManifest(manifest)
	if err != nil {
		return Frame{}, err
	}
	schema, err := o.expect(m)
	if err != nil {
		return Frame{}, err
	}
	f := Frame{Kind: m.Kind, Level: m.Level, Last: m.Last, Rows: int(m.Rows)}
	if f.Columns, err = columns(schema, f.Rows); err != nil {
		return Frame{}, fmt.Errorf("%w: %v: %w", ErrFrame, m.Kind, err)
	}
	if !f.Fits(schema) {
		return Frame{}, fmt.Errorf("%w: %v has columns of another length", ErrFrame, m.Kind)
	}
	d := NewDigest()
	d.Add(schema, f)
	digest := d.Sum()
	tau := o.t.next(m.Kind, m.Rows, digest)
	if digest != m.Digest || tau != m.Tau {
		return Frame{}, fmt.Errorf("%w: %v is not what its manifest says", ErrFrame, m.Kind)
	}
	o.t.seq, o.t.tau = o.t.seq+1, tau
	return f, nil
}

// expect checks everything about a manifest that can be known without columns.
func (o *Opener) expect(m *Manifest) (Schema, error) {
	schema, ok := o.schemas[m.Kind]
	switch {
	case !ok:
		return nil, fmt.Errorf("%w: %v does not belong to this analysis", ErrFrame, m.Kind)
	case m.SID != o.t.sid || m.Dir != o.t.dir || m.Seq != o.t.seq:
		return nil, fmt.Errorf("%w: %v out of sequence", ErrFrame, m.Kind)
	case m.Rows > MaxRows:
		return nil, fmt.Errorf("%w: %v of %d rows, at most %d", ErrFrame, m.Kind, m.Rows, MaxRows)
	case !o.verify(labelled(m), m.Sig):
		return nil, fmt.Errorf("%w: %v is not signed by the peer", ErrFrame, m.Kind)
	}
	return schema, nil
}

// Tau is the direction's transcript so far.
func (o *Opener) Tau() [32]byte { return o.t.tau }

// FinalTau binds both directions' transcripts: the τ_final of a receipt.
func FinalTau(initiator, responder [32]byte) (tau [32]byte) {
	h := sha512.New512_256()
	h.Write([]byte("CLEANROOM-V01-CS01-TAU-FINAL"))
	h.Write(initiator[:])
	h.Write(responder[:])
	h.Sum(tau[:0])
	return tau
}
