package bulk

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"sync"

	"mandorla/crypto/gf128"
	"mandorla/crypto/okvs"
	"mandorla/crypto/vole"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// A receiving is the receiver's half of one level.
type receiving struct {
	*receiver
	number     uint8
	table      *table
	vole       *vole.Receiver
	commitment [32]byte // to w_s
	seed       [16]byte // r
	w          gf128.Element
	hashes     hashes

	okvs      *column.List // P, the bins one after the other
	masked    *column.Rows // and what of it is still to be sent
	left      int          // elements of it
	gathering gathering    // of C
	decode    *stage.Line[bin, []byte]

	values *column.List // of own rows, bin after bin: the OPRF's value before w, and the row
	counts []int        // of own rows in a bin
	tags   *tagged
}

func newReceiving(r *receiver) *receiving {
	n := uint8(len(r.hits))
	l := &receiving{receiver: r, number: n, table: r.tables[n],
		vole:   vole.NewReceiver(derive("VOLE", r.SID, n, nil)),
		values: column.NewList(valueWidth, dh.Share(r.Config), r.Store)}
	l.decode = stage.New(l.open, l.keep)
	l.gathering = gathering{size: r.params.BinSize(), pass: l.decode.Put}
	return l
}

func (l *receiving) close() error {
	l.decode.Close()
	l.vole.Close()
	err := errors.Join(l.values.Close(), l.table.close())
	if l.okvs != nil {
		err = errors.Join(err, l.okvs.Close())
	}
	if l.tags != nil {
		err = errors.Join(err, l.tags.close())
	}
	return err
}

// base is the phase in which the sender's points come in.
//
//	<- BASEOT*
func (l *receiving) base() *match.Phase {
	var reply []byte
	in := bytesIn(vole.HelloSize+32, func(message []byte) (err error) {
		copy(l.commitment[:], message[vole.HelloSize:])
		reply, err = l.vole.Hello(message[:vole.HelloSize])
		return refused(err)
	})
	return &match.Phase{Name: "base transfers", Kind: wire.KindBaseOT, Level: l.number, In: in, Then: func() (*match.Phase, error) {
		return &match.Phase{Name: "base transfers", Out: bytesOut(wire.KindBaseOT, l.number, reply), Then: l.encode}, nil
	}}
}

// encodings is how often an OKVS is tried: each fails with probability 2^-40.
const encodings = 4

// encode makes the OKVS: nothing that depends on its seed has left this node, so
// that a seed under which it fails may be drawn anew.
func (l *receiving) encode() (*match.Phase, error) {
	err := okvs.ErrEncode
	for i := 0; i < encodings && errors.Is(err, okvs.ErrEncode); i++ {
		if l.okvs != nil {
			if err := l.okvs.Close(); err != nil {
				return nil, err
			}
		}
		rand.Read(l.seed[:])
		l.hashes = newHashes(l.SID, l.number, l.seed)
		err = l.encodeBins()
	}
	if err != nil {
		return nil, err
	}
	l.left, l.gathering.rows = l.params.Size(), reader{table: l.table}
	if l.masked, err = l.okvs.Rows(); err != nil {
		return nil, err
	}
	return l.window()
}

func (l *receiving) encodeBins() error {
	l.okvs = column.NewList(gf128.Size, dh.Share(l.Config), l.Store)
	encoders := sync.Pool{New: func() any { return okvs.NewEncoder(l.params) }}
	line := stage.New(func(rows []byte) ([]byte, error) {
		e := encoders.Get().(*okvs.Encoder)
		defer encoders.Put(e)
		places, values := l.hashes.of(ids(rows, ownWidth))
		bin := make([]gf128.Element, l.params.BinSize())
		err := e.Encode(bin, places, values)
		return appendElements(make([]byte, 0, len(bin)*gf128.Size), bin), err
	}, l.okvs.Append)
	defer line.Close()
	bins := reader{table: l.table}
	for i := range l.params.Bins() {
		rows, err := bins.next()
		if err == nil {
			err = line.Put(rows)
		}
		if err != nil {
			return err
		}
		l.progress(fmt.Sprintf("encode %d", l.number), uint64(i+1), uint64(l.params.Bins()))
	}
	return line.Drain()
}

// window is the phases in which a window of the vector OLE is made.
//
//	 -> VOLEASK*
//	<-  VOLETREES*
func (l *receiving) window() (*match.Phase, error) {
	if l.left == 0 {
		return l.opening()
	}
	chunks := windowChunks(l.left)
	var check []byte
	in := bytesIn(vole.TreesSize(chunks), func(message []byte) (err error) {
		check, err = l.vole.Expand(message)
		return refused(err)
	})
	ask := bytesOut(wire.KindVoleAsk, l.number, l.vole.Ask(chunks))
	return &match.Phase{Name: "vector OLE", Out: ask, Kind: wire.KindVoleTrees, Level: l.number, In: in, Then: func() (*match.Phase, error) {
		return l.check(check), nil
	}}, nil
}

