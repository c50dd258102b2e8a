package gf128

import "mandorla/crypto/internal/simd"

// tier is what the operations below run on. The functions that take one exist
// for it to be compared with the portable one, which needs no assembly.
var tier = simd.Pick(right)

func products(t simd.Tier, dst, a, b []Element) {
	a, b = a[:len(dst)], b[:len(dst)]
	if t != simd.Portable && len(dst) > 0 {
		t.Products(&dst[0].Lo, &a[0].Lo, &b[0].Lo, len(dst))
		return
	}
	for i := range dst {
		dst[i] = mul(a[i], b[i])
	}
}

func addScaled(t simd.Tier, dst, src []Element, k Element) {
	src = src[:len(dst)]
	if t != simd.Portable && len(dst) > 0 {
		t.AddScaled(&dst[0].Lo, &src[0].Lo, &k.Lo, len(dst))
		return
	}
	for i := range dst {
		dst[i] = dst[i].Add(mul(src[i], k))
	}
}

func inner(t simd.Tier, a, b []Element) (sum Element) {
	b = b[:len(a)]
	if t != simd.Portable && len(a) > 0 {
		t.Inner(&sum.Lo, &a[0].Lo, &b[0].Lo, len(a))
		return sum
	}
	var w0, w1, w2, w3 uint64 // not yet reduced
	for i := range a {
		x0, x1, x2, x3 := wide(a[i], b[i])
		w0, w1, w2, w3 = w0^x0, w1^x1, w2^x2, w3^x3
	}
	return reduce(w0, w1, w2, w3)
}

func horner(t simd.Tier, dst, h, c []Element) {
	h = h[:len(dst)]
	if len(dst) == 0 || len(c) == 0 {
		return
	}
	if t != simd.Portable {
		t.Horner(&dst[0].Lo, &h[0].Lo, &c[0].Lo, len(c), len(dst))
		return
	}
	for i, x := range h {
		var sum Element
		for j := len(c) - 1; j >= 0; j-- {
			sum = mul(sum.Add(c[j]), x)
		}
		dst[i] = dst[i].Add(sum)
	}
}

// right tells whether a tier computes what the portable one does.
func right(t simd.Tier) bool {
	var a, b sample
	for i := range a {
		a[i] = Element{uint64(i+1) * 0x9e3779b97f4a7c15, uint64(i+1) * 0xd1342543de82ef95}
		b[i] = Element{^a[i].Hi, a[i].Lo * 0xaef17502108ef2d9}
	}
	return results(t, a, b) == results(simd.Portable, a, b)
}

// A sample fills registers and leaves some elements over.
type sample [19]Element

// results are those of all operations.
func results(t simd.Tier, a, b sample) (out [4]sample) {
	products(t, out[0][:], a[:], b[:])
	out[1], out[2] = a, b
	addScaled(t, out[1][:], b[:], a[0])
	horner(t, out[2][:], a[:], b[:3])
	out[3][0] = inner(t, a[:], b[:])
	return out
}
