package column

import (
	"errors"
	"hash/maphash"
	"math/bits"
)

// A JoinConfig says what the two sides of a join look like.
type JoinConfig struct {
	Key         int    // bytes: the first of a row on either side
	Left, Right int    // bytes of a row
	Rows        uint64 // expected on the larger side; 0: not known
	Budget      int64  // bytes of memory
	Store       Store
}

// A Joiner finds the pairs of rows of two sets that have the same key. Rows are
// parted by bits of their key's hash as they come in, each part in a list of
// its own; then part after part is joined in a hash table that fits the budget
// and the processor's caches.
//
// The hash is keyed with a secret of the process, so that a peer cannot choose
// keys that all fall into one part.
type Joiner struct {
	JoinConfig
	seed        maphash.Seed
	shift       int // what is left of a hash, shifted so, is its part
	left, right *side
}

// NewJoiner makes an empty join. Whoever makes it closes it.
func NewJoiner(c JoinConfig) (*Joiner, error) {
	for _, width := range []int{c.Left, c.Right} {
		if err := (Config{Width: width, Key: c.Key, Store: c.Store}).check(); err != nil {
			return nil, err
		}
	}
	parts := c.parts()
	j := &Joiner{JoinConfig: c, seed: maphash.MakeSeed(), shift: 64 - bits.TrailingZeros(uint(parts))}
	buffer := c.Budget / 4 / int64(parts)
	j.left, j.right = newSide(c.Left, parts, buffer, c.Store), newSide(c.Right, parts, buffer, c.Store)
	return j, nil
}

// The parts of a join. One that goes to storage is an open file, so there are
// fewer where that may happen.
const (
	fewestParts  = 16
	mostParts    = 1024
	mostFiles    = 128
	bytesOfCache = 1 << 18 // a part that is joined within them waits for no memory
)

// parts is a power of two, such that a part's rows and their tables stay in
// the cache, or at least take no more than a quarter of the budget.
func (c JoinConfig) parts() int {
	size := float64(c.Rows) * float64(c.Left+c.Right+2*perSlot)
	part, most := float64(bytesOfCache), mostParts
	if size > float64(c.Budget)/2 {
		part, most = float64(c.Budget)/4, mostFiles
	}
	parts := fewestParts
	for parts < most && size > part*float64(parts) {
		parts *= 2
	}
	return parts
}

// AddLeft copies rows of the left side.
func (j *Joiner) AddLeft(rows []byte) error { return j.add(j.left, rows) }

// AddRight copies rows of the right side.
func (j *Joiner) AddRight(rows []byte) error { return j.add(j.right, rows) }

func (j *Joiner) add(s *side, rows []byte) error {
	if len(rows)%s.width != 0 {
		return errWidth(rows, s.width)
	}
	for ; len(rows) > 0; rows = rows[s.width:] {
		if err := s.add(maphash.Bytes(j.seed, rows[:j.Key])>>j.shift, rows[:s.width]); err != nil {
			return err
		}
	}
	return nil
}

// Each gives every pair of rows with equal keys to do, once, in no order; the
// rows are lent for the call. A key that stands in two rows of a side is an
// [ErrDuplicate]; some pairs may have been given by then. Rows cannot be added
// any more.
func (j *Joiner) Each(do func(left, right []byte) error) error {
	l, r := index{width: j.Left, key: j.Key}, index{width: j.Right, key: j.Key}
	defer l.wipe()
	defer r.wipe()
	for part := range j.left.parts {
		l.reset(j.left.len(part))
		r.reset(j.right.len(part))
		err := j.left.each(part, func(rows []byte) error { return j.build(&l, rows) })
		if err != nil {
			return err
		}
		err = j.right.each(part, func(rows []byte) error { return j.probe(&l, &r, rows, do) })
		if err != nil {
			return err
		}
	}
	return nil
}

// build puts rows of the left side into their index.
func (j *Joiner) build(l *index, rows []byte) error {
	for ; len(rows) > 0; rows = rows[j.Left:] {
		if err := l.insert(maphash.Bytes(j.seed, rows[:j.Key]), rows[:j.Left]); err != nil {
			return err
		}
	}
	return nil
}

// probe looks rows of the right side up in the left side's index. They have an
// index too, which finds those that stand there twice.
func (j *Joiner) probe(l, r *index, rows []byte, do func(left, right []byte) error) error {
	for ; len(rows) > 0; rows = rows[j.Right:] {
		hash, row := maphash.Bytes(j.seed, rows[:j.Key]), rows[:j.Right]
		if err := r.insert(hash, row); err != nil {
			return err
		}
		if _, met := l.seek(hash, row); met != nil {
			if err := do(met, row); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close gives back memory and storage.
func (j *Joiner) Close() error { return errors.Join(j.left.close(), j.right.close()) }

// A side is the rows of one side of a join, by their parts.
type side struct {
	width int
	parts []*List
	desks [][]byte // of each part: rows on their way to its list
}

// deskBytes is about how much of a part is handed on at a time.
const deskBytes = 1 << 11

func newSide(width, parts int, buffer int64, store Store) *side {
	s := &side{width: width, desks: make([][]byte, parts)}
	for range parts {
		s.parts = append(s.parts, NewList(width, buffer, store))
	}
	return s
}

func (s *side) add(part uint64, row []byte) error {
	desk := append(s.desks[part], row...)
	if len(desk) < deskBytes {
		s.desks[part] = desk
		return nil
	}
	s.desks[part] = desk[:0]
	return s.parts[part].Append(desk)
}

// len is the rows of a part.
func (s *side) len(part int) int {
	return int(s.parts[part].Len()) + len(s.desks[part])/s.width
}

// each gives the rows of a part to do, some at a time, and forgets them.
func (s *side) each(part int, do func(rows []byte) error) (err error) {
	l := s.parts[part]
	if err := l.Append(s.desks[part]); err != nil {
		return err
	}
	clear(s.desks[part])
	s.desks[part] = nil
	rows, err := l.Rows()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close(), l.Close()) }()
	return EachBatch(rows, do)
}

func (s *side) close() error {
	var errs []error
	for part, l := range s.parts {
		clear(s.desks[part])
		s.desks[part] = nil
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}
