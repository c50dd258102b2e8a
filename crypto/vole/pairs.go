package vole

import "mandorla/crypto/gf128"

// A pair is a row of both vectors that the receiver encodes: its values and its
// sparse noise. Side by side they share the reads of the code and its memory.
type pair struct{ c, a gf128.Element }

func (p pair) add(q *pair) pair { return pair{p.c.Add(q.c), p.a.Add(q.a)} }

func (p pair) timesX() pair { return pair{timesX(p.c), timesX(p.a)} }

// encodePairs is encode for both vectors. The sparse half of the noise that goes
// into a is not in it yet: a is overwritten.
func (c *code) encodePairs(outC, outA *[half]gf128.Element, d *[half]pair) {
	convolvePairs(d, &c.taps[0])
	convolvePairs(d, &c.taps[1])
	c.expandPairs(outC, outA, d)
}

func convolvePairs(d *[half]pair, taps *[half]uint32) {
	for i := range reach {
		p := earlyPair(d, taps, i, 0)
		d[i] = d[i].timesX().add(&p)
	}
	convolvePairRows(d, taps)
	for i := range reach {
		p := earlyPair(d, taps, i, half)
		d[i] = d[i].add(&p)
	}
}

func earlyPair(d *[half]pair, taps *[half]uint32, i, shift int) pair {
	var sum, far pair
	for j := 1; j <= reach; j++ {
		from := i - j + shift
		if from < 0 || from >= half || (taps[i]|1<<window)>>(j-1)&1 == 0 {
			continue
		}
		if j > near {
			far = far.add(&d[from])
			continue
		}
		sum = sum.add(&d[from])
	}
	far = far.timesX()
	return sum.add(&far)
}

func (c *code) expandPairs(outC, outA *[half]gf128.Element, d *[half]pair) {
	for i := range outC {
		r := c.rows[i]
		lo, hi := r.Lo, r.Hi
		a0, a1 := &d[lo%quarter], &d[quarter+lo>>quarterBits%quarter]
		a2, a3 := &d[2*quarter+lo>>(2*quarterBits)%quarter], &d[3*quarter+lo>>(3*quarterBits)%quarter]
		b0, b1, b2 := &d[hi%half], &d[hi>>halfBits%half], &d[hi>>(2*halfBits)%half]
		outC[i].Lo ^= a0.c.Lo ^ a1.c.Lo ^ a2.c.Lo ^ a3.c.Lo ^ b0.c.Lo ^ b1.c.Lo ^ b2.c.Lo
		outC[i].Hi ^= a0.c.Hi ^ a1.c.Hi ^ a2.c.Hi ^ a3.c.Hi ^ b0.c.Hi ^ b1.c.Hi ^ b2.c.Hi
		outA[i].Lo = a0.a.Lo ^ a1.a.Lo ^ a2.a.Lo ^ a3.a.Lo ^ b0.a.Lo ^ b1.a.Lo ^ b2.a.Lo
		outA[i].Hi = a0.a.Hi ^ a1.a.Hi ^ a2.a.Hi ^ a3.a.Hi ^ b0.a.Hi ^ b1.a.Hi ^ b2.a.Hi
	}
}
