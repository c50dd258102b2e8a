package noise

import "math/big"

// Bounded numbers are integers in units of 2^-bits, and say which way they
// were rounded.

// An enclosure is a number that lies between low and high.
type enclosure struct{ low, high *big.Int }

func one(bits uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), bits) }

// mulUp is at least a·b.
func mulUp(a, b *big.Int, bits uint) *big.Int {
	p := new(big.Int).Mul(a, b)
	return p.Rsh(p, bits).Add(p, big.NewInt(1))
}

// divUp is at least a/b, for b > 0.
func divUp(a, b *big.Int, bits uint) *big.Int {
	q := new(big.Int).Lsh(a, bits)
	return q.Quo(q, b).Add(q, big.NewInt(1))
}

// expNeg encloses e^-x for x ≥ 0, within a few units: the Taylor series of x
// halved below 1/2, squared as often as it was halved.
func expNeg(x *big.Rat, bits uint) enclosure {
	if x.Cmp(new(big.Rat).SetInt64(int64(bits))) >= 0 {
		return enclosure{new(big.Int), big.NewInt(1)} // below 2^-bits
	}
	halvings := uint(max(0, x.Num().BitLen()-x.Denom().BitLen()+2))
	spare := halvings + 32
	fine := bits + spare
	y := new(big.Int).Lsh(x.Num(), fine-halvings)
	y.Quo(y, x.Denom())
	high, slack := taylor(y, fine)
	low, _ := taylor(y.Add(y, big.NewInt(1)), fine)
	e := enclosure{low.Sub(low, slack), high.Add(high, slack)}
	for range halvings {
		e.low.Mul(e.low, e.low).Rsh(e.low, fine)
		e.high = mulUp(e.high, e.high, fine)
	}
	e.low.Rsh(e.low, spare)
	e.high.Rsh(e.high, spare).Add(e.high, big.NewInt(1))
	return e
}

// taylor is e^-y for y ≤ 1/2, give or take slack. A term is less than 2 units
// off, for the error of the one before it is halved, and of the terms left out
// the first bounds the rest.
func taylor(y *big.Int, bits uint) (sum, slack *big.Int) {
	term := one(bits)
	sum = one(bits)
	i := int64(0)
	for term.Sign() > 0 {
		i++
		term.Mul(term, y).Rsh(term, bits).Quo(term, big.NewInt(i))
		if i%2 == 1 {
			sum.Sub(sum, term)
			continue
		}
		sum.Add(sum, term)
	}
	return sum, big.NewInt(2*i + 2)
}
