package evaluation

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// ListedWidth is the bytes of what the evaluator keeps of an identifier that stands
// in its directory: its digest, its tag, the hash of its label, and which run
// published it, counted from 1.
const ListedWidth = digestSize + 16 + sha256.Size + 2

// Where things stand in it.
const (
	atTag       = digestSize
	atLabel     = atTag + 16
	atListedRun = atLabel + sha256.Size
)

// SpareWidth is the bytes of what it keeps of a filler: its tag, and which run
// published it.
const SpareWidth = 16 + 2

// relabelled reports whether an identifier's label, in a register, is another than
// the one that is kept.
func relabelled(old, own []byte) bool {
	sum := sha256.Sum256(own[digestSize:])
	return !bytes.Equal(sum[:], old[atLabel:atListedRun])
}

// An edition is what the evaluator publishes of a level in a run of an epoch: what
// has been added since the run before, and which tags no longer stand. A label that
// has changed is a tag removed and another, of this run, added: nobody who does not
// hold the identifier can tell that they belong together.
type edition struct {
	*evaluator
	register register
	standing *column.List   // kept identifiers that stand as they did
	fresh    *column.List   // and those that this run publishes, both in the order of their digests
	removed  *column.Sorter // tags
	gone     []uint64       // how many of them are identifiers', by the run that published them
	spare    *column.Sorter // fillers, from which later runs remove
	out      *column.Rows   // removed, while they are sent
	next     *column.List   // to be kept: identifiers
	tags     *column.List   // and the spare tags
}

// begin makes room for the run of an epoch; for any other there is nothing to do.
func (e *evaluator) begin() error {
	if e.Epoch == nil {
		return nil
	}
	for l := range e.Levels {
		d, err := newEdition(e, l)
		e.editions = append(e.editions, d)
		if err != nil {
			return err
		}
	}
	return nil
}

func newEdition(e *evaluator, level int) (d *edition, err error) {
	list := func(width int) *column.List { return column.NewList(width, dh.Buffer(e.Config), e.Store) }
	d = &edition{evaluator: e, standing: list(ListedWidth), fresh: list(ListedWidth), next: list(ListedWidth), tags: list(SpareWidth),
		gone: make([]uint64, len(e.Epoch.Kept.Runs))}
	sorter := func(width int) (s *column.Sorter) {
		if err == nil {
			s, err = newSorter(e.Config, width, 16)
		}
		return s
	}
	d.removed, d.spare = sorter(16), sorter(SpareWidth)
	if err != nil {
		return d, err
	}
	d.register, err = newRegister(e.Config, level, e.labelWidth())
	return d, err
}

func (d *edition) close() error {
	errs := []error{d.register.close(), d.standing.Close(), d.fresh.Close(), d.next.Close(), d.tags.Close()}
	for _, s := range []*column.Sorter{d.removed, d.spare} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}

// listBatch is how many new identifiers are worth listing at once.
const listBatch = 4096

