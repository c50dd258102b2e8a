package policy

import (
	"errors"
	"math"
	"math/big"
)

// ErrNumber is text that is no decimal number. It counts as null.
var ErrNumber = errors.New("policy: not a decimal number")

// What a number's text is bounded by. There is nothing beyond in any table, and
// a large power of ten is a large integer.
const (
	longestNumber  = 512 // bytes
	farthestPower  = 400 // of ten
	plainDigits    = 18  // that an int64 holds, whichever they are
	longestPower   = 3   // digits
	beforeOverflow = math.MaxInt64 / 10
)

// A number is mantissa·10^-scale; or exact, where that is not nil.
type number struct {
	mantissa int64
	scale    int
	exact    *big.Rat
}

// parse reads a decimal such as "-12.50", "+.5" or "1e3": a sign or none,
// digits with a point or none, and a power of ten or none. There are no spaces,
// no separators of thousands, no infinities.
func parse(text []byte) (number, error) {
	s := scanner{rest: text}
	if len(text) > longestNumber || !s.scan() {
		return number{}, ErrNumber
	}
	if s.digits > plainDigits {
		return exactly(text)
	}
	n := number{mantissa: s.mantissa}
	for ; s.power > 0 && n.mantissa <= beforeOverflow; s.power-- {
		n.mantissa *= 10
	}
	if s.power > 0 {
		return exactly(text)
	}
	n.scale = -s.power
	if s.negative {
		n.mantissa = -n.mantissa
	}
	return n, nil
}

// exactly is a number that an int64 is too short for. The text has been scanned.
func exactly(text []byte) (number, error) {
	x, ok := new(big.Rat).SetString(string(text))
	if !ok {
		return number{}, ErrNumber
	}
	return number{exact: x}, nil
}

// rat is the number itself.
func (n number) rat() *big.Rat {
	if n.exact != nil {
		return n.exact
	}
	return new(big.Rat).SetFrac(big.NewInt(n.mantissa), tenTo(n.scale))
}

func tenTo(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// A scanner goes over the text of a number.
type scanner struct {
	rest     []byte
	negative bool
	mantissa int64
	digits   int // of the mantissa, from the first that is not 0; beyond plainDigits it does not hold them
	power    int // of ten
}

// scan reports whether the text is a number.
func (s *scanner) scan() bool {
	s.negative = s.sign()
	digits := s.take()
	if s.skip('.') {
		fraction := s.take()
		digits, s.power = digits+fraction, -fraction
	}
	return digits > 0 && s.exponent() && len(s.rest) == 0
}

// skip goes over a byte if it comes next.
func (s *scanner) skip(c byte) bool {
	if len(s.rest) == 0 || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// sign goes over a sign, if there is one, and reports whether it is a minus.
func (s *scanner) sign() bool {
	if s.skip('-') {
		return true
	}
	s.skip('+')
	return false
}

// digit goes over a digit, if one comes next.
func (s *scanner) digit() (d int64, ok bool) {
	if len(s.rest) == 0 || s.rest[0] < '0' || s.rest[0] > '9' {
		return 0, false
	}
	d, s.rest = int64(s.rest[0]-'0'), s.rest[1:]
	return d, true
}

// take goes over digits of the mantissa, and says how many.
func (s *scanner) take() (n int) {
	for d, ok := s.digit(); ok; d, ok = s.digit() {
		n++
		if s.digits > 0 || d > 0 {
			s.digits++
		}
		if s.digits <= plainDigits {
			s.mantissa = 10*s.mantissa + d
		}
	}
	return n
}

// exponent goes over a power of ten, if there is one, and reports whether it is
// whole and within bounds.
func (s *scanner) exponent() bool {
	if !s.skip('e') && !s.skip('E') {
		return true
	}
	negative, power, digits := s.sign(), 0, 0
	for ; digits < longestPower; digits++ {
		d, ok := s.digit()
		if !ok {
			break
		}
		power = 10*power + int(d)
	}
	if digits == 0 || power > farthestPower {
		return false
	}
	if negative {
		power = -power
	}
	s.power += power
	return true
}
