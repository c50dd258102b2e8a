package consent

import (
	"errors"
	"fmt"
	"io"
	"time"

	"mandorla/consent/optout"
)

// buildList reads the files of a list.
func buildList(b *builder, e Entry) (judge, error) {
	if err := b.checkList(e); err != nil {
		return nil, err
	}
	l := optout.New(b.run.limit())
	for i, name := range e.Files {
		err := b.read(name, func(r io.Reader) error {
			if e.Digests {
				return l.Digests(r)
			}
			return l.Plain(r, len(e.columns()), e.Canonical)
		})
		if err != nil {
			return nil, e.wrong("Files[%d]: %w", i, err)
		}
	}
	l.Seal()
	b.lists = append(b.lists, l)
	return judgeList(e.Canonical, l.Has), nil
}

// buildDrop reads the downloads of DROP.
func buildDrop(b *builder, e Entry) (judge, error) {
	if err := b.checkList(e); err != nil {
		return nil, err
	}
	d := optout.NewDrop(b.run.limit())
	for i, name := range e.Files {
		if err := b.read(name, func(r io.Reader) error { return d.Read(r, name) }); err != nil {
			return nil, e.wrong("Files[%d]: %w", i, err)
		}
	}
	d.Seal()
	b.drops = append(b.drops, d)
	return judgeList(e.Canonical, d.Match), nil
}

func (b *builder) checkList(e Entry) error {
	if len(e.Files) == 0 || e.Canonical == nil || b.run.Open == nil {
		return e.wrong("it needs Files, Canonical and the run's Open")
	}
	return nil
}

// read opens a file and reads it.
func (b *builder) read(name string, do func(io.Reader) error) (err error) {
	f, err := b.run.Open(name)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return do(f)
}

// judgeList looks the row's identifier up. A row that has none is in no list.
func judgeList(canonical optout.Canonical, has func([]byte) bool) judge {
	return func(r *row) Reason {
		if r.empty() {
			return Eligible
		}
		value, ok := canonical(r.scratch[:0], r.cells[:r.n]...)
		if r.scratch = value; ok && has(value) {
			return OptOut
		}
		return Eligible
	}
}

// DropDay is the day of the newest of some downloads of DROP, by their names; zero
// where any of them does not say it.
func DropDay(files ...string) (newest time.Time) {
	for _, name := range files {
		day, ok := optout.Day(name)
		if !ok {
			return time.Time{}
		}
		if day.After(newest) {
			newest = day
		}
	}
	return newest
}
