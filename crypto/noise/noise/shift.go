package noise

import (
	"math/big"
	"sort"
)

// MaxShift is the greatest shift: a pool has twice as many rows in every cell.
const MaxShift = 1 << 20

// guard is the bits that a bound has beyond those of the probability that it is
// compared with. Only a probability within 2^-guard of it could go either way,
// and would go the safe one.
const guard = 192

func guarded(p *big.Rat) uint { return guard + uint(p.Denom().BitLen()) }

// Shift is the least shift s at which the last sensitivity values at either end
// of the law have probability at most δ (PROTOCOLS.md §1.10):
//
//	(1-α)/(1+α-2α^(s+1)) · Σ_{k=s-Δ+1..s} α^k ≤ δ   for α = e^(-ε/Δ)
func Shift(eps, delta *big.Rat, sensitivity int) (int, error) {
	if eps.Sign() <= 0 || delta.Sign() <= 0 || delta.Cmp(big.NewRat(1, 2)) >= 0 {
		return 0, parameter("ε lies above 0 and δ between 0 and 1/2")
	}
	if sensitivity < 1 || sensitivity > MaxShift {
		return 0, parameter("a sensitivity is 1 to %d", MaxShift)
	}
	e := ends{new(big.Rat).Quo(eps, big.NewRat(int64(sensitivity), 1)), delta, sensitivity, guarded(delta)}
	// Below the sensitivity, half of the law and more would be its ends.
	s := sensitivity + sort.Search(MaxShift-sensitivity+1, func(more int) bool { return e.within(sensitivity + more) })
	if s > MaxShift {
		return 0, parameter("ε and δ ask for a shift above %d; raise one of them", MaxShift)
	}
	law := Law{e.eps, s}
	return s, law.check()
}

// ends is the question how much of a law lies at its ends.
type ends struct {
	eps, delta  *big.Rat // ε over the sensitivity
	sensitivity int
	bits        uint
}

// within reports whether an end of the law of shift s has at most δ. The sum of
// the powers is taken together: α^(s-Δ+1)·(1-α^Δ)/(1-α).
func (e ends) within(s int) bool {
	first := e.power(s - e.sensitivity + 1)
	all := e.power(e.sensitivity)
	above := new(big.Int).Sub(one(e.bits), all.low)
	above = mulUp(first.high, above, e.bits)
	below := e.total(s)
	above.Mul(above, e.delta.Denom())
	return above.Cmp(below.Mul(below, e.delta.Num())) <= 0
}

// total is at most 1+α-2α^(s+1).
func (e ends) total(s int) *big.Int {
	t := new(big.Int).Add(one(e.bits), e.power(1).low)
	last := e.power(s + 1).high
	return t.Sub(t, last.Lsh(last, 1))
}

func (e ends) power(k int) enclosure { return power(e.eps, int64(k), e.bits) }

// power encloses e^(-ε·k).
func power(eps *big.Rat, k int64, bits uint) enclosure {
	return expNeg(new(big.Rat).Mul(eps, new(big.Rat).SetInt64(k)), bits)
}
