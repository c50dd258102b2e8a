package column

import "errors"

// Parts are rows that are parted as they come in, each part in a list of its
// own. What part a row goes to is for the caller to say.
type Parts struct {
	width int
	lists []*List
	desks [][]byte // of each part: rows on their way to its list
}

// deskBytes is about how much of a part is handed on at a time.
const deskBytes = 1 << 11

// NewParts makes empty parts for rows of the given width. What a part has beyond
// budget bytes goes to the store. Whoever makes them closes them.
func NewParts(width, parts int, budget int64, store Store) *Parts {
	p := &Parts{width: width, desks: make([][]byte, parts)}
	for range parts {
		p.lists = append(p.lists, NewList(width, budget, store))
	}
	return p
}

// Add copies a row to a part.
func (p *Parts) Add(part uint64, row []byte) error {
	desk := append(p.desks[part], row...)
	if len(desk) < deskBytes {
		p.desks[part] = desk
		return nil
	}
	p.desks[part] = desk[:0]
	return p.lists[part].Append(desk)
}

// Len is the rows of a part.
func (p *Parts) Len(part int) int {
	return int(p.lists[part].Len()) + len(p.desks[part])/p.width
}

// Each gives the rows of a part to do, some at a time, in the order in which they
// came. Nothing can be added to the part any more.
func (p *Parts) Each(part int, do func(rows []byte) error) (err error) {
	l := p.lists[part]
	if err := p.settle(part); err != nil {
		return err
	}
	rows, err := l.Rows()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	return EachBatch(rows, do)
}

// settle hands on the last rows of a part.
func (p *Parts) settle(part int) error {
	if len(p.desks[part]) == 0 {
		return nil
	}
	err := p.lists[part].Append(p.desks[part])
	clear(p.desks[part])
	p.desks[part] = nil
	return err
}

// Forget gives back what a part takes.
func (p *Parts) Forget(part int) error {
	clear(p.desks[part])
	p.desks[part] = nil
	return p.lists[part].Close()
}

// Close gives back memory and storage.
func (p *Parts) Close() error {
	var errs []error
	for part := range p.lists {
		errs = append(errs, p.Forget(part))
	}
	return errors.Join(errs...)
}
