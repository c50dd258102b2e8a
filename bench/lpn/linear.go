package main

import "math"

// linear is the advantage of a test that multiplies the outputs by a vector, when
// that is the same as multiplying the noise by a vector of relative weight d: a
// block's error is where the vector is with chance d, and its product with a
// random value is then zero in one case of q - 1 too few. In GF(2) that makes
// (1 - 2d)^t; libraries choose t by it for larger fields as well, where only
// (1 - d)^t holds.
func linear(p problem, d float64) float64 {
	return -float64(p.T) * math.Log2(1-d/(1-math.Exp2(-p.LogQ)))
}

// varshamov is the relative distance of a random code of N-K dimensions, by the
// bound of Gilbert and Varshamov.
func varshamov(p problem) float64 {
	low, high := 0.0, 1-math.Exp2(-p.LogQ)
	want := float64(p.K) / float64(p.N)
	for range 200 {
		mid := (low + high) / 2
		if entropy(mid, p.LogQ) < want {
			low = mid
			continue
		}
		high = mid
	}
	return low
}

// entropy is that of q letters, in units of log q.
func entropy(x, logQ float64) float64 {
	less := logQ // of q - 1
	if logQ < 50 {
		less = math.Log2(math.Exp2(logQ) - 1)
	}
	return (x*less - x*math.Log2(x) - (1-x)*math.Log2(1-x)) / logQ
}
