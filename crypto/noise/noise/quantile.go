package noise

import "math/big"

// maxSteps bounds the work of a threshold to a few seconds.
const maxSteps = 1 << 22

// Quantile is the threshold T_β of PROTOCOLS.md §4.3: the least T ≥ 0 that the
// sum of independent draws of the laws, each less its shift, reaches with
// probability at most β, or all shifts together if that is less: beyond them
// there is nothing. Rounding may raise it and never lowers it. Two nodes with
// the same laws, in the same order, get the same one. It takes milliseconds to
// seconds: ask for it once a run.
func Quantile(laws []Law, beta *big.Rat) (int, error) {
	if beta.Sign() <= 0 || beta.Cmp(big.NewRat(1, 2)) > 0 {
		return 0, parameter("β lies above 0 and up to 1/2")
	}
	shifts := 0
	for _, law := range laws {
		if err := law.check(); err != nil {
			return 0, err
		}
		if shifts += law.S; shifts > maxSteps {
			return 0, errTooWide
		}
	}
	c := newConvolution(beta, len(laws))
	if err := c.addAll(laws, maxSteps); err != nil {
		return 0, err
	}
	return min(c.quantile(), shifts), nil
}

var errTooWide = parameter("too many or too wide laws for a threshold; take all their shifts together, which is certain")

// A convolution is the law of a sum. It is symmetric about 0, so p holds upper
// bounds of the probabilities of 0, 1, 2, … alone.
type convolution struct {
	bits   uint
	p      []*big.Int
	beta   *big.Int // β, rounded down
	spare  *big.Int // what one trimming may take away
	beyond *big.Int // what was trimmed away, of both ends, and no less
}

// slightest is how much of β all trimmings together may use up: 2^-slightest.
const slightest = 64

func newConvolution(beta *big.Rat, laws int) *convolution {
	bits := guarded(beta)
	c := &convolution{bits: bits, p: []*big.Int{one(bits)}, beyond: new(big.Int)}
	c.beta = new(big.Int).Lsh(beta.Num(), bits)
	c.beta.Quo(c.beta, beta.Denom())
	c.spare = new(big.Int).Rsh(c.beta, slightest)
	c.spare.Quo(c.spare, big.NewInt(int64(max(1, laws))))
	return c
}

// at is the bound of z's probability.
func (c *convolution) at(z int) *big.Int {
	if z = max(z, -z); z < len(c.p) {
		return c.p[z]
	}
	return new(big.Int)
}

func (c *convolution) addAll(laws []Law, steps int) error {
	for _, law := range laws {
		if steps -= 2*len(c.p) + law.S; steps < 0 {
			return errTooWide
		}
		c.add(law)
	}
	return nil
}

// add adds an independent draw of a law. The sum of the law's right half,
// Σ α^k p(z-k), runs along z; its left half is the mirror of it.
func (c *convolution) add(law Law) {
	half := c.run(law)
	from := len(c.p) - 1 // where in half z = 0 lies
	norm := c.norm(law)
	p := make([]*big.Int, len(c.p)+law.S)
	for z := range p {
		sum := new(big.Int).Sub(half[from+z], c.at(z))
		if z <= from {
			sum.Add(sum, half[from-z])
		}
		p[z] = mulUp(sum, norm, c.bits)
	}
	c.p = p
	c.trim()
}

// run gives at least y(z) = Σ_{k=0..s} α^k p(z-k) for all z at which it is not
// zero, by y(z) = p(z) + α·y(z-1) - α^(s+1)·p(z-s-1).
func (c *convolution) run(law Law) []*big.Int {
	alpha := power(law.Eps, 1, c.bits).high
	past := power(law.Eps, int64(law.S)+1, c.bits).low
	from := len(c.p) - 1
	y := make([]*big.Int, 2*from+1+law.S)
	last, gone := new(big.Int), new(big.Int)
	for i := range y {
		y[i] = mulUp(alpha, last, c.bits)
		y[i].Add(y[i], c.at(i-from))
		gone.Mul(past, c.at(i-from-law.S-1))
		y[i].Sub(y[i], gone.Rsh(gone, c.bits))
		last = y[i]
	}
	return y
}

// norm is at least the probability of a law's middle, (1-α)/(1+α-2α^(s+1)).
func (c *convolution) norm(law Law) *big.Int {
	e := ends{eps: law.Eps, bits: c.bits}
	return divUp(new(big.Int).Sub(one(c.bits), e.power(1).low), e.total(law.S), c.bits)
}

// trim takes values off both ends as long as they are too unlikely to matter,
// and remembers how likely they were.
func (c *convolution) trim() {
	taken := new(big.Int)
	for last := len(c.p) - 1; last > 0; last-- {
		both := new(big.Int).Lsh(c.p[last], 1)
		if both.Add(both, taken).Cmp(c.spare) > 0 {
			break
		}
		taken = both
		c.p = c.p[:last]
	}
	c.beyond.Add(c.beyond, taken)
}

// quantile goes down from beyond the greatest value for as long as what is
// reached has at most β.
func (c *convolution) quantile() int {
	reached := new(big.Int).Set(c.beyond)
	t := len(c.p)
	for ; t > 0; t-- {
		if reached.Add(reached, c.p[t-1]).Cmp(c.beta) > 0 {
			break
		}
	}
	return t
}
