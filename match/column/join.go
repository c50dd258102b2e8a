package column

import "errors"

// A JoinConfig says what the two sides of a join look like.
type JoinConfig struct {
	Key         int   // bytes: the first of a row on either side
	Left, Right int   // bytes of a row
	Budget      int64 // bytes of rows to hold in memory
	Store       Store
}

// A Joiner finds the pairs of rows of two sets that have the same key: both
// are sorted within the budget and merged.
type Joiner struct {
	key         int
	left, right *Sorter
}

// NewJoiner makes an empty join. Whoever makes it closes it.
func NewJoiner(c JoinConfig) (*Joiner, error) {
	left, err := NewSorter(Config{Width: c.Left, Key: c.Key, Budget: c.Budget / 2, Store: c.Store})
	if err != nil {
		return nil, err
	}
	right, err := NewSorter(Config{Width: c.Right, Key: c.Key, Budget: c.Budget / 2, Store: c.Store})
	if err != nil {
		return nil, err
	}
	return &Joiner{c.Key, left, right}, nil
}

// AddLeft copies rows of the left side.
func (j *Joiner) AddLeft(rows []byte) error { return j.left.Add(rows) }

// AddRight copies rows of the right side.
func (j *Joiner) AddRight(rows []byte) error { return j.right.Add(rows) }

// Each gives every pair of rows with equal keys to do, once, in the order of
// their keys; the rows are lent for the call. A key that stands in two rows of
// a side is an [ErrDuplicate]; some pairs may have been given by then.
func (j *Joiner) Each(do func(left, right []byte) error) (err error) {
	l, err := j.left.Sort()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	r, err := j.right.Sort()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return merge(l, r, j.key, do)
}

// Close gives back memory and storage.
func (j *Joiner) Close() error { return errors.Join(j.left.Close(), j.right.Close()) }
