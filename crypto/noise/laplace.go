package noise

import (
	"errors"
	"fmt"
	"math/big"
	"math/bits"
)

// ErrParameter is a parameter that no law has or that is beyond this package.
var ErrParameter = errors.New("noise: parameter out of range")

func parameter(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrParameter, fmt.Sprintf(format, args...))
}

// The bounds that keep a draw within 64 bits.
const (
	maxBits  = 62      // of a scale's numerator and denominator
	maxScale = 1 << 40 // of a law of either kind
)

// A Laplace is a discrete Laplace law: z has probability ∝ e^(-|z|/scale). It
// is not for concurrent use.
type Laplace struct {
	src      *source
	num, den uint64 // the scale
}

// NewLaplace makes a law of a scale above 0, which for a sum is its sensitivity
// over ε. The scale is not retained.
func NewLaplace(scale *big.Rat) (*Laplace, error) {
	if err := checkScale(scale); err != nil {
		return nil, err
	}
	return &Laplace{new(source), scale.Num().Uint64(), scale.Denom().Uint64()}, nil
}

func checkScale(scale *big.Rat) error {
	if scale.Sign() <= 0 || scale.Cmp(big.NewRat(maxScale, 1)) > 0 {
		return parameter("a scale lies above 0 and up to %d", maxScale)
	}
	if scale.Num().BitLen() > maxBits || scale.Denom().BitLen() > maxBits {
		return parameter("a scale is a fraction of numbers below 2^%d; round ε to fewer digits", maxBits)
	}
	return nil
}

// Draw draws a number: a geometric one of scale num, from its rest below num
// and how often num goes into it, is divided by den and given a sign. Zero has
// one sign only.
func (l *Laplace) Draw() int64 {
	for {
		rest := l.src.below(l.num)
		if !l.src.expSmall(rest, l.num) {
			continue
		}
		times := uint64(0)
		for l.src.expSmall(1, 1) {
			times++
		}
		size := l.divide(times, rest)
		if l.src.word()&1 == 0 {
			return size
		}
		if size > 0 {
			return -size
		}
	}
}

// divide is (num·times + rest) / den. It is at most maxScale·(times+1), and
// times is above 2^20 with probability e^(-2^20).
func (l *Laplace) divide(times, rest uint64) int64 {
	high, low := bits.Mul64(l.num, times)
	low, carry := bits.Add64(low, rest, 0)
	size, _ := bits.Div64(high+carry, low, l.den)
	return int64(size)
}
