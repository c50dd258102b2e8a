package ot

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"

	"mandorla/crypto/gf128"
)

// MaxExtend is the most OTs of one extension, which takes 36 bytes of memory for
// each.
const MaxExtend = 1 << 22

// A Receiver makes correlated OTs for choice bits of its own. It prints as nothing.
type Receiver struct {
	_          [0]func()
	forest     *forest // nil once wiped
	trees      []byte  // the message of the trees; nil once sent
	session    [32]byte
	extensions uint64
}

// NewReceiver takes over the offerer's seeds, which are used up by it. sid is that
// of the sender.
func NewReceiver(sid [32]byte, pairs *Pairs) *Receiver {
	r := new(Receiver)
	if pairs.seeds == nil {
		return r
	}
	defer pairs.Wipe()
	o := oracle(digest(useSession, sid[:], pairs.bound[:]))
	r.forest, r.trees = plant(&o, pairs.seeds)
	r.session = digest(useTrees, o[:], r.trees)
	return r
}

// MessageSize is the bytes of the message of the next extension.
func (r *Receiver) MessageSize(n int) int { return len(r.trees) + extensionSize(n) }

// Extend makes n OTs with the first n bits of choices, lowest first: t, and the
// message that gives the sender its q. More than [MaxExtend], and a receiver that
// was wiped or made of seeds that were used up, give nothing; fewer choices than n
// are a programmer's error that panics.
func (r *Receiver) Extend(choices []uint64, n int) (msg []byte, t []gf128.Element) {
	if r.forest == nil || n < 0 || n > MaxExtend {
		return nil, nil
	}
	x := chosenBlocks(choices, n)
	defer clear(x)
	return r.extend(x, n)
}

func (r *Receiver) extend(x []gf128.Element, n int) (msg []byte, t []gf128.Element) {
	msg = append(make([]byte, 0, r.MessageSize(n)), r.trees...)
	hidden, v := r.spread(x)
	defer v.wipe()
	c := challenged(r.session, r.extensions, n, hidden)
	sum := c.of(x)
	columns := c.digestOf(v, gf128.Element{}, sum, r.session, r.extensions)
	r.trees = nil
	r.extensions++
	msg = append(sum.Append(append(msg, hidden...)), columns[:]...)
	return msg, v.rows(n)
}

// chosenBlocks are the choices as a column, with nothing after the n-th, and the
// random choices that hide them.
func chosenBlocks(choices []uint64, n int) []gf128.Element {
	x := make([]gf128.Element, blocksOf(n))
	for k, word := range choices[:(n+63)/64] {
		if over := 64*(k+1) - n; over > 0 {
			word = word << over >> over
		}
		if k%2 == 0 {
			x[k/2].Lo = word
		} else {
			x[k/2].Hi = word
		}
	}
	var random [gf128.Size]byte
	rand.Read(random[:])
	x[len(x)-1] = gf128.FromBytes(random[:])
	clear(random[:])
	return x
}

// spread makes the columns of t and, for each tree, the choices hidden by the sum
// of its streams.
func (r *Receiver) spread(x []gf128.Element) (hidden []byte, v *columns) {
	size := len(x) * gf128.Size
	plain := make([]byte, 0, size)
	for _, block := range x {
		plain = block.Append(plain)
	}
	defer clear(plain)
	hidden, v = make([]byte, trees*size), newColumns(len(x))
	s := new(streams)
	defer clear(s.out[:])
	for i := range r.forest {
		s.start(&r.forest[i], r.extensions)
		for at := 0; at < size; at += stretch {
			n := min(stretch, size-at)
			s.next(n)
			subtle.XORBytes(hidden[i*size+at:], s.out[0][:n], plain[at:at+n])
			for b := range depth {
				v.put(depth*i+b, at/gf128.Size, s.out[1<<b][:n])
			}
		}
	}
	return hidden, v
}

// Wipe ends the receiver.
func (r *Receiver) Wipe() {
	r.forest, r.trees = nil, nil
}

// Format implements [fmt.Formatter]: a receiver has no printed form.
func (r *Receiver) Format(f fmt.State, _ rune) { f.Write([]byte("ot.Receiver(secret)")) }
