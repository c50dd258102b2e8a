package list

import (
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/crypto/dleq"
	"mandorla/crypto/oprf"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// ownTag is a tag and the number of the asker's row that it belongs to.
const ownTag = 16 + 8

// An asking is one level of the asker's run: what was sent, what came back.
type asking struct {
	*asker
	width    int
	sent     *column.List // request rows, in the order sent
	received *column.List // z, in the same order
	join     *column.Joiner
	requests *column.Rows // while the proofs come in
	replies  *column.Rows
	proven   uint64
	strict   column.Increasing
	tags     uint64 // of the directory so far
}

func newAsking(a *asker, width int) (*asking, error) {
	share := dh.Share(a.Config)
	join, err := column.NewJoiner(column.JoinConfig{Key: 16, Left: 16, Right: ownTag, Budget: 2 * share, Store: a.Store})
	if err != nil {
		return nil, err
	}
	return &asking{asker: a, width: width, join: join,
		sent:     column.NewList(width, share, a.Store),
		received: column.NewList(32, share, a.Store),
		strict:   column.Increasing{Width: 16, Key: 16}}, nil
}

func (p *asking) close() error {
	err := p.join.Close()
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
	total := requested(p.OwnCap)
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

// prove takes in proofs, each over one frame of evaluations, and finishes
// those.
func (p *asking) prove(f wire.Frame) error {
	frame := uint64(wire.RowsPerFrame(evalRespSchema))
	total := requested(p.OwnCap)
	for i := range f.Rows {
		n := min(frame, total-p.proven)
		if n == 0 {
			return match.ErrCount
		}
		if err := p.finish(int(n), [64]byte(f.Columns[0][64*i:64*i+64])); err != nil {
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
	return nil
}

// finish checks the proof over the next n evaluations, unblinds them and gives
// their tags to the join.
func (p *asking) finish(n int, proof [64]byte) error {
	requests, err := match.Take(p.requests, n, p.width)
	if err != nil {
		return err
	}
	z, err := match.Take(p.replies, n, 32)
	if err != nil {
		return err
	}
	e := dh.Gather(requests, p.width, 0, 32)
	if err := dleq.Verify(p.peer, p.SID, byte(p.Role.Other().Direction()), p.batch, e, z, proof); err != nil {
		return errors.Join(match.ErrProof, err)
	}
	p.batch++
	if err := p.unblind.Mul(z, z); err != nil {
		return errors.Join(match.ErrPoint, err)
	}
	identifiers := 1 + len(p.Levels[p.level]) + 32
	if err := p.finalize(requests, z, identifiers, func(row uint64) bool { return row < pool }); err != nil {
		return err
	}
	return p.finalize(requests, z, poolWidth, func(row uint64) bool { return row == pool })
}

// finalize makes the tags of the chosen rows, whose OPRF inputs have the given
// width (RFC 9497, Finalize).
func (p *asking) finalize(requests, elements []byte, input int, chosen func(row uint64) bool) error {
	var inputs, points, rows []byte
	for i := range len(elements) / 32 {
		row := requests[i*p.width : (i+1)*p.width]
		if !chosen(binary.BigEndian.Uint64(row[32:])) {
			continue
		}
		inputs = append(inputs, row[40:40+input]...)
		points = append(points, elements[32*i:32*i+32]...)
		rows = append(rows, row[32:40]...)
	}
	n := len(rows) / 8
	out := make([]byte, 64*n)
	oprf.Finalize(out, inputs, input, points)
	tags := make([]byte, 16*n)
	oprf.Tags(tags, out, p.SID, p.Levels[p.level])
	batch := make([]byte, ownTag*n)
	dh.Scatter(batch, ownTag, 0, tags, 16)
	dh.Scatter(batch, ownTag, 16, rows, 8)
	clear(out)
	return p.join.AddRight(batch)
}

// lookUp takes in a frame of the directory.
func (p *asking) lookUp(f wire.Frame) error {
	p.tags += uint64(f.Rows)
	if total := listed(p.PeerCap); p.tags > total || f.Last != (p.tags == total) {
		return match.ErrCount
	}
	if err := p.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	return p.join.AddLeft(f.Columns[0])
}
