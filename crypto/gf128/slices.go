package gf128

// AddTo adds src to dst, element by element. The two have the same length.
func AddTo(dst, src []Element) {
	for i := range dst {
		dst[i].Lo ^= src[i].Lo
		dst[i].Hi ^= src[i].Hi
	}
}

// AddScaled adds k · src to dst, element by element. The two have the same
// length and may be the same slice.
func AddScaled(dst, src []Element, k Element) { addScaled(tier, dst, src, k) }

// Inner is the sum of a[i] · b[i]. The two have the same length.
func Inner(a, b []Element) Element { return inner(tier, a, b) }

// Horner adds to dst[i] the polynomial c[0]·x + c[1]·x² + c[2]·x³ and so on at
// x = h[i]. The first two have the same length and may be the same slice.
func Horner(dst, h, c []Element) { horner(tier, dst, h, c) }

// Powers fills dst with k, k², k³ and so on.
func Powers(dst []Element, k Element) {
	p := One
	for i := range dst {
		p = p.Mul(k)
		dst[i] = p
	}
}
