package evaluation

import (
	"context"
	"errors"
	"io"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
)

// digestSize is the bytes of an identifier's digest, which the rows of a register
// and of what is kept begin with.
const digestSize = 32

// A register is this node's identifiers of one level in a run of an epoch, and
// what stands beside each: digest ‖ beside.
type register struct {
	match.Config
	level int
	own   *column.Sorter
}

// newSorter is one that each level has of its own, of the run's memory its share.
func newSorter(c match.Config, width, key int) (*column.Sorter, error) {
	return column.NewSorter(column.Config{Width: width, Key: key, Budget: dh.Share(c) / int64(len(c.Levels)), Store: c.Store})
}

func newRegister(c match.Config, level, beside int) (register, error) {
	s, err := newSorter(c, digestSize+beside, digestSize)
	return register{c, level, s}, err
}

// enter takes in the identifiers of a batch, with what stands beside each.
func (r register) enter(b match.Batch, beside []byte) error {
	w := r.own.Width - digestSize
	rows := make([]byte, 0, b.Rows*r.own.Width)
	for i, present := range b.Present[r.level] {
		if present {
			rows = append(rows, b.Digests[r.level][digestSize*i:][:digestSize]...)
			rows = append(rows, beside[:w]...)
			beside = beside[w:]
		}
	}
	return r.own.Add(rows)
}

// since walks the identifiers of the runs before and those of this one, in the
// order of their digests: old is what was kept of one, own what is entered now,
// nil where there is nothing.
func (r register) since(do func(old, own []byte) error) error {
	before, err := r.before()
	if err != nil {
		return err
	}
	now, err := r.own.Sort()
	if err != nil {
		return errors.Join(err, before.Close())
	}
	err = column.Outer(before, now, digestSize, do)
	return errors.Join(err, before.Close(), now.Close())
}

// before reads the identifiers that are kept of the runs before.
func (r register) before() (*column.Rows, error) {
	if r.Epoch.Later() {
		return r.Epoch.Kept.Levels[r.level].Identifiers.Rows()
	}
	return column.NewList(digestSize, 0, r.Store).Rows()
}

func (r register) close() error {
	if r.own == nil {
		return nil
	}
	return r.own.Close()
}

// A Change is how this node's identifiers of a level differ from those that are
// kept of the runs before.
type Change struct {
	Added uint64 // identifiers that are new, or, at the evaluator, have another label
	Now   uint64 // identifiers that are there

	// Of the evaluator, by the run that published them: identifiers that are no
	// longer there or have another label, and fillers that can be removed. Of the
	// asker, nil: what it no longer has it does not tell.
	Removed, Spare []uint64
}

// Changes counts, before a later run of an epoch, what it would be about. It reads
// the rows to their end.
func Changes(ctx context.Context, c match.Config, evaluates bool, rows match.Source) (changes []Change, err error) {
	beside := 0
	if evaluates && c.Labels != nil {
		beside = c.Labels.Width
	}
	var all []register
	defer func() {
		for _, r := range all {
			err = errors.Join(err, r.close())
		}
	}()
	for l := range c.Levels {
		r, err := newRegister(c, l, beside)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	if err := enterAll(ctx, all, rows, beside); err != nil {
		return nil, err
	}
	for _, r := range all {
		change, err := r.change(evaluates)
		if err != nil {
			return nil, err
		}
		changes = append(changes, change)
	}
	return changes, nil
}

func enterAll(ctx context.Context, all []register, rows match.Source, beside int) error {
	for {
		b, err := rows.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for l, r := range all {
			if err := r.enter(b, labelsOf(b, l, beside)); err != nil {
				return err
			}
		}
	}
}

// change counts the level's identifiers.
func (r register) change(evaluates bool) (c Change, err error) {
	if evaluates && r.Epoch.Later() {
		c.Removed = make([]uint64, len(r.Epoch.Kept.Runs))
		if c.Spare, err = r.spare(); err != nil {
			return c, err
		}
	}
	err = r.since(func(old, own []byte) error {
		if own != nil {
			c.Now++
		}
		if old == nil {
			c.Added++
			return nil
		}
		if !evaluates || own != nil && !relabelled(old, own) {
			return nil
		}
		if own != nil {
			c.Added++
		}
		run, err := runOf(old[atListedRun:], len(c.Removed))
		if err == nil {
			c.Removed[run]++
		}
		return err
	})
	return c, err
}

// spare counts the fillers of each run that still stand.
func (r register) spare() ([]uint64, error) {
	fillers, err := r.Epoch.Kept.Levels[r.level].Tags.Rows()
	if err != nil {
		return nil, err
	}
	left := make([]uint64, len(r.Epoch.Kept.Runs))
	err = column.EachBatch(fillers, func(batch []byte) error {
		for ; len(batch) > 0; batch = batch[SpareWidth:] {
			run, err := runOf(batch[16:], len(left))
			if err != nil {
				return err
			}
			left[run]++
		}
		return nil
	})
	return left, errors.Join(err, fillers.Close())
}
