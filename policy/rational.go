package policy

import (
	"math"
	"math/big"
)

// Arithmetic on fractions that leaves its arguments as they are.

func whole(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

func times(x *big.Rat, n int64) *big.Rat { return new(big.Rat).Mul(x, whole(n)) }

func over(x *big.Rat, n int64) *big.Rat { return new(big.Rat).Quo(x, whole(n)) }

func product(x *big.Rat, more ...*big.Rat) *big.Rat {
	p := new(big.Rat).Set(x)
	for _, y := range more {
		p.Mul(p, y)
	}
	return p
}

// float is the nearest number to a fraction.
func float(x *big.Rat) *float64 {
	f, _ := x.Float64()
	return &f
}

// short is a fraction rounded to the digits of a float: enough for a standard
// deviation, and much faster to calculate with.
func short(x *big.Rat) *big.Rat { return new(big.Rat).SetFloat64(*float(x)) }

// root is the square root of a fraction.
func root(x *big.Rat) *float64 {
	f := math.Sqrt(*float(x))
	return &f
}
