package lanes

import (
	"encoding/hex"
	"sync"
)

// constants are the numbers of RFC 9496 §4.1 and their relatives, in every
// lane. Each is a slice of one, which stands for every place.
type constants[E any] struct {
	zero, one, minusOne          []E
	d, twoD, minusD              []E
	sqrtM1                       []E
	sqrtADMinusOne, invsqrtAMinD []E
	oneMinusDSq, dMinusOneSq     []E

	// Of the Jacobi quartic: 1/c, where c is 1/√(a-d), 2A, and t where s is 1.
	inverseC, twoA, tOfOne []E
	twoC, minusSqrtM1      []E

	// combs are made when they are first needed.
	combs func() []E
}

// What a constant is, is checked in the tests.
const (
	hexD              = "a3785913ca4deb75abd841414d0a700098e879777940c78c73fe6f2bee6c0352"
	hexSqrtM1         = "b0a00e4a271beec478e42fad0618432fa7d7fb3d99004d2b0bdfc14f8024832b"
	hexSqrtADMinusOne = "1b2e7b49a0f6977ebd54781b0c8e9daffdd1f531c9fc3c0fac48832bbf316937"
	hexInvsqrtAMinusD = "ea405d80aafdc899be72415a17162f9d40d801fe917bc216a2fcafcf05896c78"
	hexOneMinusDSq    = "76c15f94c1097ce20f355ecd38a1812ce4df70beddab9499d7e0b3b2a8729002"
	hexDMinusOneSq    = "204ded44aa5aad3199191eb02c4a9ed2eb4e9b522fd3dc4c41226cf67ab36859"
)

func newConstants[E any](f field[E]) *constants[E] {
	every := func(digits string) []E {
		b, _ := hex.DecodeString(digits)
		v := make([]E, 1)
		for lane := range f.lanes() {
			f.put(&v[0], lane, append(b, make([]byte, Size-len(b))...))
		}
		return v
	}
	c := &constants[E]{
		zero:           every(""),
		one:            every("01"),
		d:              every(hexD),
		sqrtM1:         every(hexSqrtM1),
		sqrtADMinusOne: every(hexSqrtADMinusOne),
		invsqrtAMinD:   every(hexInvsqrtAMinusD),
		oneMinusDSq:    every(hexOneMinusDSq),
		dMinusOneSq:    every(hexDMinusOneSq),
		twoD:           make([]E, 1),
		minusD:         make([]E, 1),
		minusOne:       make([]E, 1),
		combs:          sync.OnceValue(func() []E { return combsOfG(f) }),
	}
	f.add(c.twoD, c.d, c.d)
	f.sub(c.minusD, c.zero, c.d)
	f.sub(c.minusOne, c.zero, c.one)
	c.quartic(f)
	return c
}

// quartic sets the numbers of the Jacobi quartic: √(ad-1) is the other root of what
// 1/c is a root of, 1+d is -1/c², and t² is 2+2A, which is 4/(1+d), where s is 1.
func (c *constants[E]) quartic(f field[E]) {
	for _, v := range []*[]E{&c.inverseC, &c.twoA, &c.tOfOne, &c.twoC, &c.minusSqrtM1} {
		*v = make([]E, 1)
	}
	f.sub(c.inverseC, c.zero, c.sqrtADMinusOne)
	f.add(c.twoC, c.invsqrtAMinD, c.invsqrtAMinD)
	f.mul(c.tOfOne, c.twoC, c.sqrtM1)
	f.sub(c.minusSqrtM1, c.zero, c.sqrtM1)
	f.sub(c.twoA, c.d, c.one)
	f.mul(c.twoA, c.twoA, c.twoC)
	f.mul(c.twoA, c.twoA, c.invsqrtAMinD)
}
