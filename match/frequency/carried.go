package frequency

import (
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/ring"
	"mandorla/match/wire"
)

// A carried list is a member's at the combiner, between two members.
type carried struct {
	arriving
	table *ring.Table  // as the combiner made it
	list  *column.List // as a member sent it
}

func newCarried(c match.Config, rows uint64) *carried {
	return &carried{arriving: newArriving(rows), list: column.NewList(sealedWidth, dh.Buffer(c), c.Store)}
}

func (l *carried) close() error {
	if l.list != nil {
		return l.list.Close()
	}
	return l.table.Close()
}

// add takes in a frame. What its elements are, the next member checks.
func (l *carried) add(f wire.Frame) error {
	sealed, err := l.take(f)
	if err != nil {
		return err
	}
	return l.list.Append(sealed)
}

// framer sends the list to a member.
func (l *carried) framer(level uint8) (*match.Framer, error) {
	if l.list == nil {
		return l.table.Framer(wire.KindBack, level, sealedSchema)
	}
	rows, err := l.list.Rows()
	return &match.Framer{Kind: wire.KindBack, Level: level, Schema: sealedSchema, Width: sealedWidth, Rows: rows, Left: l.want}, err
}
