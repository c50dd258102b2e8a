package evaluation

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// ListedWidth is the bytes of what the evaluator keeps of an identifier that stands
// in its directory: its digest, its tag, and the hash of its label.
const ListedWidth = digestSize + 16 + sha256.Size

// Where things stand in it.
const (
	atTag   = digestSize
	atLabel = atTag + 16
)

// relabelled reports whether an identifier's label, in a register, is another than
// the one that is kept.
func relabelled(old, own []byte) bool {
	sum := sha256.Sum256(own[digestSize:])
	return !bytes.Equal(sum[:], old[atLabel:ListedWidth])
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
	spare    *column.Sorter // tags of fillers, from which later runs remove
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
	d = &edition{evaluator: e, standing: list(ListedWidth), fresh: list(ListedWidth), next: list(ListedWidth), tags: list(16)}
	sorter := func() (s *column.Sorter) {
		if err == nil {
			s, err = column.NewSorter(column.Config{Width: 16, Key: 16, Budget: dh.Share(e.Config) / int64(len(e.Levels)), Store: e.Store})
		}
		return s
	}
	d.removed, d.spare = sorter(), sorter()
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
			return d.removed.Add(old[atTag:atLabel])
		case old != nil && !relabelled(old, own):
			return d.standing.Append(old)
		case old != nil:
			if err := d.removed.Add(old[atTag:atLabel]); err != nil {
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

// pad tops the tags that are removed up to what was agreed on, with tags drawn at
// random from those of fillers; the others stay.
func (d *edition) pad() (err error) {
	if !d.Epoch.Later() {
		return nil
	}
	left := d.Epoch.Changed - d.removed.Len()
	if d.removed.Len() > d.Epoch.Changed {
		return fmt.Errorf("more identifiers are gone than the %d announced", d.Epoch.Changed)
	}
	const drawn = 8 // random bytes in front of a tag: sorting by them is the draw
	draw, err := column.NewSorter(column.Config{Width: drawn + 16, Key: drawn, Budget: dh.Share(d.Config) / int64(len(d.Levels)), Store: d.Store})
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
	err = column.EachBatch(rows, func(batch []byte) error {
		tags := dh.Gather(batch, drawn+16, drawn, 16)
		n := min(left, uint64(len(tags)/16))
		left -= n
		return errors.Join(d.removed.Add(tags[:16*n]), d.spare.Add(tags[16*n:]))
	})
	if err == nil && left > 0 {
		err = fmt.Errorf("%d fillers too few to remove as many as announced", left)
	}
	return err
}

// shuffle gives the fillers of the runs before a random place each.
func (d *edition) shuffle(draw *column.Sorter) error {
	tags, err := d.Epoch.Kept.Levels[d.register.level].Tags.Rows()
	if err != nil {
		return err
	}
	order := column.Increasing{Width: 16, Key: 16}
	err = column.EachBatch(tags, func(batch []byte) error {
		if err := order.Check(batch); err != nil {
			return err
		}
		rows := make([]byte, len(batch)/16*draw.Width)
		rand.Read(rows)
		dh.Scatter(rows, draw.Width, draw.Width-16, batch, 16)
		return draw.Add(rows)
	})
	return errors.Join(err, tags.Close())
}

// filled takes in fillers of the directory: later runs may remove them. Tags of the
// liveness pool they may not: the asker knows some of these, and by how many of them
// it saw removed it could tell how many others were.
func (d *edition) filled(rows []byte) error {
	return d.spare.Add(dh.Gather(rows, d.Schema.RowWidth(), 0, 16))
}

// identifiers is what is kept of some identifiers, given their OPRF inputs.
func identifiers(msgs []byte, width int, tags, labels []byte) []byte {
	n := len(msgs) / width
	out := make([]byte, n*ListedWidth)
	dh.Scatter(out, ListedWidth, 0, dh.Gather(msgs, width, width-digestSize, digestSize), digestSize)
	dh.Scatter(out, ListedWidth, atTag, tags, 16)
	w := len(labels) / n
	for i := range n {
		sum := sha256.Sum256(labels[i*w : (i+1)*w])
		copy(out[i*ListedWidth+atLabel:], sum[:])
	}
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
	f := &match.Framer{Kind: wire.KindRemoved, Level: uint8(level), Schema: removedSchema, Width: 16, Rows: d.out, Left: d.Epoch.Changed}
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
