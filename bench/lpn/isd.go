package main

import "math"

// choose is log2 of the number of ways to take b of a.
func choose(a, b int) float64 {
	if b < 0 || b > a {
		return math.Inf(-1)
	}
	lg := func(x int) float64 { y, _ := math.Lgamma(float64(x) + 1); return y }
	return (lg(a) - lg(b) - lg(a-b)) / math.Ln2
}

// gauss is Prange's attack: hope that K positions hold no error and solve for the
// rest, at the cost of one inversion a try.
func gauss(p problem) float64 {
	hit := choose(p.N-p.K, p.T) - choose(p.N, p.T)
	return 2.8*math.Log2(float64(min(p.K, p.N-p.K))) - hit
}

// statistical is decoding by parity checks of the code with s positions fewer: how
// many it takes until those that meet no error stand out.
func statistical(p problem, s int) float64 {
	k := p.K - s
	miss := choose(p.N, p.T) - choose(p.N-k-1, p.T)
	return math.Log2(float64(k+1)) + 2*miss
}

// statistical2 guesses as many elements of the secret as Prange's cost allows.
func statistical2(p problem) float64 {
	return statistical(p, int(gauss(p)/p.LogQ))
}

// regular is Prange's attack that takes equally many positions of every block.
func regular(p problem) float64 {
	p = p.whole()
	n, k := float64(p.N), float64(p.dimension())
	return math.Log2((n-k)*(n-k)*n) - float64(p.T)*math.Log2(1-k/n)
}

// dimension is K, less what is known of the noise. In GF(2) each block adds up to
// one, which is another check; in larger fields the sum is not known.
func (p problem) dimension() int {
	if p.LogQ == 1 {
		return p.K - p.T
	}
	return p.K
}

// enumeration lets e of the errors fall into the information set and finds them by
// matching two lists on l more checks.
func enumeration(p problem) float64 {
	p = p.whole()
	best := regular(p)
	for e := 2; e <= 30; e += 2 {
		list := choose(p.T/2, e/2) + float64(e)/2*(math.Log2(float64(p.dimension())/float64(p.T))+p.values())
		middle := list / p.LogQ
		for l := math.Ceil(middle / 2); l <= math.Ceil(3*middle/2)+1; l++ {
			best = min(best, p.enumerate(e, l))
		}
	}
	return best
}

// values is log2 of the values that an error can have.
func (p problem) values() float64 {
	if p.LogQ == 1 {
		return 0
	}
	return p.LogQ
}

func (p problem) enumerate(e int, l float64) float64 {
	n, k, t := float64(p.N), float64(p.dimension()), float64(p.T)
	taken := (k + l) / t // positions of each block
	if share := taken * t / n; share < 1 {
		hit := 2*choose(p.T/2, e/2) + float64(e)*math.Log2(share) + (t-float64(e))*math.Log2(1-share)
		list := choose(p.T/2, e/2) + float64(e)/2*(math.Log2(taken)+p.values())
		try := math.Log2(n) + max(2*math.Log2(n-k), 1+list, 2*list-l*p.LogQ)
		return try - hit
	}
	return math.Inf(1)
}