// compare finds out what is new and what is gone, and has the new identifiers listed.
func (d *edition) compare() error {
	var fresh []byte // rows of the register
	flush := func() error {
		err := d.list(fresh)
		fresh = fresh[:0]
		return err
	}
	err := d.register.since(func(old, own []byte) error {
		switch {
		case own == nil:
			return d.remove(old)
		case old != nil && !relabelled(old, own):
			return d.standing.Append(old)
		case old != nil:
			if err := d.remove(old); err != nil {
				return err
			}
		}
		if fresh = append(fresh, own...); len(fresh) < listBatch*len(own) {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	return d.pad()
}

// remove takes out the tag of a kept identifier.
func (d *edition) remove(old []byte) error {
	run, err := runOf(old[atListedRun:], len(d.gone))
	if err != nil {
		return err
	}
	d.gone[run]++
	return d.removed.Add(old[atTag:atLabel])
}

// runOf reads which of so many runs published something, counted from 0.
func runOf(b []byte, runs int) (int, error) {
	run := int(binary.BigEndian.Uint16(b)) - 1
	if run < 0 || run >= runs {
		return 0, errors.New("what is kept of the epoch names a run that it has not had")
	}
	return run, nil
}

// list has some identifiers, rows of the register, listed under this run.
func (d *edition) list(rows []byte) error {
	if len(rows) == 0 {
		return nil
	}
	name, width := d.Levels[d.register.level], d.register.own.Width
	q := listing{question: question{level: d.register.level, width: 1 + len(name) + digestSize}}
	for ; len(rows) > 0; rows = rows[width:] {
		q.msgs = append(append(append(q.msgs, byte(len(name))), name...), rows[:digestSize]...)
		q.labels = append(q.labels, rows[digestSize:width]...)
	}
	return d.lists.Put(q)
}

// drawn is random bytes: sorting by them is a draw.
const drawn = 8

// pad tops the tags that are removed up to the quota of the run that published them,
// with tags drawn at random from those of its fillers; the others stay. What the
// asker sees go of a run's tags is so never what has gone of its identifiers, however
// many runs follow.
func (d *edition) pad() (err error) {
	if !d.Epoch.Later() {
		return nil
	}
	left, err := d.lacking()
	if err != nil {
		return err
	}
	draw, err := newSorter(d.Config, 2+drawn+16, 2+drawn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, draw.Close()) }()
	if err := d.shuffle(draw); err != nil {
		return err
	}
	rows, err := draw.Sort()
	if err != nil {
		return err
	}
	if err := column.EachBatch(rows, func(batch []byte) error { return d.draw(batch, left) }); err != nil {
		return err
	}
	for run, n := range left {
		if n > 0 {
			return fmt.Errorf("run %d of the epoch has %d fillers too few to remove as many as announced", run+1, n)
		}
	}
	return nil
}

// lacking is how many fillers of each run have to be removed.
func (d *edition) lacking() ([]uint64, error) {
	left := make([]uint64, len(d.gone))
	for run, gone := range d.gone {
		quota := d.Epoch.Quotas[d.register.level][run]
		if gone > quota {
			return nil, fmt.Errorf("more identifiers of run %d of the epoch are gone than the %d announced", run+1, quota)
		}
		left[run] = quota - gone
	}
	return left, nil
}

// shuffle gives the fillers of the runs before a random place each among those of
// their run.
func (d *edition) shuffle(draw *column.Sorter) error {
	tags, err := d.Epoch.Kept.Levels[d.register.level].Tags.Rows()
	if err != nil {
		return err
	}
	order := column.Increasing{Width: SpareWidth, Key: 16}
	err = column.EachBatch(tags, func(batch []byte) error {
		if err := order.Check(batch); err != nil {
			return err
		}
		n := len(batch) / SpareWidth
		rows := make([]byte, n*draw.Width)
		rand.Read(rows)
		dh.Scatter(rows, draw.Width, 0, dh.Gather(batch, SpareWidth, 16, 2), 2)
		dh.Scatter(rows, draw.Width, 2+drawn, dh.Gather(batch, SpareWidth, 0, 16), 16)
		return draw.Add(rows)
	})
	return errors.Join(err, tags.Close())
}

// draw removes shuffled fillers as long as some of their run are left to remove.
func (d *edition) draw(rows []byte, left []uint64) error {
	var gone, stay []byte
	for ; len(rows) > 0; rows = rows[2+drawn+16:] {
		run, err := runOf(rows, len(left))
		if err != nil {
			return err
		}
		tag := rows[2+drawn:][:16]
		if left[run] > 0 {
			left[run]--
			gone = append(gone, tag...)
			continue
		}
		stay = append(append(stay, tag...), rows[:2]...)
	}
	return errors.Join(d.removed.Add(gone), d.spare.Add(stay))
}

// filled takes in fillers of the directory: later runs may remove them. Tags of the
// liveness pool they may not: the asker knows some of these, and by how many of them
// it saw removed it could tell how many others were.
func (d *edition) filled(rows []byte) error {
	tags := dh.Gather(rows, d.Schema.RowWidth(), 0, 16)
	spare := make([]byte, len(tags)/16*SpareWidth)
	dh.Scatter(spare, SpareWidth, 0, tags, 16)
	d.ofThisRun(spare, SpareWidth)
	return d.spare.Add(spare)
}

// ofThisRun ends rows of the given width with the number of this run.
func (e *evaluator) ofThisRun(rows []byte, width int) {
	for at := width; at <= len(rows); at += width {
		binary.BigEndian.PutUint16(rows[at-2:], uint16(len(e.Epoch.Kept.Runs)+1))
	}
}

// identifiers is what is kept of some identifiers, given their OPRF inputs.
func (e *evaluator) identifiers(msgs []byte, width int, tags, labels []byte) []byte {
	n := len(msgs) / width
	out := make([]byte, n*ListedWidth)
	dh.Scatter(out, ListedWidth, 0, dh.Gather(msgs, width, width-digestSize, digestSize), digestSize)
	dh.Scatter(out, ListedWidth, atTag, tags, 16)
	w := len(labels) / n
	for i := range n {
		sum := sha256.Sum256(labels[i*w : (i+1)*w])
		copy(out[i*ListedWidth+atLabel:], sum[:])
	}
	e.ofThisRun(out, ListedWidth)
	return out
}

// withdraw is the phase of a later run in which the tags go out that no longer
// stand.
//
//	<- REMOVED*
func (d *edition) withdraw(then func() (*match.Phase, error)) (*match.Phase, error) {
	var err error
	if d.out, err = d.removed.Sort(); err != nil {
		return nil, err
	}
	level := d.register.level
	f := &match.Framer{Kind: wire.KindRemoved, Level: uint8(level), Schema: removedSchema, Width: 16, Rows: d.out, Left: d.Epoch.Removed[level]}
	return &match.Phase{Name: fmt.Sprintf("removed %d", level), Out: f.Next, Then: then}, nil
}

// end writes down what is to be kept of the level.
func (d *edition) end() (match.KeptLevel, error) {
	err := outerBy(digestSize, d.standing, d.fresh, func(old, fresh []byte) error {
		if old != nil {
			return d.next.Append(old)
		}
		return d.next.Append(fresh)
	})
	if err != nil {
		return match.KeptLevel{}, err
	}
	spare, err := d.spare.Sort()
	if err == nil {
		err = column.EachBatch(spare, d.tags.Append)
	}
	return match.KeptLevel{Identifiers: d.next, Tags: d.tags}, err
}

// remember has what a later run needs kept.
func (e *evaluator) remember() error {
	kept := match.Kept{Public: e.key.Public(), Runs: append(append([][32]byte(nil), e.Epoch.Kept.Runs...), e.SID)}
	for _, d := range e.editions {
		level, err := d.end()
		if err != nil {
			return err
		}
		kept.Levels = append(kept.Levels, level)
	}
	return e.Epoch.Keep(kept)
}
