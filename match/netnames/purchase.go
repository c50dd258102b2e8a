package netnames

import (
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/crypto/dleq"
	"mandorla/crypto/oprf"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// A question is a blinded OPRF input and the place of the row that it is for; a
// secret is the place and the OPRF output that opens the row.
const (
	questionWidth = 32 + 8
	secretWidth   = 8 + oprf.OutputSize
)

// A purchase is the taking of the net names.
type purchase struct {
	*buyer
	count          uint64 // of the net names
	blind, unblind *ristretto.Key
	sorter         *column.Sorter // questions, by element
	sent           *column.List   // questions, in the order sent
	received       *column.List   // z, in the same order
	wanted         *column.List   // the sealed rows that are to be opened, by place
	secrets        *column.Sorter // by place
	line           *stage.Line[answered, []byte]

	questions, replies *column.Rows // while the proofs come in
	proven             uint64
	batch              uint32
	place              uint64 // of the next sealed row
}

func newPurchase(b *buyer, names uint64) (_ *purchase, err error) {
	c := b.Config
	p := &purchase{buyer: b, count: names, blind: ristretto.NewKey(),
		sent:     column.NewList(questionWidth, dh.Buffer(c), c.Store),
		received: column.NewList(32, dh.Buffer(c), c.Store),
		wanted:   column.NewList(c.Sale.Width+overhead, dh.Buffer(c), c.Store)}
	p.unblind = p.blind.Inverse()
	p.sorter, err = column.NewSorter(column.Config{Width: questionWidth, Key: 32, Budget: dh.Share(c), Store: c.Store})
	if err == nil {
		p.secrets, err = column.NewSorter(column.Config{Width: secretWidth, Key: 8, Budget: dh.Share(c), Store: c.Store})
	}
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	p.line = stage.New(p.finishAnswers, p.secrets.Add)
	return p, nil
}

func (p *purchase) close() error {
	if p.line != nil {
		p.line.Close()
	}
	p.blind.Wipe()
	p.unblind.Wipe()
	errs := []error{p.sent.Close(), p.received.Close(), p.wanted.Close()} // and what reads them
	for _, s := range []*column.Sorter{p.sorter, p.secrets} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}

// perLot is how many questions are blinded at once.
const perLot = 1 << 13

// ask blinds a question for every row on sale that we do not hold.
func (p *purchase) ask() (err error) {
	line := stage.New(p.blindLot, p.sorter.Add)
	defer line.Close()
	var places []uint64
	for i := range p.PeerCap {
		if !p.held.Get(i) {
			places = append(places, i)
		}
		if len(places) == perLot || (i+1 == p.PeerCap && len(places) > 0) {
			if err := line.Put(places); err != nil {
				return err
			}
			places = nil
		}
	}
	return line.Drain()
}

func (p *purchase) blindLot(places []uint64) ([]byte, error) {
	e := make([]byte, 32*len(places))
	if err := oprf.Blind(e, p.blind, inputs(p.SID, places), inputWidth); err != nil {
		return nil, err
	}
	out := make([]byte, len(places)*questionWidth)
	dh.Scatter(out, questionWidth, 0, e, 32)
	for i, place := range places {
		binary.BigEndian.PutUint64(out[i*questionWidth+32:], place)
	}
	return out, nil
}

// request is the phase in which the questions go out, sorted by what they hide
// behind. Without any net name it is the last.
//
//	-> EVALREQ*
func (p *purchase) request() (*match.Phase, error) {
	if err := p.ask(); err != nil {
		return nil, err
	}
	rows, err := p.sorter.Sort()
	if err != nil {
		return nil, err
	}
	f := &match.Framer{Kind: wire.KindEvalReq, Schema: reqSchema, Width: questionWidth, Rows: rows, Left: p.count, Keep: p.sent.Append}
	return &match.Phase{Name: "requests", Out: f.Next, Then: func() (*match.Phase, error) {
		if p.count == 0 {
			return nil, nil
		}
		return &match.Phase{Name: "sealed", Kind: wire.KindSealed, In: p.keep, Then: p.answers}, nil
	}}, nil
}

// keep takes in sealed rows (V2), and keeps those that were asked for.
//
//	<- SEALED*
func (p *purchase) keep(f wire.Frame) error {
	if got := p.place + uint64(f.Rows); got > p.PeerCap || f.Last != (got == p.PeerCap) {
		return match.ErrCount
	}
	width := p.Sale.Width + overhead
	for rows := f.Columns[0]; len(rows) > 0; rows = rows[width:] {
		if !p.held.Get(p.place) {
			if err := p.wanted.Append(rows[:width]); err != nil {
				return err
			}
		}
		p.place++
	}
	return nil
}

// answers is the phase in which the evaluations come in, in the order asked.
//
//	<- EVALRESP*
func (p *purchase) answers() (*match.Phase, error) {
	return &match.Phase{Name: "answers", Kind: wire.KindEvalResp, In: p.answer, Then: func() (_ *match.Phase, err error) {
		if p.questions, err = p.sent.Rows(); err != nil {
			return nil, err
		}
		if p.replies, err = p.received.Rows(); err != nil {
			return nil, err
		}
		return &match.Phase{Name: "proofs", Kind: wire.KindEvalProof, In: p.prove, Then: p.open}, nil
	}}, nil
}

// answer takes in a frame of evaluations: as many as were asked for, in frames
// of the same length.
func (p *purchase) answer(f wire.Frame) error {
	got := p.received.Len() + uint64(f.Rows)
	if got > p.count || f.Last != (got == p.count) || (!f.Last && f.Rows != wire.RowsPerFrame(respSchema)) {
		return match.ErrCount
	}
	return p.received.Append(f.Columns[0])
}

// answered is one frame of evaluations: the questions, what came back for them,
// and the proof over both.
type answered struct {
	batch        uint32
	questions, z []byte
	proof        [64]byte
}

// prove takes in proofs, each over one frame of evaluations (V13).
//
//	<- EVALPROOF*
func (p *purchase) prove(f wire.Frame) error {
	for i := range f.Rows {
		n := min(uint64(wire.RowsPerFrame(respSchema)), p.count-p.proven)
		if n == 0 {
			return match.ErrCount
		}
		questions, err := match.Take(p.questions, int(n), questionWidth)
		if err != nil {
			return err
		}
		z, err := match.Take(p.replies, int(n), 32)
		if err != nil {
			return err
		}
		if err := p.line.Put(answered{p.batch, questions, z, [64]byte(f.Columns[0][64*i:])}); err != nil {
			return err
		}
		p.batch, p.proven = p.batch+1, p.proven+n
		if p.Progress != nil {
			p.Progress("evaluate", p.proven, p.count)
		}
	}
	if f.Last != (p.proven == p.count) {
		return match.ErrCount
	}
	if !f.Last {
		return nil
	}
	return p.line.Drain()
}

// finishAnswers checks a proof, unblinds the evaluations (V4, V5), and makes of
// each the secret that opens its row.
func (p *purchase) finishAnswers(a answered) ([]byte, error) {
	e := dh.Gather(a.questions, questionWidth, 0, 32)
	if err := dleq.Verify(p.offered, p.SID, byte(p.Role.Other().Direction()), a.batch, e, a.z, a.proof); err != nil {
		return nil, errors.Join(match.ErrProof, err)
	}
	if err := p.unblind.Mul(a.z, a.z); err != nil {
		return nil, errors.Join(match.ErrPoint, err)
	}
	n := len(a.z) / 32
	places := make([]uint64, n)
	out := make([]byte, n*secretWidth)
	for i := range places {
		places[i] = binary.BigEndian.Uint64(a.questions[i*questionWidth+32:])
		binary.BigEndian.PutUint64(out[i*secretWidth:], places[i])
	}
	outputs := make([]byte, n*oprf.OutputSize)
	oprf.Finalize(outputs, inputs(p.SID, places), inputWidth, a.z)
	dh.Scatter(out, secretWidth, 8, outputs, oprf.OutputSize)
	clear(outputs)
	return out, nil
}

// open opens the rows that were taken. If one does not open there are none.
func (p *purchase) open() (*match.Phase, error) {
	secrets, err := p.secrets.Sort()
	if err != nil {
		return nil, err
	}
	sealed, err := p.wanted.Rows()
	if err != nil {
		return nil, err
	}
	opened := uint64(0)
	err = column.EachBatch(secrets, func(rows []byte) error {
		cts, err := match.Take(sealed, len(rows)/secretWidth, p.Sale.Width+overhead)
		if err != nil {
			return err
		}
		if opened += uint64(len(rows) / secretWidth); p.Progress != nil {
			p.Progress("open", opened, p.count)
		}
		return p.openLot(rows, cts)
	})
	return nil, errors.Join(err, sealed.Close(), secrets.Close())
}

func (p *purchase) openLot(secrets, cts []byte) error {
	n, width := len(secrets)/secretWidth, p.Sale.Width+overhead
	out := make([]byte, 0, n*p.Sale.Width)
	for i := range n {
		secret := secrets[i*secretWidth : (i+1)*secretWidth]
		aead, err := sealer(secret[8:], p.SID)
		if err != nil {
			return err
		}
		place := binary.BigEndian.Uint64(secret)
		if out, err = aead.Open(out, nonce[:], cts[i*width:(i+1)*width], additional(p.SID, place)); err != nil {
			return fmt.Errorf("%w: %w", match.ErrSeal, err)
		}
	}
	return p.names.Append(out)
}
