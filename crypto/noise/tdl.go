package noise

import "math/big"

// A Law is a shifted, truncated discrete Laplace law: it has s + z for a z of
// probability ∝ e^(-ε|z|) with |z| ≤ s, so that nothing lies outside [0, 2s].
type Law struct {
	Eps *big.Rat // ε over the sensitivity
	S   int
}

// NewLaw is the law of the least shift that makes it (ε, δ)-private for counts
// that one person changes by at most the sensitivity.
func NewLaw(eps, delta *big.Rat, sensitivity int) (Law, error) {
	s, err := Shift(eps, delta, sensitivity)
	if err != nil {
		return Law{}, err
	}
	return Law{new(big.Rat).Quo(eps, big.NewRat(int64(sensitivity), 1)), s}, nil
}

// flattest is how many times its shift a law's scale may be. A flatter law is
// all ends, hides nobody, and would be drawn by trying for ever.
const flattest = 64

func (l Law) check() error {
	if l.Eps == nil || l.Eps.Sign() <= 0 {
		return parameter("ε lies above 0")
	}
	if l.S < 1 || l.S > MaxShift {
		return parameter("a shift is 1 to %d", MaxShift)
	}
	if new(big.Rat).Mul(l.Eps, big.NewRat(int64(l.S)*flattest, 1)).Cmp(big.NewRat(1, 1)) < 0 {
		return parameter("the shift is too small for this ε; lower δ or raise ε")
	}
	return checkScale(new(big.Rat).Inv(l.Eps))
}

// A TDL draws from a [Law]. It is not for concurrent use.
type TDL struct {
	laplace *Laplace
	s       int64
}

// NewTDL makes a sampler of the law, which is not retained.
func NewTDL(law Law) (*TDL, error) {
	if err := law.check(); err != nil {
		return nil, err
	}
	laplace, err := NewLaplace(new(big.Rat).Inv(law.Eps))
	return &TDL{laplace, int64(law.S)}, err
}

// Draw draws a number of [0, 2s].
func (t *TDL) Draw() int {
	for {
		if z := t.laplace.Draw(); -t.s <= z && z <= t.s {
			return int(t.s + z)
		}
	}
}
