package vole

import "mandorla/crypto/gf128"

// A fold is the sum of x^(j+1)·e[j] over the noise e of a chunk. It adds up
// stretch by stretch and multiplies each by what it lacks of the power of x.
type fold struct {
	powers [stretch]gf128.Element // x to x^stretch
	bases  [noise / stretch]gf128.Element
	next   int
	sum    gf128.Element
}

const stretch = 1 << 11

// start begins the sum for another x.
func (f *fold) start(x gf128.Element) {
	gf128.Powers(f.powers[:], x)
	f.bases[0] = gf128.One
	gf128.Powers(f.bases[1:], f.powers[stretch-1])
	f.next, f.sum = 0, gf128.Element{}
}

// add takes in the next elements, whole stretches of them.
func (f *fold) add(e []gf128.Element) {
	for ; len(e) >= stretch; e = e[stretch:] {
		f.sum = f.sum.Add(f.bases[f.next].Mul(gf128.Inner(e[:stretch], f.powers[:])))
		f.next++
	}
}

// power is x^(j+1).
func (f *fold) power(j int) gf128.Element {
	return f.bases[j/stretch].Mul(f.powers[j%stretch])
}
