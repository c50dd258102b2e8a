package noise

import "math/big"

// A Gaussian is a discrete Gaussian law: z has probability ∝ e^(-z²/2σ²). It is
// not for concurrent use.
type Gaussian struct {
	laplace *Laplace // of scale t, the integer above σ
	num     *big.Int // of σ²
	tden    *big.Int // t times the denominator of σ²
	divisor *big.Int // 2·t²·num·den
}

// NewGaussian makes a law of σ² above 0, which is not retained.
func NewGaussian(sigma2 *big.Rat) (*Gaussian, error) {
	if sigma2.Sign() <= 0 {
		return nil, parameter("σ² lies above 0")
	}
	num, den := new(big.Int).Set(sigma2.Num()), sigma2.Denom()
	t := new(big.Int).Quo(num, den)
	t.Sqrt(t).Add(t, big.NewInt(1))
	laplace, err := NewLaplace(new(big.Rat).SetInt(t))
	if err != nil {
		return nil, parameter("σ lies below %d", maxScale)
	}
	tden := new(big.Int).Mul(t, den)
	divisor := new(big.Int).Mul(tden, t)
	divisor.Mul(divisor, num).Lsh(divisor, 1)
	return &Gaussian{laplace, num, tden, divisor}, nil
}

// Draw draws a number: a Laplace one y, kept with probability
// e^(-(|y| - σ²/t)²/2σ²).
func (g *Gaussian) Draw() int64 {
	for {
		y := g.laplace.Draw()
		x := big.NewInt(y)
		x.Abs(x).Mul(x, g.tden).Sub(x, g.num)
		if g.laplace.src.expBig(x.Mul(x, x), g.divisor) {
			return y
		}
	}
}
