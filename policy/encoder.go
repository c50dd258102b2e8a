package policy

import (
	"math"
	"math/big"
	"math/bits"

	"mandorla/crypto/noise"
)

// An Encoder turns the values of a measure into the integers that are summed
// (PROTOCOLS.md §5.4): z in [-Q, Q], rounded up or down at random so that the
// mean of z is where the value stands between the bounds; the square z²/Q,
// rounded to the nearest; and, for a nullable measure, whether there is a
// value. It is not for concurrent use.
type Encoder struct {
	coins    *noise.Coins
	nullable bool
	min, max *big.Rat
	common   int64  // denominator of the bounds
	most     uint64 // the greatest mantissa that can be multiplied by it
	grids    []grid // by scale, as far as 64 bits go
}

// A grid is the bounds in units of 10^-scale over their common denominator.
type grid struct{ low, high int64 }

// NewEncoder makes an encoder of a measure.
func NewEncoder(m Measure) (*Encoder, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	e := &Encoder{coins: noise.NewCoins(), nullable: m.Nullable, min: new(big.Rat).Set(m.Min), max: new(big.Rat).Set(m.Max)}
	gcd := new(big.Int).GCD(nil, nil, m.Min.Denom(), m.Max.Denom())
	common := new(big.Int).Mul(m.Min.Denom(), gcd.Quo(m.Max.Denom(), gcd))
	if common.IsInt64() {
		e.common = common.Int64()
		e.most = uint64(math.MaxInt64 / e.common)
		e.grids = newGrids(units(m.Min, common), units(m.Max, common))
	}
	return e, nil
}

// units is x times n, which is whole.
func units(x *big.Rat, n *big.Int) *big.Int {
	return new(big.Int).Div(new(big.Int).Mul(x.Num(), n), x.Denom())
}

func newGrids(low, high *big.Int) (all []grid) {
	for ten := big.NewInt(10); low.IsInt64() && high.IsInt64() && len(all) <= plainDigits; {
		all = append(all, grid{low.Int64(), high.Int64()})
		low, high = new(big.Int).Mul(low, ten), new(big.Int).Mul(high, ten)
	}
	return all
}

// Append appends the columns of one cell ([Measure.Columns]), given as the text
// of a decimal, or none of it where the cell is null. Null is 0 in every column:
// where the measure is not nullable it stands for the middle of the bounds.
// Text that is no number is [ErrNumber], with dst as it was.
func (e *Encoder) Append(dst []int64, text []byte, null bool) ([]int64, error) {
	if null {
		return e.columns(dst, 0, 0), nil
	}
	n, err := parse(text)
	if err != nil {
		return dst, err
	}
	return e.columns(dst, e.encode(n), 1), nil
}

func (e *Encoder) columns(dst []int64, z, present int64) []int64 {
	dst = append(dst, z, square(z))
	if e.nullable {
		dst = append(dst, present)
	}
	return dst
}

// square is z²/Q, rounded to the nearest.
func square(z int64) int64 { return (z*z + Q/2) / Q }

// encode is where a number stands between the bounds, from -Q to Q.
func (e *Encoder) encode(n number) int64 {
	size := uint64(max(n.mantissa, -n.mantissa))
	if n.exact != nil || n.scale >= len(e.grids) || size > e.most {
		return e.encodeBig(n.rat())
	}
	g := e.grids[n.scale]
	x := min(max(n.mantissa*e.common, g.low), g.high)
	return e.step(uint64(x)-uint64(g.low), uint64(g.high)-uint64(g.low))
}

// step is where part stands in a whole, on 2Q steps from -Q to Q: the step
// below it, or the one above as often as it is nearer to that.
func (e *Encoder) step(part, all uint64) int64 {
	high, low := bits.Mul64(part, 2*Q)
	below, rest := bits.Div64(high, low, all)
	z := int64(below) - Q
	if rest > 0 && e.coins.Flip(rest, all) {
		z++
	}
	return z
}

// encodeBig is encode for numbers of any size.
func (e *Encoder) encodeBig(x *big.Rat) int64 {
	if x.Cmp(e.min) <= 0 {
		return -Q
	}
	if x.Cmp(e.max) >= 0 {
		return Q
	}
	at := new(big.Rat).Sub(x, e.min)
	at.Quo(at, new(big.Rat).Sub(e.max, e.min))
	at.Mul(at, whole(2*Q))
	below, rest := new(big.Int).QuoRem(at.Num(), at.Denom(), new(big.Int))
	z := below.Int64() - Q
	if e.flip(rest, at.Denom()) {
		z++
	}
	return z
}

// flip is true with probability n/d, below 1: it compares the binary digits of
// n/d with those of a uniform number, up to a difference.
func (e *Encoder) flip(n, d *big.Int) bool {
	for rest := new(big.Int).Set(n); rest.Sign() > 0; {
		rest.Lsh(rest, 1)
		digit := rest.Cmp(d) >= 0
		if digit {
			rest.Sub(rest, d)
		}
		if e.coins.Flip(1, 2) != digit {
			return digit
		}
	}
	return false
}
