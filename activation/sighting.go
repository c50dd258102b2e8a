package activation

import "math"

// A Sign is what values seen elsewhere say of the file whose decoys they are.
type Sign string

// The signs.
const (
	StrongSign Sign = "strong" // among so many values hardly chance
	WeakSign   Sign = "weak"   // may be chance
	NoSign     Sign = "none"   // as is to be expected of strangers' values
)

// Up to these numbers of files that chance alone would name, a sign is strong or weak.
const (
	strongBelow = 1e-3
	weakBelow   = 0.1
)

// ChanceHits is how many of so many values that have nothing to do with a file are
// its decoys' all the same: at most so many on average, for a value is marked only if
// it is as hard to guess as one of 2^24.
func ChanceHits(values, marks int) float64 {
	return float64(values) * float64(marks) / (1 << enough)
}

// SignOf judges a file that so many values led to, where chance would have so many
// do so, among so many files that were looked at.
func SignOf(hits int, chance float64, files int) Sign {
	switch named := float64(files) * atLeast(hits, chance); {
	case named < strongBelow:
		return StrongSign
	case named < weakBelow:
		return WeakSign
	}
	return NoSign
}

// atLeast is the probability of n hits or more where the average is given (Poisson).
func atLeast(n int, average float64) (p float64) {
	if float64(n) <= average {
		return 1 // at least a third, which is no sign either way
	}
	fact, _ := math.Lgamma(float64(n) + 1)
	term := math.Exp(float64(n)*math.Log(average) - average - fact)
	for ; term > p*1e-9 && term > 0; n++ {
		p += term
		term *= average / float64(n+1)
	}
	return p
}
