package okvs

import "mandorla/crypto/gf128"

// Decode sets dst[i] to the value that a bin of a store, its [Params.BinSize]
// elements, gives the hashed key h[i]. The two have the same length.
func (p Params) Decode(dst, bin, h []gf128.Element) {
	sparse, dense := bin[:p.sparse], bin[p.sparse:p.BinSize()]
	for len(h) > 0 {
		n := min(len(h), stride)
		gather(dst[:n], sparse, h[:n])
		gf128.Horner(dst[:n], h[:n], dense)
		dst, h = dst[n:], h[n:]
	}
}

// stride is how many keys are decoded at once, for what is read and written
// twice to stay in the nearest cache.
const stride = 256

// gather sums up the three sparse columns of every key.
func gather(dst, sparse, h []gf128.Element) {
	for i, x := range h {
		c0, c1, c2 := row(x, len(sparse))
		a, b, c := &sparse[c0], &sparse[c1], &sparse[c2]
		dst[i] = gf128.Element{Lo: a.Lo ^ b.Lo ^ c.Lo, Hi: a.Hi ^ b.Hi ^ c.Hi}
	}
}
