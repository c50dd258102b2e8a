// Package sums is SHA-256 of many short messages that begin alike: the rows of
// a commitment, the values of a column. Where the processor has instructions for
// SHA-256, two messages are hashed at a time: those instructions wait for one
// another within a message, and half the processor is idle. Elsewhere
// crypto/sha256 does it all. It is not for one message, nor for long ones.
package sums

import (
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"hash"
)

// Size is the bytes of a sum.
const Size = sha256.Size

const blockSize = sha256.BlockSize

// A Start is SHA-256 that has taken in the beginning of every message.
type Start struct {
	state [8]uint32       // after the whole blocks of the beginning
	head  [blockSize]byte // what is left of it, then zeros
	n     int             // bytes in head
	bytes uint64          // of the whole beginning
	slow  []byte          // the state of crypto/sha256; nil where two messages go at a time
}

// New takes in the beginning of every message.
func New(beginning []byte) *Start {
	s := &Start{state: initial, bytes: uint64(len(beginning))}
	if !paired {
		h := newState()
		h.Write(beginning)
		s.slow, _ = h.MarshalBinary() // SHA-256 always gives its state
		return s
	}
	var blocks [2][blockSize]byte
	var idle [8]uint32
	for len(beginning) >= blockSize {
		copy(blocks[0][:], beginning)
		two(&s.state, &idle, &blocks, &constants)
		beginning = beginning[blockSize:]
	}
	s.n = copy(s.head[:], beginning)
	clear(blocks[0][:])
	return s
}

// Wipe overwrites what the start has taken in. What Sums gives afterwards has
// nothing to do with it.
func (s *Start) Wipe() {
	clear(s.slow)
	*s = Start{state: initial, slow: s.slow}
}

// Sums writes the sums of messages, each behind the beginning, to dst, which has
// [Size] bytes for each. Every message is asked for once, in order, and lent until
// its sum is written. That may be where the message stood, or, if all are of one
// length, where one before it did.
func (s *Start) Sums(dst []byte, message func(i int) []byte) {
	if s.slow != nil {
		s.oneByOne(dst, message)
		return
	}
	var p pair
	defer p.wipe() // the beginning may be secret
	next := 0
	for l := range p.lanes {
		next = p.take(l, s, next, len(dst)/Size, message)
	}
	for p.lanes[0].busy || p.lanes[1].busy {
		p.fill(0)
		p.fill(1)
		two(&p.lanes[0].state, &p.lanes[1].state, &p.blocks, &constants)
		for l := range p.lanes {
			lane := &p.lanes[l]
			if !lane.last {
				p.blocks[l], lane.used = [blockSize]byte{}, 0
				continue
			}
			if lane.busy {
				putSum(dst[lane.at*Size:], &lane.state)
				next = p.take(l, s, next, len(dst)/Size, message)
			}
		}
	}
}

// A pair is two messages that are hashed together, with the blocks that are next.
type pair struct {
	lanes  [2]lane
	blocks [2][blockSize]byte
}

// A lane is one message on its way.
type lane struct {
	state [8]uint32
	rest  []byte // of the message
	bits  uint64 // of the beginning and the message
	at    int    // which message it is
	used  int    // bytes of the next block, all others being zero
	busy  bool   // there is a message
	ended bool   // the bit that marks its end is in a block
	last  bool   // so is its length
}

// take gives a lane the next message, if there is one more, and answers with the
// one after it.
func (p *pair) take(l int, s *Start, next, most int, message func(i int) []byte) int {
	lane := &p.lanes[l]
	if lane.busy = next < most; !lane.busy {
		return next
	}
	lane.state, lane.rest, lane.at = s.state, message(next), next
	lane.bits = (s.bytes + uint64(len(lane.rest))) << 3
	lane.ended, lane.last = false, false
	p.blocks[l], lane.used = s.head, s.n
	return next + 1
}

// fill completes a lane's next block.
func (p *pair) fill(l int) {
	lane, block := &p.lanes[l], &p.blocks[l]
	n := copy(block[lane.used:], lane.rest)
	lane.rest = lane.rest[n:]
	if n += lane.used; n == blockSize {
		return
	}
	if !lane.ended {
		block[n] = 0x80
		n++
		lane.ended = true
	}
	if n <= blockSize-8 {
		binary.BigEndian.PutUint64(block[blockSize-8:], lane.bits)
		lane.last = true
	}
}

func (p *pair) wipe() { *p = pair{} }

// putSum writes the sum that a state is once the last block has been taken in.
func putSum(dst []byte, state *[8]uint32) {
	dst = dst[:Size]
	for i, word := range state {
		binary.BigEndian.PutUint32(dst[4*i:], word)
	}
}

// A state is SHA-256 that can be taken up where it was left.
type state interface {
	hash.Hash
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

func newState() state { return sha256.New().(state) }

// oneByOne is Sums by crypto/sha256. A start that was wiped is none.
func (s *Start) oneByOne(dst []byte, message func(i int) []byte) {
	h := newState()
	for i := range len(dst) / Size {
		if h.UnmarshalBinary(s.slow) != nil {
			h.Reset()
		}
		h.Write(message(i))
		h.Sum(dst[i*Size : i*Size])
	}
	h.Reset()
}
