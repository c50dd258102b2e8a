package main

import "math"

// mostDegree is how far the algebraic attack is followed. Above it costs only
// grow.
const mostDegree = 8

// A series is the beginning of a power series.
type series [mostDegree + 1]float64

// power is (1 + a·z)^n for any whole n.
func power(a float64, n int) (s series) {
	s[0] = 1
	for i := 1; i < len(s); i++ {
		s[i] = s[i-1] * a * float64(n-i+1) / float64(i)
	}
	return s
}

func (s series) times(o series) (product series) {
	for i, x := range s {
		for j := 0; i+j < len(product); j++ {
			product[i+j] += x * o[j]
		}
	}
	return product
}

// algebraic is the attack by polynomials: two positions of one block are not both
// errors, so that their product is zero; and the checks are linear. Of f blocks it
// guesses mu positions each to hold no error.
func algebraic(p problem) float64 {
	p = p.whole()
	best := math.Inf(1)
	for f := 0; f <= p.T; f++ {
		for mu := range p.block() {
			if f*mu <= p.K {
				best = min(best, p.solve(f, mu))
			}
			if f == 0 {
				break
			}
		}
	}
	return best
}

// solve is the cost with f and mu: the degree at which the Hilbert series says
// that the system is solved, a sparse linear system of that degree, and the
// chance that the guess is right.
func (p problem) solve(f, mu int) float64 {
	block := p.block()
	free := power(float64(block-mu-1), f).times(power(float64(block-1), p.T-f))
	degree := p.degree(free)
	if degree > mostDegree {
		return math.Inf(1)
	}
	columns := 0.0
	monomials := p.monomials(free)
	for _, c := range monomials[1 : degree+1] {
		columns += c
	}
	guess := -float64(f) * math.Log2(1-float64(mu)/float64(block))
	return 2*math.Log2(columns) + math.Log2(3*float64(p.K+1-f*mu)) + guess
}

// degree is the first at which the series of the system is not positive.
func (p problem) degree(free series) int {
	checks := power(-1, p.N-p.K-p.T)
	if p.LogQ == 1 {
		checks = power(1, -(p.N - p.K - 1))
	}
	h := free.times(checks)
	for d := 2; d < len(h); d++ {
		if h[d] < 1 {
			return d
		}
	}
	return mostDegree + 1
}

// monomials is how many there are of each degree that are not zero already.
func (p problem) monomials(free series) series {
	if p.LogQ == 1 {
		return free // squares are what they are of
	}
	return free.times(power(-1, -(p.T - 1)))
}
