package vole

import (
	"math/rand/v2"
	"testing"

	"mandorla/crypto/gf128"
)

// transposeConvolve is what a pass does from the side of the outputs.
func transposeConvolve(d *[half]gf128.Element, taps *[half]uint32) {
	give := func(i, j, to int) {
		if j != reach && taps[i]>>(j-1)&1 == 0 {
			return
		}
		e := d[i]
		if j > near {
			e = timesX(e)
		}
		d[to] = d[to].Add(e)
	}
	for i := range reach {
		for j := i + 1; j <= reach; j++ {
			give(i, j, half+i-j)
		}
	}
	for i := half - 1; i >= 0; i-- {
		for j := 1; j <= min(i, reach); j++ {
			give(i, j, i-j)
		}
		d[i] = timesX(d[i])
	}
}

// combination is the sum of outputs with factors, as what it takes of each
// position of the parity half.
func (c *code) combination(outputs []int, factors []gf128.Element) *[half]gf128.Element {
	d := new([half]gf128.Element)
	for n, i := range outputs {
		r := c.rows[i]
		for k := range 4 {
			at := k*quarter + int(r.Lo>>(quarterBits*k)%quarter)
			d[at] = d[at].Add(factors[n])
		}
		for k := range 3 {
			at := int(r.Hi >> (halfBits * k) % half)
			d[at] = d[at].Add(factors[n])
		}
	}
	transposeConvolve(d, &c.taps[1])
	transposeConvolve(d, &c.taps[0])
	return d
}

// Sums of few outputs involve nearly all of the parity half: that is what a code
// of large distance has to do, though it does not show that it has one. The
// weight of the whole is half of what is seen here: the other half is untouched.
func TestFewOutputsInvolveMuchNoise(t *testing.T) {
	c, r := sessionCode(8), rand.New(rand.NewPCG(13, 14))
	for n := 1; n <= 6; n += thorough {
		outputs, factors := make([]int, n), make([]gf128.Element, n)
		for i := range outputs {
			outputs[i] = r.IntN(half)
		}
		fill(r, factors)
		weight := 0
		for _, e := range c.combination(outputs, factors) {
			if !e.IsZero() {
				weight++
			}
		}
		if weight < half*95/100 {
			t.Errorf("%d outputs involve %d of %d positions", n, weight, half)
		}
	}
}

// The view from the outputs is of the same code.
func TestCombination(t *testing.T) {
	c, r := sessionCode(9), rand.New(rand.NewPCG(15, 16))
	outputs, factors := []int{1, half / 3, half - 1}, make([]gf128.Element, 3)
	fill(r, factors)
	out, d := new([half]gf128.Element), randomHalf(r)
	want := gf128.Inner(c.combination(outputs, factors)[:], d[:])
	c.encode(out, d)
	got := gf128.Element{}
	for n, i := range outputs {
		got = got.Add(factors[n].Mul(out[i]))
	}
	if got != want {
		t.Error("a sum of outputs is not what the code's transpose says")
	}
}
