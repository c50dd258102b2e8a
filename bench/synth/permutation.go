package synth

import (
	"math/bits"
	"math/rand/v2"
)

// A permutation of 0 … n-1 that is worked out where it is asked for: a Feistel
// network over the next even number of bits, repeated until the result lies
// below n.
type permutation struct {
	n    uint64
	half int // bits of each of the network's halves
	keys [6]uint64
}

// newPermutation makes the permutation of n numbers, at least one, that belongs
// to a key.
func newPermutation(n, key uint64) permutation {
	p := permutation{n: n, half: max(1, (bits.Len64(n-1)+1)/2)}
	for i := range p.keys {
		p.keys[i] = rand.NewPCG(key, uint64(i)).Uint64()
	}
	return p
}

// to is where i goes.
func (p *permutation) to(i uint64) uint64 {
	for {
		l, r := p.split(i)
		for _, k := range p.keys {
			l, r = r, l^p.round(k, r)
		}
		if i = l<<p.half | r; i < p.n {
			return i
		}
	}
}

// back is what goes to i.
func (p *permutation) back(i uint64) uint64 {
	for {
		l, r := p.split(i)
		for k := len(p.keys) - 1; k >= 0; k-- {
			l, r = r^p.round(p.keys[k], l), l
		}
		if i = l<<p.half | r; i < p.n {
			return i
		}
	}
}

func (p *permutation) mask() uint64 { return 1<<p.half - 1 }

func (p *permutation) split(i uint64) (l, r uint64) { return i >> p.half, i & p.mask() }

func (p *permutation) round(key, half uint64) uint64 {
	return rand.NewPCG(key, half).Uint64() & p.mask()
}
