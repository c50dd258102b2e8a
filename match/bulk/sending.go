package bulk

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"

	"mandorla/crypto/gf128"
	"mandorla/crypto/vole"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// A sending is the sender's half of one level.
type sending struct {
	*sender
	number uint8
	table  *table
	vole   *vole.Sender
	open   [32]byte // w_s, and the salt of the commitment to it
	w      gf128.Element
	hashes hashes

	left      int       // elements of the OKVS that have not come
	gathering gathering // of K + Δ·(P + A)
	line      *stage.Line[bin, []byte]
	tags      *column.List // by bin
}

func newSending(s *sender) *sending {
	n := uint8(s.done)
	l := &sending{sender: s, number: n, table: s.tables[n], vole: vole.NewSender(derive("VOLE", s.SID, n, nil)), left: s.params.Size(),
		tags: column.NewList(s.width, dh.Share(s.Config), s.Store)}
	l.line = stage.New(l.list, func(tags []byte) error { return l.tags.Append(tags) })
	l.gathering = gathering{size: s.params.BinSize(), rows: reader{table: l.table}, pass: l.line.Put}
	rand.Read(l.open[:])
	l.w = gf128.FromBytes(l.open[:])
	return l
}

func (l *sending) close() error {
	l.line.Close()
	l.vole.Close()
	clear(l.open[:])
	return errors.Join(l.tags.Close(), l.table.close())
}

// base is the phases of the base transfers. The sender's share of the tags' key is
// committed to before it sees anything.
//
//	<- BASEOT*
//	-> BASEOT*
func (l *sending) base() (*match.Phase, error) {
	commitment := derive("COMMIT", l.SID, l.number, l.open[:])
	hello := append(l.vole.Hello(), commitment[:]...)
	in := bytesIn(vole.ReplySize, func(message []byte) error { return refused(l.vole.Begin(message)) })
	return &match.Phase{Name: "base transfers", Out: bytesOut(wire.KindBaseOT, l.number, hello),
		Kind: wire.KindBaseOT, Level: l.number, In: in, Then: l.window}, nil
}

// window is the phases in which a window of the vector OLE is made.
//
//	-> VOLEASK*
func (l *sending) window() (*match.Phase, error) {
	if l.left == 0 {
		return l.reveal()
	}
	chunks := windowChunks(l.left)
	var trees []byte
	in := bytesIn(l.vole.AskSize(chunks), func(message []byte) (err error) {
		trees, err = l.vole.Expand(message, chunks)
		return refused(err)
	})
	return &match.Phase{Name: "vector OLE", Kind: wire.KindVoleAsk, Level: l.number, In: in, Then: func() (*match.Phase, error) {
		return l.check(trees, chunks), nil
	}}, nil
}

// check is the phases in which the window's consistency is proved.
//
//	<- VOLETREES*
//	-> VOLECHECK*
//	<- VOLECHECK*
func (l *sending) check(trees []byte, chunks int) *match.Phase {
	var answer []byte
	in := bytesIn(vole.CheckSize(chunks), func(message []byte) (err error) {
		answer, err = l.vole.Confirm(message)
		return refused(err)
	})
	return &match.Phase{Name: "consistency", Out: bytesOut(wire.KindVoleTrees, l.number, trees),
		Kind: wire.KindVoleCheck, Level: l.number, In: in, Then: func() (*match.Phase, error) {
			return &match.Phase{Name: "consistency", Out: bytesOut(wire.KindVoleCheck, l.number, answer), Then: func() (*match.Phase, error) {
				if l.left == l.params.Size() {
					return l.planted(), nil
				}
				return l.receive(), nil
			}}, nil
		}}
}

// planted is the phase in which the OKVS's seed comes in.
//
//	-> SEED
func (l *sending) planted() *match.Phase {
	in := rowIn(func(row [32]byte) error {
		l.hashes = newHashes(l.SID, l.number, [16]byte(row[:16]))
		l.w = l.w.Add(gf128.FromBytes(row[16:]))
		return nil
	})
	return &match.Phase{Name: "seed", Kind: wire.KindSeed, Level: l.number, In: in,
		Then: func() (*match.Phase, error) { return l.receive(), nil }}
}

