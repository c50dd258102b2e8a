package gf128

// AddTo adds src to dst, element by element. The two have the same length.
func AddTo(dst, src []Element) {
	for i := range dst {
		dst[i].Lo ^= src[i].Lo
		dst[i].Hi ^= src[i].Hi
	}
}

// AddScaled adds k · src to dst, element by element. The two have the same
// length.
func AddScaled(dst, src []Element, k Element) {
	for i := range dst {
		dst[i] = dst[i].Add(src[i].Mul(k))
	}
}

// Inner is the sum of a[i] · b[i]. The two have the same length.
func Inner(a, b []Element) Element {
	var w0, w1, w2, w3 uint64 // not yet reduced
	for i, x := range a {
		y := b[i]
		l0, l1 := clmul(x.Lo, y.Lo)
		h0, h1 := clmul(x.Hi, y.Hi)
		m0, m1 := clmul(x.Lo^x.Hi, y.Lo^y.Hi)
		m0, m1 = m0^l0^h0, m1^l1^h1
		w0, w1, w2, w3 = w0^l0, w1^l1^m0, w2^h0^m1, w3^h1
	}
	return reduce(w0, w1, w2, w3)
}

// Powers fills dst with k, k², k³ and so on.
func Powers(dst []Element, k Element) {
	p := One
	for i := range dst {
		p = p.Mul(k)
		dst[i] = p
	}
}

// Horner adds to dst[i] the polynomial c[0]·x + c[1]·x² + c[2]·x³ and so on at
// x = h[i]. The first two have the same length.
func Horner(dst, h, c []Element) {
	for i, x := range h {
		var sum Element
		for j := len(c) - 1; j >= 0; j-- {
			sum = sum.Add(c[j]).Mul(x)
		}
		dst[i] = dst[i].Add(sum)
	}
}