// check is the phase in which the window's consistency is proved.
//
//	 -> VOLECHECK*
//	<-  VOLECHECK*
func (l *receiving) check(check []byte) *match.Phase {
	in := bytesIn(vole.ConfirmSize, func(message []byte) error { return refused(l.vole.Accept(message)) })
	return &match.Phase{Name: "consistency", Out: bytesOut(wire.KindVoleCheck, l.number, check),
		Kind: wire.KindVoleCheck, Level: l.number, In: in, Then: func() (*match.Phase, error) {
			if l.left == l.params.Size() {
				return l.plant(), nil
			}
			return l.send(), nil
		}}
}

// plant is the phase in which the OKVS's seed goes out, and this node's share of
// the tags' key.
//
//	-> SEED
func (l *receiving) plant() *match.Phase {
	var row [32]byte
	copy(row[:], l.seed[:])
	rand.Read(row[16:])
	l.w = gf128.FromBytes(row[16:])
	return &match.Phase{Name: "seed", Out: rowOut(wire.KindSeed, l.number, row[:]),
		Then: func() (*match.Phase, error) { return l.send(), nil }}
}

// send is the phase in which as much of the masked OKVS goes out as the window
// masks. Own rows are decoded meanwhile.
//
//	-> OKVS*
func (l *receiving) send() *match.Phase {
	now := min(l.left, l.vole.Available())
	out := func() (wire.Frame, error) {
		n := min(now, wire.RowsPerFrame(okvsSchema))
		rows, err := l.mask(n)
		now -= n
		l.left -= n
		l.progress(fmt.Sprintf("send %d", l.number), uint64(l.params.Size()-l.left), uint64(l.params.Size()))
		return wire.Frame{Kind: wire.KindOKVS, Level: l.number, Rows: n, Columns: [][]byte{rows}, Last: now == 0}, err
	}
	return &match.Phase{Name: "okvs", Out: out, Then: l.window}
}

// mask is the next n elements of P + A.
func (l *receiving) mask(n int) ([]byte, error) {
	rows, err := match.Take(l.masked, n, gf128.Size)
	if err != nil {
		return nil, err
	}
	c, a := make([]gf128.Element, n), make([]gf128.Element, n)
	l.vole.Next(c, a)
	for i := range a {
		gf128.FromBytes(rows[16*i:]).Add(a[i]).Put(rows[16*i:])
	}
	return rows, l.gathering.add(c)
}

// valueWidth is a decoded value and its row.
const valueWidth = gf128.Size + ownWidth

// open decodes a bin: the OPRF's value at each own identifier, but for w.
func (l *receiving) open(b bin) ([]byte, error) {
	places, _ := l.hashes.of(ids(b.rows, ownWidth))
	u := make([]gf128.Element, len(places))
	l.params.Decode(u, b.elements, places)
	out := make([]byte, 0, len(u)*valueWidth)
	for i, x := range u {
		out = append(x.Append(out), b.rows[i*ownWidth:(i+1)*ownWidth]...)
	}
	return out, nil
}

func (l *receiving) keep(values []byte) error {
	l.counts = append(l.counts, len(values)/valueWidth)
	return l.values.Append(values)
}

// opening is the phase in which the sender opens its share of the tags' key.
//
//	<- OPEN
func (l *receiving) opening() (*match.Phase, error) {
	if err := errors.Join(l.decode.Drain(), l.okvs.Close()); err != nil {
		return nil, err
	}
	in := rowIn(func(row [32]byte) error {
		want := derive("COMMIT", l.SID, l.number, row[:])
		if subtle.ConstantTimeCompare(want[:], l.commitment[:]) != 1 {
			return match.ErrCommit
		}
		l.w = l.w.Add(gf128.FromBytes(row[:]))
		return nil
	})
	return &match.Phase{Name: "open", Kind: wire.KindOpen, Level: l.number, In: in, Then: l.listing}, nil
}

// refused is what the peer did wrong where the vector OLE refuses its message.
func refused(err error) error {
	if err == nil {
		return nil
	}
	return errors.Join(match.ErrProof, err)
}

func appendElements(dst []byte, e []gf128.Element) []byte {
	for _, x := range e {
		dst = x.Append(dst)
	}
	return dst
}
