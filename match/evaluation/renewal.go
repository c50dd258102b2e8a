package evaluation

import (
	"encoding/binary"
	"errors"

	"mandorla/crypto/oprf"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// AskedWidth is the bytes of what the asker keeps of an identifier: its digest, its
// OPRF output, and which run's tag of it stands in the directory, counted from 1;
// 0: none.
const AskedWidth = digestSize + oprf.OutputSize + 2

// Where things stand in a row of a renewal's union: what is kept, and the number of
// this node's row, or [dh.Filler].
const (
	atOutput   = digestSize
	atRun      = atOutput + oprf.OutputSize
	atNumber   = AskedWidth
	unionWidth = AskedWidth + 8
)

// A query is a tag that the asker looks for: tag ‖ place in the union ‖ run.
const queryWidth = 16 + 8 + 2

// metWidth is what stands in front of a directory's row that is one of this node's
// identifiers: place ‖ run.
const metWidth = 8 + 2

// outputRow is an OPRF output that the run has brought: place ‖ output.
const outputRow = 8 + oprf.OutputSize

// queryBatch is how many identifiers' tags are worth making at once.
const queryBatch = 4096

// A renewal is the asker's search of a level in a run of an epoch. It goes through
// all identifiers that the asker has ever asked about in the epoch, or asks about
// now, in the order of their digests: the union.
//
// Every tag is bound to the session that published it. A new identifier may have
// been published by any run of the epoch, one that was asked before by this run, or
// as it was found before.
type renewal struct {
	*asker
	register register
	union    *column.List
	queries  *column.Sorter
	outputs  *column.Sorter
	pool     map[[16]byte][]byte // the outputs of the liveness questions, by their tags
	added    *column.List        // the directory's rows
	struck   *column.List        // tags that no longer stand
	order    column.Increasing   // of struck
	met      *column.Sorter      // place ‖ run ‖ the directory's row, sorted by place and run
	known    *column.List        // to be kept: identifiers
	live     *column.List        // and the directory as it stands
}

// renew makes room for the run of an epoch; for any other there is nothing to do.
func (a *asker) renew() error {
	if a.Epoch == nil {
		return nil
	}
	for l := range a.Levels {
		r, err := newRenewal(a, l)
		a.renewals = append(a.renewals, r)
		if err != nil {
			return err
		}
	}
	return nil
}

func newRenewal(a *asker, level int) (r *renewal, err error) {
	buffer, entry := dh.Buffer(a.Config), a.Schema.RowWidth()
	list := func(width int) *column.List { return column.NewList(width, buffer, a.Store) }
	r = &renewal{asker: a, pool: map[[16]byte][]byte{}, order: column.Increasing{Width: 16, Key: 16},
		union: list(unionWidth), added: list(entry), struck: list(16), known: list(AskedWidth), live: list(entry)}
	sorter := func(width, key int) (s *column.Sorter) {
		if err == nil {
			s, err = newSorter(a.Config, width, key)
		}
		return s
	}
	r.queries, r.outputs, r.met = sorter(queryWidth, 16), sorter(outputRow, 8), sorter(metWidth+entry, metWidth)
	if err != nil {
		return r, err
	}
	r.register, err = newRegister(a.Config, level, 8)
	return r, err
}

// Close gives back what the level's exchange took; what is to be kept stays.
func (r *renewal) Close() error {
	errs := []error{r.register.close(), r.union.Close(), r.struck.Close()}
	for _, s := range []*column.Sorter{r.queries, r.outputs, r.met} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	for _, output := range r.pool {
		clear(output)
	}
	return errors.Join(errs...)
}

// forget gives back all of it.
func (r *renewal) forget() error {
	return errors.Join(r.Close(), r.added.Close(), r.known.Close(), r.live.Close())
}

// run is the session that a run of the epoch had, counted from 1.
func (r *renewal) run(i int) [32]byte {
	if runs := r.Epoch.Kept.Runs; i <= len(runs) {
		return runs[i-1]
	}
	return r.SID
}

// now is the number of the present run.
func (r *renewal) now() int { return len(r.Epoch.Kept.Runs) + 1 }

// add takes in a batch of this node's rows.
func (r *renewal) add(b match.Batch, numbers []uint64) error {
	beside := make([]byte, 0, 8*len(numbers))
	for _, n := range numbers {
		beside = binary.BigEndian.AppendUint64(beside, n)
	}
	return r.register.enter(b, beside)
}

// compare finds out which of the identifiers are new, and puts the questions about
// them; of those asked before it makes the tags to look for.
func (r *renewal) compare() error {
	c := comparison{renewal: r}
	err := r.register.since(c.next)
	return errors.Join(err, c.flush())
}

// A comparison is on its way through the union: what has come since it was last
// written down.
type comparison struct {
	*renewal
	place   uint64 // in the union, of the first row at hand
	rows    []byte // of the union
	fresh   []byte // OPRF inputs of those that are new
	places  []uint64
	knowing []uint64 // places of those that are not
}

func (c *comparison) next(old, own []byte) error {
	place := c.place + uint64(len(c.rows)/unionWidth)
	row := make([]byte, unionWidth)
	copy(row, old)
	binary.BigEndian.PutUint64(row[atNumber:], dh.Filler)
	if own != nil {
		copy(row, own[:digestSize])
		copy(row[atNumber:], own[digestSize:])
	}
	c.rows = append(c.rows, row...)
	if old == nil {
		name := c.Levels[c.register.level]
		c.fresh = append(append(append(c.fresh, byte(len(name))), name...), own[:digestSize]...)
		c.places = append(c.places, place)
	} else {
		c.knowing = append(c.knowing, place)
	}
	if len(c.rows) < queryBatch*unionWidth {
		return nil
	}
	return c.flush()
}

// flush writes down what has come.
func (c *comparison) flush() error {
	if len(c.places) > 0 {
		q := question{c.register.level, c.fresh, len(c.fresh) / len(c.places), c.places}
		if err := c.line.Put(q); err != nil {
			return err
		}
	}
	err := errors.Join(c.lookAgain(), c.union.Append(c.rows))
	c.place += uint64(len(c.rows) / unionWidth)
	clear(c.rows)
	c.rows, c.fresh, c.places, c.knowing = c.rows[:0], nil, nil, nil
	return err
}

// lookAgain looks for the tags of identifiers that were asked before: that of this
// run, and the one that was found.
func (c *comparison) lookAgain() error {
	byRun := map[int][]uint64{c.now(): c.knowing}
	for _, place := range c.knowing {
		row := c.rows[(place-c.place)*unionWidth:]
		if run := int(binary.BigEndian.Uint16(row[atRun:])); run > 0 {
			byRun[run] = append(byRun[run], place)
		}
	}
	for run, places := range byRun {
		outputs, numbers := make([]byte, 0, oprf.OutputSize*len(places)), make([]byte, 0, 8*len(places))
		for _, place := range places {
			outputs = append(outputs, c.rows[(place-c.place)*unionWidth+atOutput:][:oprf.OutputSize]...)
			numbers = binary.BigEndian.AppendUint64(numbers, place)
		}
		err := c.queries.Add(c.query(run, numbers, outputs))
		clear(outputs)
		if err != nil {
			return err
		}
	}
	return nil
}

// query is the queries for the tags that a run gave to some outputs.
func (r *renewal) query(run int, places, outputs []byte) []byte {
	n := len(places) / 8
	tags := make([]byte, 16*n)
	oprf.Tags(tags, outputs, r.run(run), r.Levels[r.register.level])
	rows := make([]byte, queryWidth*n)
	dh.Scatter(rows, queryWidth, 0, tags, 16)
	dh.Scatter(rows, queryWidth, 16, places, 8)
	for i := range n {
		binary.BigEndian.PutUint16(rows[i*queryWidth+24:], uint16(run))
	}
	return rows
}

// made is outputs, and the queries for their tags: of every run so far, but for
// liveness questions, which are of this one.
func (r *renewal) made(liveness bool, numbers, outputs []byte) yield {
	n := len(numbers) / 8
	y := yield{liveness: liveness, outputs: make([]byte, n*outputRow)}
	dh.Scatter(y.outputs, outputRow, 0, numbers, 8)
	dh.Scatter(y.outputs, outputRow, 8, outputs, oprf.OutputSize)
	from := 1
	if liveness {
		from = r.now()
	}
	for run := from; run <= r.now(); run++ {
		y.rows = append(y.rows, r.query(run, numbers, outputs)...)
	}
	return y
}

func (r *renewal) keep(y yield) error {
	if err := r.queries.Add(y.rows); err != nil {
		return err
	}
	if !y.liveness {
		err := r.outputs.Add(y.outputs)
		clear(y.outputs)
		return err
	}
	for i := range len(y.outputs) / outputRow {
		r.pool[[16]byte(y.rows[i*queryWidth:])] = y.outputs[i*outputRow+8:][:oprf.OutputSize]
	}
	return nil
}

func (r *renewal) entries(rows []byte) error { return r.added.Append(rows) }

// strike takes in a frame of tags that no longer stand (V2, V11).
func (r *renewal) strike(f wire.Frame) error {
	total, got := r.Epoch.Removed[r.register.level], r.struck.Len()+uint64(f.Rows)
	if got > total || f.Last != (got == total) {
		return match.ErrCount
	}
	if err := r.order.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	return r.struck.Append(f.Columns[0])
}
