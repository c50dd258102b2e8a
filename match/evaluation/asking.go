package evaluation

import (
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/crypto/dleq"
	"mandorla/crypto/oprf"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// An asking is one level of the asker's run: what was sent, what came back.
type asking struct {
	*asker
	search
	width    int
	sent     *column.List // request rows, in the order sent
	received *column.List // z, in the same order
	line     *stage.Line[answered, []yield]
	requests *column.Rows // while the proofs come in
	replies  *column.Rows
	proven   uint64
	strict   column.Increasing
	tags     uint64 // of the directory so far
}

func newAsking(a *asker, width int) (_ *asking, err error) {
	p := &asking{asker: a, width: width,
		sent:     column.NewList(width, dh.Buffer(a.Config), a.Store),
		received: column.NewList(32, dh.Buffer(a.Config), a.Store),
		strict:   column.Increasing{Width: 16, Key: 16}}
	if a.renewals != nil {
		p.search = a.renewals[a.level]
	} else if p.search, err = newJoining(a); err != nil {
		return nil, err
	}
	p.line = stage.New(p.finish, p.keepAll)
	return p, nil
}

func (p *asking) close() error {
	p.line.Close()
	err := p.search.Close()
	if p.requests != nil {
		err = errors.Join(err, p.requests.Close())
	}
	if p.replies != nil {
		err = errors.Join(err, p.replies.Close())
	}
	return errors.Join(err, p.sent.Close(), p.received.Close())
}

// answer takes in a frame of evaluations: as many as were asked for, in frames
// of the same length.
func (p *asking) answer(f wire.Frame) error {
	total := p.requested()
	got := p.received.Len() + uint64(f.Rows)
	full := f.Rows == wire.RowsPerFrame(evalRespSchema)
	if got > total || f.Last != (got == total) || (!f.Last && !full) {
		return match.ErrCount
	}
	return p.received.Append(f.Columns[0])
}

// begin goes back to the start of what was sent and what came back.
func (p *asking) begin() (err error) {
	if p.requests, err = p.sent.Rows(); err != nil {
		return err
	}
	p.replies, err = p.received.Rows()
	return err
}

// answered is one frame of evaluations: the request rows, what came back for
// them, and the proof over both.
type answered struct {
	batch       uint32 // of the run's proofs
	requests, z []byte
	proof       [64]byte
}

// prove takes in proofs, each over one frame of evaluations, and has those
// finished.
func (p *asking) prove(f wire.Frame) error {
	total := p.requested()
	for i := range f.Rows {
		n := min(uint64(wire.RowsPerFrame(evalRespSchema)), total-p.proven)
		if n == 0 {
			return match.ErrCount
		}
		if err := p.proofOver(int(n), [64]byte(f.Columns[0][64*i:64*i+64])); err != nil {
			return err
		}
		p.proven += n
		if p.Progress != nil {
			p.Progress(fmt.Sprintf("evaluate %d", p.level), p.proven, total)
		}
	}
	if f.Last != (p.proven == total) {
		return match.ErrCount
	}
	if !f.Last {
		return nil
	}
	return p.line.Drain()
}

// proofOver brings a proof together with the n evaluations that it is over.
func (p *asking) proofOver(n int, proof [64]byte) error {
	requests, err := match.Take(p.requests, n, p.width)
	if err != nil {
		return err
	}
	z, err := match.Take(p.replies, n, 32)
	if err != nil {
		return err
	}
	p.batch++
	return p.line.Put(answered{p.batch - 1, requests, z, proof})
}

// finish checks the proof, unblinds the evaluations and makes of them what is kept.
func (p *asking) finish(a answered) ([]yield, error) {
	e := dh.Gather(a.requests, p.width, 0, 32)
	if err := dleq.Verify(p.peer, p.SID, byte(p.Role.Other().Direction()), a.batch, e, a.z, a.proof); err != nil {
		return nil, errors.Join(match.ErrProof, err)
	}
	if err := p.unblind.Mul(a.z, a.z); err != nil {
		return nil, errors.Join(match.ErrPoint, err)
	}
	identifiers := 1 + len(p.Levels[p.level]) + 32
	return []yield{p.finalize(a, identifiers, false), p.finalize(a, poolWidth, true)}, nil
}

func (p *asking) keepAll(yields []yield) error {
	for _, y := range yields {
		if err := p.keep(y); err != nil {
			return err
		}
	}
	return nil
}

// finalize makes what is kept of a frame's rows or of its liveness questions, whose
// OPRF inputs have the given width (RFC 9497, Finalize).
func (p *asking) finalize(a answered, input int, liveness bool) yield {
	var inputs, points, rows []byte
	for i := range len(a.z) / 32 {
		row := a.requests[i*p.width : (i+1)*p.width]
		if number := binary.BigEndian.Uint64(row[32:]); number == dh.Filler || (number == pool) != liveness {
			continue
		}
		inputs = append(inputs, row[40:40+input]...)
		points = append(points, a.z[32*i:32*i+32]...)
		rows = append(rows, row[32:40]...)
	}
	out := make([]byte, oprf.OutputSize*len(rows)/8)
	oprf.Finalize(out, inputs, input, points)
	defer clear(out)
	return p.made(liveness, rows, out)
}

func (p *asking) listed() uint64 { return published(p.Config, p.PeerCap) }

// lookUp takes in a frame of the directory.
func (p *asking) lookUp(f wire.Frame) error {
	p.tags += uint64(f.Rows)
	if total := p.listed(); p.tags > total || f.Last != (p.tags == total) {
		return match.ErrCount
	}
	if err := p.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	if p.Progress != nil {
		p.Progress(fmt.Sprintf("%s %d", p.Name, p.level), p.tags, p.listed())
	}
	return p.entries(interleave(p.Schema, f))
}

// interleave turns a frame's columns into rows.
func interleave(s wire.Schema, f wire.Frame) []byte {
	if len(s) == 1 {
		return f.Columns[0]
	}
	width, at := s.RowWidth(), 0
	rows := make([]byte, f.Rows*width)
	for i, c := range s {
		dh.Scatter(rows, width, at, f.Columns[i], c.Type.Width())
		at += c.Type.Width()
	}
	return rows
}
