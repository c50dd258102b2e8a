package sums

import "encoding/binary"

// Alike writes the sums of messages of one length, each behind the beginning, to
// dst, which has [Size] bytes for each. messages holds them one after the other.
// dst may be its beginning, unless they are shorter than a sum. The ends of the
// blocks are the same for all and are made once.
func (s *Start) Alike(dst, messages []byte, length int) {
	n := len(dst) / Size
	at := func(i int) []byte { return messages[i*length:][:length] }
	if s.slow != nil || s.n+length+1+8 > 2*blockSize {
		s.Sums(dst, at)
		return
	}
	var a alike
	defer a.wipe() // the beginning may be secret
	a.begin(s, length)
	for i := 0; i+1 < n; i += 2 {
		a.two(s, at(i), at(i+1))
		putSum(dst[i*Size:], &a.states[0])
		putSum(dst[(i+1)*Size:], &a.states[1])
	}
	if n%2 == 1 {
		a.two(s, at(n-1), at(n-1))
		putSum(dst[(n-1)*Size:], &a.states[0])
	}
}

// alike is room for two messages of one length, of which each takes a block or two.
type alike struct {
	states [2][8]uint32
	blocks [2][2][blockSize]byte // the first of both messages, then the second of both
	split  int                   // bytes of a message that are in its first block
	second bool                  // there are second ones
}

// begin writes everything into the blocks but the messages.
func (a *alike) begin(s *Start, length int) {
	a.split, a.second = min(length, blockSize-s.n), s.n+length+1+8 > blockSize
	for l := range 2 {
		var both [2 * blockSize]byte
		copy(both[:], s.head[:s.n])
		both[s.n+length] = 0x80
		end := both[:blockSize]
		if a.second {
			end = both[blockSize:]
		}
		binary.BigEndian.PutUint64(end[blockSize-8:], (s.bytes+uint64(length))<<3)
		a.blocks[0][l], a.blocks[1][l] = [blockSize]byte(both[:blockSize]), [blockSize]byte(both[blockSize:])
		clear(both[:])
	}
}

// two hashes two messages.
func (a *alike) two(s *Start, first, second []byte) {
	a.states[0], a.states[1] = s.state, s.state
	copy(a.blocks[0][0][s.n:], first[:a.split])
	copy(a.blocks[0][1][s.n:], second[:a.split])
	two(&a.states[0], &a.states[1], &a.blocks[0], &constants)
	if !a.second {
		return
	}
	copy(a.blocks[1][0][:], first[a.split:])
	copy(a.blocks[1][1][:], second[a.split:])
	two(&a.states[0], &a.states[1], &a.blocks[1], &constants)
}

func (a *alike) wipe() { *a = alike{} }
