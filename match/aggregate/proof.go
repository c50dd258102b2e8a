package aggregate

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"

	"mandorla/crypto/dleq"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// A place says in which row of the peer's set a point of this node's pool
// stands; places are in the order of the rows.
type place struct{ row, point uint32 }

type places []place

// prove is the phase in which both sides say where the rows of the other's
// pool stand in their set, if there are any.
//
//	<-> POOLPROOF*
func (h *half) prove(then func() (*match.Phase, error)) (*match.Phase, error) {
	if h.pool.size()+h.peerPool.size() == 0 {
		return then()
	}
	ph := &match.Phase{Name: "pool", Kind: wire.KindPoolProof,
		Then: func() (*match.Phase, error) { return h.proofs(then) }}
	if h.peerPool.size() > 0 {
		rows, err := h.mandatoryRows()
		if err != nil {
			return nil, err
		}
		ph.Out = func() (f wire.Frame, err error) {
			n := min(len(rows), 4*wire.RowsPerFrame(poolSchema))
			f = wire.Frame{Kind: wire.KindPoolProof, Last: n == len(rows), Rows: n / 4, Columns: [][]byte{rows[:n]}}
			rows = rows[n:]
			return f, nil
		}
	}
	if h.pool.size() > 0 {
		ph.In = h.placed
	}
	return ph, nil
}

// mandatoryRows is the row, in this node's set, of every point of the peer's
// pool, as it is sent.
func (h *half) mandatoryRows() (_ []byte, err error) {
	out := make([]byte, 4*h.peerPool.size())
	numbers, err := h.Ours.Numbers()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, numbers.Close()) }()
	row := uint32(0)
	return out, column.EachBatch(numbers, func(batch []byte) error {
		for ; len(batch) > 0; batch = batch[8:] {
			if n := binary.BigEndian.Uint64(batch); n != dh.Filler && n >= mandatory {
				binary.LittleEndian.PutUint32(out[4*(n-mandatory):], row)
			}
			row++
		}
		return nil
	})
}

// placed takes in the peer's rows that hold this node's pool.
func (h *half) placed(f wire.Frame) error {
	n := h.pool.size() - len(h.places)
	if f.Rows > n || f.Last != (f.Rows == n) {
		return match.ErrCount
	}
	for i := range f.Rows {
		row := binary.LittleEndian.Uint32(f.Columns[0][4*i:])
		if uint64(row) >= h.PeerCap {
			return match.ErrProof
		}
		h.places = append(h.places, place{row, uint32(len(h.places))})
	}
	return nil
}

// proofs is the phase in which both sides prove it (V13).
//
//	<-> POOLDLEQ
func (h *half) proofs(then func() (*match.Phase, error)) (*match.Phase, error) {
	ph := &match.Phase{Name: "pool proof", Kind: wire.KindPoolDLEQ, Then: then}
	if h.peerPool.size() > 0 {
		ph.Out = h.proofFrame
	}
	if h.pool.size() > 0 {
		ph.In = h.verify
	}
	return ph, nil
}

// proofFrame proves, batch by batch, that the peer's pool stands in this
// node's set under its one key.
func (h *half) proofFrame() (wire.Frame, error) {
	f := wire.Frame{Kind: wire.KindPoolDLEQ, Last: true, Columns: [][]byte{nil}}
	for from := 0; from < h.peerPool.size(); from += dleq.MaxBatch {
		msgs, width := h.peerPool.messages(from, min(from+dleq.MaxBatch, h.peerPool.size()))
		plain, err := dh.PlainPool(msgs, width)
		if err != nil {
			return f, err
		}
		blinded, err := h.BlindPool(msgs, width)
		if err != nil {
			return f, err
		}
		proof, err := h.Prove(uint32(f.Rows), plain, blinded)
		if err != nil {
			return f, err
		}
		f.Columns[0] = append(f.Columns[0], proof[:]...)
		f.Rows++
	}
	return f, nil
}

// verify checks the peer's proofs against the rows of its set.
func (h *half) verify(f wire.Frame) error {
	size := h.pool.size()
	if !f.Last || f.Rows != (size+dleq.MaxBatch-1)/dleq.MaxBatch {
		return match.ErrCount
	}
	if err := h.order(); err != nil {
		return err
	}
	blinded, err := h.claimed()
	if err != nil {
		return err
	}
	for batch := range f.Rows {
		from, to := batch*dleq.MaxBatch, min((batch+1)*dleq.MaxBatch, size)
		msgs, width := h.pool.messages(from, to)
		plain, err := dh.PlainPool(msgs, width)
		if err != nil {
			return err
		}
		proof := [dleq.ProofSize]byte(f.Columns[0][batch*dleq.ProofSize:])
		if err := h.Verify(uint32(batch), plain, blinded[32*from:32*to], proof); err != nil {
			return err
		}
	}
	return nil
}

// order sorts the places by row; no row may hold two points, and each has to
// be labelled with the peer's segment of its point's cell.
func (h *half) order() (err error) {
	slices.SortFunc(h.places, func(a, b place) int { return cmp.Compare(a.row, b.row) })
	labels, err := newWalk(h.theirs.labels, 2)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, labels.close()) }()
	for i, p := range h.places {
		if i > 0 && p.row == h.places[i-1].row {
			return match.ErrProof
		}
		label, err := labels.at(uint64(p.row))
		if err != nil {
			return err
		}
		_, cell := h.pool.place(int(p.point))
		if _, want := h.segments(cell); binary.LittleEndian.Uint16(label) != want {
			return match.ErrProof
		}
	}
	return nil
}

// claimed is, in the pool's order, the elements that the peer says are this
// node's pool under the peer's key.
func (h *half) claimed() ([]byte, error) {
	out := make([]byte, 32*h.pool.size())
	for level := range h.levels {
		if err := h.claimedOf(level, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (h *half) claimedOf(level int, out []byte) (err error) {
	rows, err := h.Theirs.Elements(level)
	if err != nil {
		return err
	}
	elements := &walk{rows: rows, width: 32}
	defer func() { err = errors.Join(err, elements.close()) }()
	for _, p := range h.places {
		if l, _ := h.pool.place(int(p.point)); l != level {
			continue
		}
		element, err := elements.at(uint64(p.row))
		if err != nil {
			return err
		}
		copy(out[32*p.point:], element)
	}
	return nil
}
