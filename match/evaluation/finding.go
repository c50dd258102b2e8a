package evaluation

import (
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/crypto/oprf"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
)

// A search is what becomes of a level's OPRF outputs, and of the directory: they
// are joined and forgotten, or, in a run of an epoch, kept for the next. It has
// five methods, for it stands between the two halves of a level's exchange.
type search interface {
	// made makes what it will of the outputs of some questions, whose numbers come
	// first; several goroutines call it at once. keep takes it, in order.
	made(liveness bool, numbers, outputs []byte) yield
	keep(y yield) error
	// entries takes in rows of the directory, in their order.
	entries(rows []byte) error
	// find tells a finding all that was found, once nothing more comes in.
	find(f *finding) error
	Close() error
}

// A yield is what a search makes of some outputs.
type yield struct {
	liveness bool   // they answer liveness questions
	outputs  []byte // the outputs themselves, where they are kept
	rows     []byte // with their tags
}

// join finds the level's matches and goes on to the next level.
func (a *asker) join() (*match.Phase, error) {
	f := &finding{asker: a, hits: new(column.Bits)}
	err := a.present.find(f)
	if errors.Is(err, column.ErrDuplicate) {
		err = errors.Join(match.ErrOrder, err)
	}
	if err == nil && f.alive != poolAsked {
		err = fmt.Errorf("%w: the directory was not made with the key that answered", match.ErrProof)
	}
	if err == nil && a.Checked != nil {
		err = a.Checked()
	}
	if err != nil {
		return nil, err
	}
	a.hits = append(a.hits, f.hits)
	a.level++
	if err := a.release(); err != nil {
		return nil, err
	}
	return a.request()
}

// A finding is what a level's search comes to.
type finding struct {
	*asker
	hits  *column.Bits
	alive int
}

// met is a row of this node whose tag a session has published.
func (f *finding) met(row uint64, sid [32]byte, entry, kept []byte) error {
	f.hits.Set(row)
	if f.Found == nil || f.matched(row) {
		return nil
	}
	return f.Found(row, sid, entry, kept)
}

// lives is a liveness question whose tag is there.
func (f *finding) lives(entry, kept []byte) error {
	f.alive++
	if f.Alive == nil {
		return nil
	}
	return f.Alive(entry, kept)
}

// matched reports whether an earlier level found the row.
func (a *asker) matched(row uint64) bool {
	for _, h := range a.hits {
		if h.Get(row) {
			return true
		}
	}
	return false
}

// Waterfall leaves each row at the first level that found it (PROTOCOLS.md §8.3).
func Waterfall(hits []*column.Bits) (first []*column.Bits) {
	found := new(column.Bits)
	for _, h := range hits {
		first = append(first, h.Without(found))
		found.Add(h)
	}
	return first
}

// ownTag is a tag and the number of the asker's row that it belongs to; what the
// analysis keeps follows it.
const ownTag = 16 + 8

// A joining is the search of a run that stands by itself.
type joining struct {
	*asker
	level int
	join  *column.Joiner
}

func newJoining(a *asker) (*joining, error) {
	join, err := column.NewJoiner(column.JoinConfig{Key: 16, Left: a.Schema.RowWidth(), Right: ownTag + a.Kept,
		Rows: max(a.OwnCap, a.PeerCap), Budget: 2 * dh.Share(a.Config), Store: a.Store})
	return &joining{a, a.level, join}, err
}

// made is the tags of the outputs, each with its question's number and what the
// analysis keeps.
func (j *joining) made(liveness bool, numbers, outputs []byte) yield {
	n, width := len(numbers)/8, ownTag+j.Kept
	tags, rows := make([]byte, 16*n), make([]byte, width*n)
	oprf.Tags(tags, outputs, j.SID, j.Levels[j.level])
	dh.Scatter(rows, width, 0, tags, 16)
	dh.Scatter(rows, width, 16, numbers, 8)
	if j.Keep != nil {
		kept := make([]byte, j.Kept*n)
		j.Keep(kept, outputs, j.SID, j.level)
		dh.Scatter(rows, width, ownTag, kept, j.Kept)
		clear(kept)
	}
	return yield{liveness: liveness, rows: rows}
}

func (j *joining) keep(y yield) error        { return j.join.AddRight(y.rows) }
func (j *joining) entries(rows []byte) error { return j.join.AddLeft(rows) }

func (j *joining) find(f *finding) error {
	return j.join.Each(func(entry, own []byte) error {
		row, kept := binary.BigEndian.Uint64(own[16:]), own[ownTag:]
		if row == pool {
			return f.lives(entry, kept)
		}
		return f.met(row, j.SID, entry, kept)
	})
}

func (j *joining) Close() error { return j.join.Close() }
