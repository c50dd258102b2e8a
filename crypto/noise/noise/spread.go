package noise

import "math/big"

// Variance is the variance of the law, rounded up by less than 2^-100, for
// reports: its square root is the standard deviation.
func (l Law) Variance() (*big.Rat, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	e := ends{eps: l.Eps, bits: guard + uint(l.Eps.Denom().BitLen())}
	alpha := e.power(1)
	sum, term, weight := new(big.Int), new(big.Int), one(e.bits)
	for z := range int64(l.S) {
		weight = mulUp(weight, alpha.high, e.bits)
		sum.Add(sum, term.Mul(weight, big.NewInt((z+1)*(z+1))))
	}
	sum.Lsh(sum, 1)
	middle := divUp(new(big.Int).Sub(one(e.bits), alpha.low), e.total(l.S), e.bits)
	sum.Mul(sum, middle)
	return new(big.Rat).SetFrac(sum, one(2*e.bits)), nil
}

// LaplaceVariance is the variance of a discrete Laplace law, 2α/(1-α)² for
// α = e^(-1/scale), rounded up as [Law.Variance] is. That of a discrete
// Gaussian law is at most its σ².
func LaplaceVariance(scale *big.Rat) (*big.Rat, error) {
	if err := checkScale(scale); err != nil {
		return nil, err
	}
	const bits = 2 * guard
	alpha := power(new(big.Rat).Inv(scale), 1, bits).high
	rest := new(big.Int).Sub(one(bits), alpha)
	above := new(big.Int).Lsh(alpha, bits+1)
	return new(big.Rat).SetFrac(above, rest.Mul(rest, rest)), nil
}

// LaplaceTail is the least T ≥ 0 that the size of a discrete Laplace number
// exceeds with probability at most β: 2α^(T+1)/(1+α) ≤ β.
func LaplaceTail(scale, beta *big.Rat) (int64, error) {
	if err := checkScale(scale); err != nil {
		return 0, err
	}
	if beta.Sign() <= 0 || beta.Cmp(big.NewRat(1, 1)) > 0 {
		return 0, parameter("β lies above 0 and up to 1")
	}
	bits, eps := guarded(beta), new(big.Rat).Inv(scale)
	limit := new(big.Int).Add(one(bits), power(eps, 1, bits).low)
	limit.Mul(limit, beta.Num())
	t := int64(0)
	for step := int64(1 << 60); step > 0; step >>= 1 {
		tail := power(eps, t+step, bits).high
		tail.Lsh(tail, 1)
		if tail.Mul(tail, beta.Denom()).Cmp(limit) > 0 {
			t += step // more than β lies beyond t+step-1
		}
	}
	return t, nil
}
