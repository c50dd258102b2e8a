package noise

import "math/big"

// Coins are biased ones, for rounding without bias and for laws of one's own.
// They are not for concurrent use.
type Coins struct{ src *source }

// NewCoins makes coins.
func NewCoins() *Coins { return &Coins{new(source)} }

// Flip is true with probability n/d, and always for an n of d or more.
func (c *Coins) Flip(n, d uint64) bool { return c.src.flip(n, d) }

// Exp is true with probability e^-x, for a rational x ≥ 0.
func (c *Coins) Exp(x *big.Rat) (bool, error) {
	if x.Sign() < 0 {
		return false, parameter("e^-x is a probability for x of 0 or more only")
	}
	return c.src.expBig(x.Num(), x.Denom()), nil
}

// expCoin is true with probability e^-x, where flip is true with probability x:
// the first k of 1, 2, … at which a coin of probability x/k fails is odd.
func (s *source) expCoin(flip func() bool) bool {
	for k := uint64(1); ; k++ {
		if !s.flip(1, k) || !flip() {
			return k%2 == 1
		}
	}
}

// expSmall is true with probability e^(-n/d), for n ≤ d.
func (s *source) expSmall(n, d uint64) bool {
	return s.expCoin(func() bool { return s.flip(n, d) })
}

// expBig is true with probability e^(-n/d): e^-1 as often as d goes into n, and
// e to the rest.
func (s *source) expBig(n, d *big.Int) bool {
	whole, rest := new(big.Int).QuoRem(n, d, new(big.Int))
	times := ^uint64(0) // of a greater number nobody sees the end
	if whole.IsUint64() {
		times = whole.Uint64()
	}
	for range times {
		if !s.expSmall(1, 1) {
			return false
		}
	}
	return s.expCoin(func() bool { return s.flipBig(rest, d) })
}