// receive is the phase in which as much of the masked OKVS comes in as the window
// masks (V2). Each bin is decoded once it is there.
//
//	-> OKVS*
func (l *sending) receive() *match.Phase {
	now := min(l.left, l.vole.Available())
	in := func(f wire.Frame) error {
		if n := min(now, wire.RowsPerFrame(okvsSchema)); f.Rows != n || f.Last != (n == now) {
			return match.ErrCount
		}
		now -= f.Rows
		l.left -= f.Rows
		l.progress(fmt.Sprintf("receive %d", l.number), uint64(l.params.Size()-l.left), uint64(l.params.Size()))
		return l.take(f.Columns[0])
	}
	return &match.Phase{Name: "okvs", Kind: wire.KindOKVS, Level: l.number, In: in, Then: l.window}
}

// take adds elements of K + Δ·(P + A) to the present bin, and has each whole one
// decoded.
func (l *sending) take(rows []byte) error {
	n := len(rows) / gf128.Size
	k, p := make([]gf128.Element, n), ids(rows, gf128.Size)
	l.vole.Next(k)
	gf128.AddScaled(k, p, l.vole.Delta())
	return l.gathering.add(k)
}

// list makes the sorted entries of a bin: those of its rows, and as many random
// ones as make all bins alike.
func (l *sending) list(b bin) ([]byte, error) {
	y := ids(b.rows, l.row())
	if len(y) > l.listed {
		return nil, fmt.Errorf("a bin has more than %d identifiers, which happens once in 2^41 runs; start the run again", l.listed)
	}
	places, values := l.hashes.of(y)
	u := make([]gf128.Element, len(y))
	l.params.Decode(u, b.elements, places)
	gf128.AddScaled(u, values, l.vole.Delta())
	rows := tagsOf(make([]byte, 0, len(y)*l.tag), u, y, l.w, l.tag)
	if l.Labels != nil {
		var err error
		labels := dh.Gather(b.rows, l.row(), idWidth, l.Labels.Width)
		if rows, err = (sealer{l.Config, l.number, l.tag}).sealed(rows, labels, u, y); err != nil {
			return nil, err
		}
	}
	return sortedEntries(padded(rows, l.listed*l.width), l.entry)
}

// sortedEntries sorts the entries of a bin by their tags, in memory.
func sortedEntries(rows []byte, e entry) ([]byte, error) {
	n := len(rows) / e.width
	s, err := column.NewSorter(column.Config{Width: e.width, Key: e.tag, Budget: 1 << 40, Store: column.Memory()})
	if err == nil {
		err = s.Add(rows)
	}
	if err != nil {
		return nil, err
	}
	defer s.Close()
	sorted, err := s.Sort()
	if err != nil {
		return nil, err
	}
	return match.Take(sorted, n, e.width)
}

// reveal is the phase in which the sender opens its share of the tags' key: the
// receiver's OKVS is fixed by now.
//
//	<- OPEN
func (l *sending) reveal() (*match.Phase, error) {
	if err := l.line.Drain(); err != nil {
		return nil, err
	}
	return &match.Phase{Name: "open", Out: rowOut(wire.KindOpen, l.number, bytes.Clone(l.open[:])), Then: l.publish}, nil
}

// publish is the phase in which the tags go out.
//
//	<- BINTAGS*, or BINLABELS*
func (l *sending) publish() (*match.Phase, error) {
	rows, err := l.tags.Rows()
	if err != nil {
		return nil, err
	}
	f := &match.Framer{Kind: l.kind, Level: l.number, Schema: l.schema, Width: l.width, Rows: rows, Left: l.tags.Len()}
	return &match.Phase{Name: "tags", Out: f.Next, Then: func() (*match.Phase, error) {
		l.done++
		return l.sender.next()
	}}, nil
}
