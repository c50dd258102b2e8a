package okvs

import "math"

// Both parties compute the sizes, perhaps on different processors. Sums,
// products, quotients and square roots are rounded alike everywhere, as long as
// no product and sum are fused; the functions of package math are not, so that
// these stand in.

// log2 is the binary logarithm of x ≥ 1, cut off at 32 bits behind the point.
func log2(x float64) float64 {
	fraction, exponent := math.Frexp(x)
	fraction *= 2
	sum := float64(exponent - 1)
	for bit := 0.5; bit > 0x1p-33; bit /= 2 {
		fraction *= fraction
		if fraction >= 2 {
			fraction /= 2
			sum += bit
		}
	}
	return sum
}

// exp2 is 2^x, with x cut off at 32 bits behind the point.
func exp2(x float64) float64 {
	whole := math.Floor(x)
	rest, root, product := x-whole, 2.0, 1.0
	for range 32 {
		root = math.Sqrt(root)
		rest *= 2
		if rest >= 1 {
			product *= root
			rest--
		}
	}
	return math.Ldexp(product, int(whole))
}

func ceil(x float64) int { return int(math.Ceil(x)) }
