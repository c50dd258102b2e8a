package evaluation

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"mandorla/crypto/oprf"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
)

// find goes through the directory as it stands now and through the union, and
// writes down what is to be kept of both.
func (r *renewal) find(f *finding) error {
	err := r.stand()
	if err == nil {
		err = r.lookUp(f)
	}
	if err != nil {
		return err
	}
	return r.settle(f)
}

// stand brings the directory up to date: what stood before, less what has been
// removed, and what has been added.
func (r *renewal) stand() (err error) {
	if !r.Epoch.Later() {
		r.live, r.added = r.added, r.live // all that stands
		return nil
	}
	left := column.NewList(r.Schema.RowWidth(), dh.Buffer(r.Config), r.Store)
	defer func() { err = errors.Join(err, left.Close()) }()
	err = outer(r.Epoch.Kept.Levels[r.register.level].Tags, r.struck, func(entry, tag []byte) error {
		switch {
		case entry == nil:
			return fmt.Errorf("%w: a tag was removed that does not stand", match.ErrCount)
		case tag != nil:
			return nil
		}
		return left.Append(entry)
	})
	if err != nil {
		return err
	}
	return outer(left, r.added, func(before, added []byte) error {
		switch {
		case before == nil:
			return r.live.Append(added)
		case added == nil:
			return r.live.Append(before)
		}
		return fmt.Errorf("%w: a tag was published twice", match.ErrOrder)
	})
}

// outer is [column.Outer] of two lists by their tags.
func outer(a, b match.KeptRows, do func(a, b []byte) error) error { return outerBy(16, a, b, do) }

// outerBy is [column.Outer] of two lists.
func outerBy(key int, a, b match.KeptRows, do func(a, b []byte) error) error {
	x, err := a.Rows()
	if err != nil {
		return err
	}
	y, err := b.Rows()
	if err != nil {
		return errors.Join(err, x.Close())
	}
	err = column.Outer(x, y, key, do)
	return errors.Join(err, x.Close(), y.Close())
}

// lookUp finds the tags that are looked for.
func (r *renewal) lookUp(f *finding) error {
	queries, err := r.queries.Sort()
	if err != nil {
		return err
	}
	live, err := r.live.Rows()
	if err != nil {
		return err
	}
	err = column.Outer(live, queries, 16, func(entry, query []byte) error {
		if entry == nil || query == nil {
			return nil
		}
		if binary.BigEndian.Uint64(query[16:]) == pool {
			return f.lives(entry, r.label(r.pool[[16]byte(query)]))
		}
		return r.met.Add(append(append([]byte(nil), query[16:]...), entry...))
	})
	return errors.Join(err, live.Close())
}

// label is what the analysis keeps of an output of this run.
func (r *renewal) label(output []byte) []byte { return r.kept(output, r.now()) }

// kept is what the analysis keeps of outputs whose tags a run has published.
func (r *renewal) kept(outputs []byte, run int) []byte {
	kept := make([]byte, r.Kept*len(outputs)/oprf.OutputSize)
	if r.Keep != nil {
		r.Keep(kept, outputs, r.run(run), r.register.level)
	}
	return kept
}

// settle walks the union with what the run has brought, in the order of the places.
func (r *renewal) settle(f *finding) error {
	outputs, err := r.outputs.Sort()
	if err != nil {
		return err
	}
	met, err := r.met.Sort()
	if err != nil {
		return err
	}
	rows, err := r.union.Rows()
	if err != nil {
		return err
	}
	s := settling{finding: f, level: r, outputs: placed{rows: outputs}, met: placed{rows: met}, found: map[int]*foundRows{}}
	err = column.EachBatch(rows, s.batch)
	return errors.Join(err, s.tellAll())
}

// A settling is on its way through the union.
type settling struct {
	finding      *finding
	level        *renewal
	place        uint64
	outputs, met placed
	found        map[int]*foundRows // by run
}

// foundRows are rows of this node that a run's tags have found, and the analysis has
// not been told of.
type foundRows struct {
	numbers []uint64
	outputs []byte
	entries [][]byte
}

func (s *settling) batch(rows []byte) error {
	for ; len(rows) > 0; rows = rows[unionWidth:] {
		if err := s.row(rows[:unionWidth]); err != nil {
			return err
		}
		s.place++
	}
	return nil
}

// row is the next one of the union.
func (s *settling) row(union []byte) error {
	known := append(make([]byte, 0, AskedWidth), union[:AskedWidth]...)
	output, err := s.outputs.at(s.place)
	if err != nil {
		return err
	}
	copy(known[atOutput:], output)
	met, err := s.met.at(s.place)
	if err != nil {
		return err
	}
	clear(known[atRun:])
	copy(known[atRun:], met[:min(2, len(met))])
	if err := s.level.known.Append(known); err != nil {
		return err
	}
	number := binary.BigEndian.Uint64(union[atNumber:])
	if met == nil || number == dh.Filler {
		return nil
	}
	return s.tell(int(binary.BigEndian.Uint16(met)), number, known[atOutput:atRun], met[2:])
}

// tell puts a row among those that the analysis is told of.
func (s *settling) tell(run int, number uint64, output, entry []byte) error {
	rows := s.found[run]
	if rows == nil {
		rows = new(foundRows)
		s.found[run] = rows
	}
	rows.numbers = append(rows.numbers, number)
	rows.outputs = append(rows.outputs, output...)
	rows.entries = append(rows.entries, append([]byte(nil), entry...))
	if len(rows.numbers) < queryBatch {
		return nil
	}
	return s.tellRun(run)
}

// tellRun tells the analysis of the rows that a run's tags have found.
func (s *settling) tellRun(run int) error {
	rows := s.found[run]
	delete(s.found, run)
	kept := s.level.kept(rows.outputs, run)
	width := len(kept) / len(rows.numbers)
	defer clear(kept)
	defer clear(rows.outputs)
	for i, number := range rows.numbers {
		if err := s.finding.met(number, s.level.run(run), rows.entries[i], kept[i*width:(i+1)*width]); err != nil {
			return err
		}
	}
	return nil
}

func (s *settling) tellAll() error {
	for run := range s.found {
		if err := s.tellRun(run); err != nil {
			return err
		}
	}
	return nil
}

// A placed walks rows that belong to some places of the union, in their order.
type placed struct {
	rows *column.Rows
	next []byte // the row that is waiting; nil before the first
	done bool
}

// at is the last row that belongs to a place, without the place; nil if none does. An
// identifier that an evaluator has let stand twice has two: what the later run
// published counts. To refuse it would tell the evaluator that this node asked.
func (p *placed) at(place uint64) (last []byte, err error) {
	for {
		if err := p.peek(); err != nil {
			return nil, err
		}
		if p.done || binary.BigEndian.Uint64(p.next) != place {
			return last, nil
		}
		last, p.next = p.next[8:], nil
	}
}

func (p *placed) peek() error {
	if p.done || p.next != nil {
		return nil
	}
	row, err := p.rows.Next(1)
	if errors.Is(err, io.EOF) {
		p.done = true
		return nil
	}
	p.next = append([]byte(nil), row...)
	return err
}

// remember has what a later run needs kept.
func (a *asker) remember() error {
	kept := match.Kept{Public: a.peer, Runs: append(append([][32]byte(nil), a.Epoch.Kept.Runs...), a.SID)}
	for _, r := range a.renewals {
		kept.Levels = append(kept.Levels, match.KeptLevel{Identifiers: r.known, Tags: r.live})
	}
	return a.Epoch.Keep(kept)
}
