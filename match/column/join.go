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
	left, right *Parts
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
	j.left, j.right = NewParts(c.Left, parts, buffer, c.Store), NewParts(c.Right, parts, buffer, c.Store)
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

// Lefts is the number of rows on the left.
func (j *Joiner) Lefts() (n uint64) {
	for part := range j.left.lists {
		n += uint64(j.left.Len(part))
	}
	return n
}

func (j *Joiner) add(p *Parts, rows []byte) error {
	if len(rows)%p.width != 0 {
		return errWidth(rows, p.width)
	}
	for ; len(rows) > 0; rows = rows[p.width:] {
		if err := p.Add(maphash.Bytes(j.seed, rows[:j.Key])>>j.shift, rows[:p.width]); err != nil {
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
	for part := range j.left.lists {
		l.reset(j.left.Len(part))
		r.reset(j.right.Len(part))
		err := j.left.Each(part, func(rows []byte) error { return j.build(&l, rows) })
		if err != nil {
			return err
		}
		err = j.right.Each(part, func(rows []byte) error { return j.probe(&l, &r, rows, do) })
		err = errors.Join(err, j.left.Forget(part), j.right.Forget(part))
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
func (j *Joiner) Close() error { return errors.Join(j.left.Close(), j.right.Close()) }
