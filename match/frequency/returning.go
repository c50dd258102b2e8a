package frequency

import (
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/crypto/elgamal"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/ring"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// A returning is a member's list of rows to remove on its way back, at another
// member or at its owner. Frames are worked on while the next ones arrive.
type returning struct {
	match.Config
	arriving
	keys  *elgamal.Keys
	phase string
	done  uint64
	left  elgamal.Public // the shares that are on it after this member's
	next  *ring.Table    // what leaves; nil at the owner
	found *column.Joiner // at the owner: what is no zero
	line  *stage.Line[[]byte, []byte]
}

func (m *member) newReturning(owner int) (r *returning, err error) {
	r = &returning{Config: m.Config, keys: m.keys, phase: fmt.Sprintf("back %d", m.hop), arriving: newArriving(m.g.Caps[owner])}
	if owner == m.g.Party {
		return r, r.open()
	}
	if r.left, err = m.shares.left(m.g, m.g.Party, owner); err != nil {
		return nil, err
	}
	if r.next, err = ring.NewTable(m.Config, sealedWidth, elgamal.Size, r.want); err != nil {
		return nil, err
	}
	r.line = stage.New(r.peel, r.keep)
	return r, nil
}

// open makes room for the numbers of this member's own rows.
func (r *returning) open() (err error) {
	r.found, err = column.NewJoiner(column.JoinConfig{Key: elgamal.Size, Left: elgamal.Size, Right: numbered, Rows: r.want,
		Budget: dh.Share(r.Config), Store: r.Store})
	if err == nil {
		r.line = stage.New(r.last, r.enter)
	}
	return err
}

// numbered is the bytes of an element and of the number that it stands for.
const numbered = elgamal.Size + 8

func (r *returning) close() error {
	if r == nil {
		return nil
	}
	r.line.Close()
	err := r.next.Close()
	if r.found != nil {
		err = errors.Join(err, r.found.Close())
	}
	return err
}

// add takes in a frame, to be worked on.
func (r *returning) add(f wire.Frame) error {
	sealed, err := r.take(f)
	if err != nil {
		return err
	}
	return r.line.Put(sealed)
}

// peel takes this member's share off (V12), and puts what is left under fresh
// randomness.
func (r *returning) peel(sealed []byte) ([]byte, error) {
	if err := r.keys.Strip(sealed); err != nil {
		return nil, pointError(err)
	}
	return sealed, pointError(r.left.Rerandomise(sealed))
}

func (r *returning) keep(sealed []byte) error {
	r.tell(len(sealed) / sealedWidth)
	return r.next.Add(sealed)
}

// tell tells how far the work has come.
func (r *returning) tell(rows int) {
	if r.done += uint64(rows); r.Progress != nil {
		r.Progress(r.phase, r.done, r.want)
	}
}

// end gives the list as it leaves.
func (r *returning) end() (*ring.Table, error) { return r.next, r.line.Drain() }

// last takes the last share off, and gives what the numbers are then.
func (r *returning) last(sealed []byte) ([]byte, error) {
	if err := r.keys.Strip(sealed); err != nil {
		return nil, pointError(err)
	}
	return dh.Gather(sealed, sealedWidth, elgamal.Size, elgamal.Size), nil
}

// enter keeps what is no zero.
func (r *returning) enter(opened []byte) error {
	r.tell(len(opened) / elgamal.Size)
	for ; len(opened) > 0; opened = opened[elgamal.Size:] {
		if [elgamal.Size]byte(opened) == zero {
			continue
		}
		if err := r.found.AddLeft(opened[:elgamal.Size]); err != nil {
			return err
		}
	}
	return nil
}

// zero is what a row that stays opens to: the identity.
var zero [elgamal.Size]byte

// numbers are the rows to remove, of this member's so many. Each is among them, and
// stands there once.
func (r *returning) numbers(rows uint64) ([]*column.Bits, error) {
	if err := r.line.Drain(); err != nil {
		return nil, err
	}
	wanted := r.found.Lefts()
	if err := elgamal.Multiples(rows, r.number); err != nil {
		return nil, err
	}
	struck := new(column.Bits)
	err := r.found.Each(func(_, right []byte) error {
		struck.Set(binary.BigEndian.Uint64(right[elgamal.Size:]) - 1)
		return nil
	})
	if errors.Is(err, column.ErrDuplicate) || err == nil && struck.Count() != wanted {
		return nil, errors.Join(match.ErrNumber, err)
	}
	return []*column.Bits{struck}, err
}

// number puts some consecutive numbers beside the elements that stand for them.
func (r *returning) number(first uint64, elements []byte) error {
	rows := make([]byte, len(elements)/elgamal.Size*numbered)
	dh.Scatter(rows, numbered, 0, elements, elgamal.Size)
	for i := range uint64(len(elements) / elgamal.Size) {
		binary.BigEndian.PutUint64(rows[i*numbered+elgamal.Size:], first+i)
	}
	return r.found.AddRight(rows)
}
