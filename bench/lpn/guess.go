package main

import "math"

// guessing is the attack that guesses u or u+1 positions without errors in each
// block but g, guesses where the errors of those are, and solves the quadratic
// equations of the rest by taking each product for an unknown of its own.
func guessing(p problem) float64 {
	p = p.whole()
	best := math.Inf(1)
	for u := range p.block() - 2 {
		for g := range p.T {
			solved := 0
			for f := 0; f < p.T-g && solved < 8; f++ { // more only makes the guess worse
				cost := p.guess(u, g, f)
				if !math.IsInf(cost, 1) {
					solved++
				}
				best = min(best, cost)
			}
		}
	}
	return best
}

// guess is the cost where f blocks have u+1 positions guessed, g none, and the
// others u.
func (p problem) guess(u, g, f int) float64 {
	if p.LogQ == 1 {
		return p.guessBinary(u, g, f)
	}
	block := p.block()
	left := p.K - (u+1)*f - (p.T-f-g)*u
	first := p.eliminate(left, block, block-u-1)
	if left <= 0 {
		return math.Log2(first) - p.chance(u, g, f)
	}
	v, w := float64(left-block*g), float64(block*g)
	if v < 0 {
		return math.Inf(1)
	}
	b, t, gs := float64(block-u), float64(p.T-f-g), float64(g)
	equations := t*b*(b-1)/2 + float64(f)*(b-1)*(b-2)/2
	rest := v + 2*gs + gs*v + gs*(gs-1)/2
	if equations-v*(v+1)/2 < 2.5*rest {
		return math.Inf(1)
	}
	n := float64(left)
	second := math.Pow(n*(n+1)/2+n, 2.8)
	third := math.Pow(2.5*rest, 2.8) + 2.5*rest*(v+2*w+w*v+w*(w-1)/2)
	return total(first, second, third, gs*math.Log2(float64(block))) - p.chance(u, g, f)
}

// guessBinary is guess in GF(2), where the last position of a block follows from
// the others.
func (p problem) guessBinary(u, g, f int) float64 {
	block := p.block()
	left := p.K - p.T - (u+1)*f - (p.T-f-g)*u
	first := p.eliminate(left, block-1, block-u-2)
	if left <= 0 {
		return math.Log2(first) - p.chance(u, g, f)
	}
	v, w := float64(left-(block-1)*g), float64((block-1)*g)
	b, t := float64(block-u), float64(p.T-f-g)
	equations := t*(b-2)*(b-1)/2 + float64(f)*(b-2)*(b-3)/2
	if v < 0 || v > 0 && v > math.Sqrt(2*equations)-2 {
		return math.Inf(1)
	}
	second, third := 1.0, 1.0
	if v > 0 {
		second = max(1, v*v*v*v*float64(left)*float64(left)/8/math.Log2(max(v*v/2, 2)))
		third = max(1, 5.0/4*(2*v*v*w+v*w*w)+math.Pow(2.5*v, 3)/math.Log2(max(2.5*v, 2)))
	}
	return total(first, second, third, float64(g)*math.Log2(float64(block))) - p.chance(u, g, f)
}

// chance is log2 of that of guessing right.
func (p problem) chance(u, g, f int) float64 {
	block := float64(p.block())
	return float64(f)*math.Log2(1-float64(u+1)/block) + float64(p.T-g-f)*math.Log2(1-float64(u)/block)
}

// eliminate is the cost of the linear step, of which the checks that a block's
// own positions fulfil are no part.
func (p problem) eliminate(left, width, kept int) float64 {
	checks := p.N - p.K
	rows := float64(checks - checks/width*kept)
	return max(1, rows*float64(checks)*(rows+float64(left)))
}

// total is log2 of the work where the third step is repeated 2^tries times.
func total(first, second, third, tries float64) float64 {
	once := math.Log2(first + second)
	again := math.Log2(third) + tries
	return max(once, again) + math.Log2(1+math.Exp2(-math.Abs(once-again)))
}
