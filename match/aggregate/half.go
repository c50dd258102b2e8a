package aggregate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// A half is what both topologies share of one party's half of a run: the two
// sets, their pools, and the tags of the present level.
type half struct {
	*dh.Session
	grid
	drawn    drawn
	pool     pool     // this node's
	peerPool pool     // the peer's
	left     []uint64 // per own segment: rows of the cap that are not used yet
	theirs   *theirs
	places   places // where the peer holds the points of our pool

	counts [][]uint64 // per level that is over, and cell
	level  *level     // the present one
	sums   *sums      // nil without value columns
}

// newHalf makes a half; draws is what noise it brings into the run.
func newHalf(c match.Config, draws func(grid) (drawn, error)) (*half, error) {
	g, err := newGrid(c)
	if err != nil {
		return nil, err
	}
	h := &half{grid: g, left: append([]uint64(nil), g.own.Caps...),
		pool: newPool(g, c.SID, c.Role), peerPool: newPool(g, c.SID, c.Role.Other())}
	if h.drawn, err = draws(g); err != nil {
		return nil, err
	}
	c.OwnCap, c.PeerCap = sum(g.ownRows()), sum(g.peerRows())
	if h.Session, err = dh.NewSession(c, setSchema(len(c.Levels), len(g.own.Values))); err != nil {
		return nil, err
	}
	h.theirs = newTheirs(c, g)
	if h.groupCount == 0 {
		return h, nil
	}
	if h.sums, err = newSums(h); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

func (h *half) close() error {
	errs := []error{h.release(), h.theirs.close(), h.Session.Close()}
	if h.sums != nil {
		errs = append(errs, h.sums.close())
	}
	return errors.Join(errs...)
}

// release gives back what belongs to a level.
func (h *half) release() (err error) {
	if h.level != nil {
		err = h.level.close()
		h.level = nil
	}
	return err
}

// begin is the run up to the first level: then is what follows.
func (h *half) begin(then func() (*match.Phase, error)) *match.Phase {
	keys := h.Session.Keys(func() (*match.Phase, error) {
		return &match.Phase{Name: "blind", Own: h.add, Then: func() (*match.Phase, error) {
			if err := h.seal(); err != nil {
				return nil, err
			}
			return h.sets(func() (*match.Phase, error) { return h.prove(then) })
		}}, nil
	})
	if h.sums != nil {
		h.sums.extend(keys)
	}
	return keys
}

// sets is the phase in which the sets cross.
func (h *half) sets(then func() (*match.Phase, error)) (*match.Phase, error) {
	ph, err := h.Session.Sets(func() (*match.Phase, error) {
		if err := h.theirs.line.Drain(); err != nil {
			return nil, err
		}
		return then()
	})
	if err != nil {
		return nil, err
	}
	elements := ph.In
	ph.In = func(f wire.Frame) error {
		if err := elements(f); err != nil {
			return err
		}
		return h.theirs.add(f)
	}
	return ph, nil
}

// add takes in a batch of this node's rows.
func (h *half) add(b match.Batch) error {
	if err := h.check(b); err != nil {
		return err
	}
	labels := b.Segments
	if labels == nil {
		labels = make([]uint16, b.Rows)
	}
	for _, seg := range labels {
		if int(seg) >= len(h.left) {
			return fmt.Errorf("segment code %d, of %d", seg, len(h.left))
		}
		if h.left[seg] == 0 {
			return fmt.Errorf("more rows of segment %d than the %d announced", seg, h.own.Caps[seg])
		}
		h.left[seg]--
	}
	return h.Ours.Take(b, h.dress(slices.Clone(labels), slices.Clone(b.Values)))
}

// check looks at what a batch has besides identifiers.
func (h *half) check(b match.Batch) error {
	if len(b.Segments) != b.Rows && (b.Segments != nil || len(h.own.Caps) > 1) {
		return fmt.Errorf("%d rows have %d segment codes", b.Rows, len(b.Segments))
	}
	v := len(h.own.Values)
	if len(b.Values) != b.Rows*v {
		return fmt.Errorf("%d rows of %d columns have %d values", b.Rows, v, len(b.Values))
	}
	for i, z := range b.Values {
		if bound := h.own.Values[i%v].Bound; z > bound || z < -bound {
			return fmt.Errorf("a value of column %d is beyond its bound", i%v)
		}
	}
	return nil
}

// dress is what labels rows and encrypts their values. Without values they
// have zeros.
func (h *half) dress(labels []uint16, values []int64) func(rows []byte) error {
	at := 32 * h.levels
	return func(rows []byte) error {
		for i, seg := range labels {
			binary.LittleEndian.PutUint16(rows[i*h.Ours.Width()+at:], seg)
		}
		if len(h.own.Values) == 0 {
			return nil
		}
		return h.sums.encrypt(rows, at+2, values)
	}
}

// seal tops every segment up to its cap and adds the pools.
func (h *half) seal() error {
	for seg, left := range h.left {
		for left > 0 {
			n := int(min(left, dh.FillerBatch))
			labels := make([]uint16, n)
			for i := range labels {
				labels[i] = uint16(seg)
			}
			if err := h.Ours.Fill(n, h.dress(labels, nil)); err != nil {
				return err
			}
			left -= uint64(n)
		}
	}
	return h.insertPools()
}

// theirs is what the peer's set has besides elements, in the set's order.
type theirs struct {
	expect  []uint64     // per segment: rows still to come
	columns int          // of elements, before the label
	values  int          // value columns
	labels  *column.List // the segment codes, as they came
	ciphers *column.List // the encrypted values: r, s0, s1, … of a row together
	line    *stage.Line[[][]byte, []byte]
}

func newTheirs(c match.Config, g grid) *theirs {
	t := &theirs{expect: g.peerRows(), columns: g.levels, values: len(g.peer.Values)}
	t.labels = column.NewList(2, dh.Buffer(c), c.Store)
	t.ciphers = column.NewList(t.width(), dh.Buffer(c), c.Store)
	t.line = stage.New(t.check, t.ciphers.Append)
	return t
}

// width is the bytes of a row's encrypted values.
func (t *theirs) width() int { return 32 * (1 + t.values) }

func (t *theirs) close() error {
	t.line.Close()
	return errors.Join(t.labels.Close(), t.ciphers.Close())
}

// add takes in a frame of the peer's SET (V2, V8).
func (t *theirs) add(f wire.Frame) error {
	labels := f.Columns[t.columns]
	for i := range f.Rows {
		seg := binary.LittleEndian.Uint16(labels[2*i:])
		if int(seg) >= len(t.expect) || t.expect[seg] == 0 {
			return match.ErrCount
		}
		t.expect[seg]--
	}
	if err := t.labels.Append(labels); err != nil || t.values == 0 {
		return err
	}
	return t.line.Put(f.Columns[t.columns+1:])
}

// check sees that the columns of encrypted values are group elements (V12),
// and makes rows of them.
func (t *theirs) check(columns [][]byte) ([]byte, error) {
	rows := make([]byte, len(columns)*len(columns[0]))
	for i, points := range columns {
		if err := ristretto.Check(points); err != nil {
			return nil, errors.Join(match.ErrPoint, err)
		}
		dh.Scatter(rows, t.width(), 32*i, points, 32)
	}
	return rows, nil
}
