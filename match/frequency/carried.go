package frequency

import (
	"errors"

	"mandorla/crypto/elgamal"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/ring"
	"mandorla/match/wire"
)

// A carried list is a member's at the combiner, between two members.
type carried struct {
	want, rows uint64
	strict     column.Increasing
	table      *ring.Table  // as the combiner made it
	list       *column.List // as a member sent it
}

func newCarried(c match.Config, rows uint64) *carried {
	return &carried{want: rows, strict: column.Increasing{Width: elgamal.Size, Key: elgamal.Size},
		list: column.NewList(sealedWidth, dh.Buffer(c), c.Store)}
}

func (l *carried) close() error {
	if l.list != nil {
		return l.list.Close()
	}
	return l.table.Close()
}

// add takes in a frame (V2, V6). What its elements are, the next member checks.
func (l *carried) add(f wire.Frame) error {
	l.rows += uint64(f.Rows)
	if l.rows > l.want || f.Last != (l.rows == l.want) {
		return match.ErrCount
	}
	if err := l.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	rows := make([]byte, f.Rows*sealedWidth)
	dh.Scatter(rows, sealedWidth, 0, f.Columns[0], elgamal.Size)
	dh.Scatter(rows, sealedWidth, elgamal.Size, f.Columns[1], elgamal.Size)
	return l.list.Append(rows)
}

// framer sends the list to a member.
func (l *carried) framer(level uint8) (*match.Framer, error) {
	if l.list == nil {
		return l.table.Framer(wire.KindBack, level, sealedSchema)
	}
	rows, err := l.list.Rows()
	return &match.Framer{Kind: wire.KindBack, Level: level, Schema: sealedSchema, Width: sealedWidth, Rows: rows, Left: l.want}, err
}
