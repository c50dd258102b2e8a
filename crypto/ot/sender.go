package ot

import (
	"crypto/subtle"
	"fmt"

	"mandorla/crypto/gf128"
)

// A Sender makes correlated OTs of its delta. It prints as nothing.
type Sender struct {
	_          [0]func()
	delta      gf128.Element
	chosen     *[Count]gf128.Element // nil once the trees are grown
	forest     *forest               // nil before that, and once wiped
	session    [32]byte
	extensions uint64
}

// NewSender takes over the chosen seeds, which are used up by it. delta is that of
// the chooser, and sid that of the receiver.
func NewSender(sid [32]byte, delta gf128.Element, chosen *Chosen) *Sender {
	s := &Sender{delta: delta, chosen: chosen.seeds, session: digest(useSession, sid[:], chosen.bound[:])}
	chosen.seeds = nil
	return s
}

// MessageSize is the bytes of the message that the next extension takes.
func (s *Sender) MessageSize(n int) int {
	if s.chosen != nil {
		return forestSize + extensionSize(n)
	}
	return extensionSize(n)
}

// Extend takes the receiver's message and makes n OTs: q. The messages come in the
// order of the receiver's calls. An error ends the sender: [ErrLength], [ErrCheck],
// or [ErrSpent] where another one did before.
func (s *Sender) Extend(msg []byte, n int) (q []gf128.Element, err error) {
	if s.chosen == nil && s.forest == nil {
		return nil, ErrSpent
	}
	if n < 0 || n > MaxExtend || len(msg) != s.MessageSize(n) {
		s.Wipe()
		return nil, ErrLength
	}
	if s.chosen != nil {
		err = s.grow(msg[:forestSize])
		msg = msg[forestSize:]
	}
	if err == nil {
		q, err = s.extend(msg, n)
	}
	if err != nil {
		s.Wipe()
		return nil, err
	}
	return q, nil
}

// grow makes the trees from the receiver's message of them.
func (s *Sender) grow(msg []byte) (err error) {
	o := oracle(s.session)
	s.forest, err = replant(&o, s.delta, s.chosen, msg)
	s.session = digest(useTrees, o[:], msg)
	clear(s.chosen[:])
	s.chosen = nil
	return err
}

func (s *Sender) extend(msg []byte, n int) ([]gf128.Element, error) {
	hidden, check := msg[:len(msg)-checkSize], msg[len(msg)-checkSize:]
	w := s.spread(hidden, blocksOf(n))
	defer w.wipe()
	c := challenged(s.session, s.extensions, n, hidden)
	want := c.digestOf(w, s.delta, gf128.FromBytes(check), s.session, s.extensions)
	s.extensions++
	if subtle.ConstantTimeCompare(want[:], check[gf128.Size:]) != 1 {
		return nil, ErrCheck
	}
	return w.rows(n), nil
}

// spread makes the columns of q: the sums of the streams, each added as often as
// delta's bits and its leaf's number say, and where delta has a one what the
// receiver sent of its choices.
func (s *Sender) spread(hidden []byte, blocks int) *columns {
	size, w, lanes := blocks*gf128.Size, newColumns(blocks), new(streams)
	defer clear(lanes.out[:])
	for i := range s.forest {
		lanes.start(&s.forest[i], s.extensions)
		for at := 0; at < size; at += stretch {
			n := min(stretch, size-at)
			lanes.next(n)
			for b := range depth {
				w.put(depth*i+b, at/gf128.Size, lanes.out[1<<b][:n])
			}
		}
		for b := range depth {
			column := depth*i + b
			w.add(column, hidden[i*size:(i+1)*size], -s.delta.Bit(column))
		}
	}
	return w
}

// Wipe ends the sender.
func (s *Sender) Wipe() {
	if s.chosen != nil {
		clear(s.chosen[:])
	}
	s.chosen, s.forest, s.delta = nil, nil, gf128.Element{}
}

// Format implements [fmt.Formatter]: a sender has no printed form.
func (s *Sender) Format(f fmt.State, _ rune) { f.Write([]byte("ot.Sender(secret)")) }
