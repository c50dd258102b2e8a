package ring

import (
	"errors"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// Lists are the tags of all members' tables, as a combiner has them, in this node's
// temporary storage.
type Lists struct {
	match.Config
	Burden
	lists []*list
}

// A list is the tags of one member's table, and what its rows carry.
type list struct {
	want, rows uint64
	strict     column.Increasing
	tags       *column.List
	burdens    *column.List
}

// NewLists makes empty lists. Whoever makes them closes them.
func NewLists(c match.Config, b Burden) *Lists {
	l := &Lists{Config: c, Burden: b}
	for _, rows := range c.Circle.Caps {
		l.lists = append(l.lists, &list{want: rows, strict: column.Increasing{Width: TagWidth, Key: TagWidth},
			tags:    column.NewList(TagWidth, dh.Share(c), c.Store),
			burdens: column.NewList(max(b.width(), 1), dh.Buffer(c), c.Store)})
	}
	return l
}

// Close gives back storage.
func (l *Lists) Close() (err error) {
	for _, one := range l.lists {
		err = errors.Join(err, one.tags.Close(), one.burdens.Close())
	}
	return err
}

// Begin is the phase in which the tags come in.
//
//	<- TAGS* of each member
func (l *Lists) Begin(then func() (*match.Phase, error)) *match.Phase {
	return &match.Phase{Name: "tags", Kind: wire.KindTags, Senders: len(l.lists), In: l.add, Then: then}
}

// add takes in tags (V2, V11): a member's are those of the next one's table.
func (l *Lists) add(f wire.Frame) error {
	one := l.lists[l.Circle.Next(int(f.Level))]
	one.rows += uint64(f.Rows)
	if one.rows > one.want || f.Last != (one.rows == one.want) {
		return match.ErrCount
	}
	if err := one.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	if l.Progress != nil {
		l.Progress("tags", l.arrived(), l.wanted())
	}
	return errors.Join(one.tags.Append(f.Columns[0]), one.burdens.Append(l.packed(f)))
}

func (l *Lists) arrived() (n uint64) {
	for _, one := range l.lists {
		n += one.rows
	}
	return n
}

func (l *Lists) wanted() (n uint64) {
	for _, one := range l.lists {
		n += one.want
	}
	return n
}

// Overlaps tells do of every tag, in order, which members' lists hold it, member i
// in bit i. Fillers are in their own member's list alone.
func (l *Lists) Overlaps(do func(held uint32) error) (err error) {
	var streams []*column.Rows
	defer func() {
		for _, s := range streams {
			err = errors.Join(err, s.Close())
		}
	}()
	for _, one := range l.lists {
		rows, err := one.tags.Rows()
		if err != nil {
			return err
		}
		streams = append(streams, rows)
	}
	return column.Overlaps(streams, TagWidth, do)
}

// Burdens is what a member's rows carry, in the order of their tags.
func (l *Lists) Burdens(member int) *column.List { return l.lists[member].burdens }
