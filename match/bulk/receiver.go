package bulk

import (
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/crypto/okvs"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
)

// ownWidth is a row of the receiver: the identifier and the row's number.
const ownWidth = idWidth + 8

// A receiver learns which of its rows are in the overlap.
type receiver struct {
	match.Config
	params okvs.Params
	entry
	listed int // of them in a bin
	rows   uint64
	tables []*table // per level
	hits   []*column.Bits
	level  *receiving       // the present one
	book   *match.LabelBook // nil in a run without labels
}

func newReceiver(c match.Config) (match.Machine, error) {
	p, err := okvs.For(c.OwnCap)
	if err != nil {
		return nil, fmt.Errorf("the bulk engine: %w", err)
	}
	r := &receiver{Config: c, params: p, entry: newEntry(c), listed: okvs.Load(c.PeerCap, p.Bins())}
	for range c.Levels {
		r.tables = append(r.tables, newTable(c, ownWidth, p.Bins()))
	}
	if c.Labels != nil {
		if r.book, err = match.NewLabelBook(c, dh.Share(c)); err != nil {
			return nil, err
		}
	}
	return match.NewPhases(&match.Phase{Name: "bins", Own: r.add, Then: r.next}, r.finish, r.close), nil
}

// finish is what was learnt.
func (r *receiver) finish() (match.Outcome, error) {
	rows := match.NewRows(r.hits)
	if r.book != nil {
		return r.book.Outcome(rows), nil
	}
	return rows, nil
}

func (r *receiver) close() error {
	err := r.release()
	for _, t := range r.tables {
		err = errors.Join(err, t.close())
	}
	if r.book != nil {
		err = errors.Join(err, r.book.Close())
	}
	return err
}

func (r *receiver) release() (err error) {
	if r.level != nil {
		err = r.level.close()
		r.level = nil
	}
	return err
}

// add takes in this node's rows.
func (r *receiver) add(b match.Batch) error {
	if r.rows+uint64(b.Rows) > r.OwnCap {
		return fmt.Errorf("more rows than the %d announced", r.OwnCap)
	}
	var row [ownWidth]byte
	for l, t := range r.tables {
		for i, present := range b.Present[l] {
			if !present {
				continue
			}
			copy(row[:idWidth], b.Digests[l][32*i:])
			binary.BigEndian.PutUint64(row[idWidth:], r.rows+uint64(i))
			if err := t.add(row[:]); err != nil {
				return err
			}
		}
	}
	r.rows += uint64(b.Rows)
	r.progress("bins", r.rows, r.OwnCap)
	return nil
}

func (r *receiver) progress(phase string, done, total uint64) {
	if r.Progress != nil {
		r.Progress(phase, done, total)
	}
}

// next begins the next level, or ends.
func (r *receiver) next() (*match.Phase, error) {
	if err := r.release(); err != nil {
		return nil, err
	}
	if len(r.hits) == len(r.Levels) {
		return nil, nil
	}
	r.level = newReceiving(r)
	return r.level.base(), nil
}

// matched reports whether an earlier level matched the row: the waterfall.
func (r *receiver) matched(row uint64) bool {
	for _, h := range r.hits {
		if h.Get(row) {
			return true
		}
	}
	return false
}
