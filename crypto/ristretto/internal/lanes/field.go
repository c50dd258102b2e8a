package lanes

// A field is arithmetic modulo p = 2^255-19 on vectors E of independent
// elements, one a lane. It is wide because it is the instruction set of a tier.
//
// Slices of vectors are worked on place by place; an operand of length one
// stands for every place; a result may be an operand. Every function takes and
// leaves vectors that the others take, whatever their form in memory.
type field[E any] interface {
	lanes() int

	// put sets a lane to 32 little-endian bytes, whose top bit is ignored.
	put(z *E, lane int, b []byte)
	// get writes a lane of a vector that comes from canon.
	get(b []byte, x *E, lane int)

	mul(z, x, y []E)
	add(z, x, y []E)
	sub(z, x, y []E)
	// sqr squares as often as it is told: z = x^(2^times).
	sqr(z, x []E, times int)
	// canon is the one form below p.
	canon(z, x []E)
	// odd and zero set a mask a lane, all ones for yes: whether the element
	// is negative in the sense of RFC 9496 §3.1, whether it is zero.
	odd(m []uint64, x []E)
	zero(m []uint64, x []E)
	// choose takes y where the mask is all ones, and x where it is zero.
	choose(z, x, y []E, m []uint64)

	// double doubles a point as often as it is told, in place.
	double(p *point[E], w *scratch[E], times int)
	// plus adds a cached point and computes the first so many coordinates of
	// the sum: a doubling does without the last, T.
	plus(p *point[E], c *cached[E], w *scratch[E], coordinates int)
	// lookup reads d times the point of the table, for -8 ≤ d ≤ 8 given as
	// |d| and a sign that is all ones or zero. It reads the whole table.
	lookup(c *cached[E], t *table[E], abs, sign uint64)
}

// A point stands in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z, on the
// curve -x² + y² = 1 + dx²y². T is the last because it is not always needed.
type point[E any] [4]E

const (
	atY = iota
	atZ
	atX
	atT
)

// A cached point is ready to be added: Y-X, 2Z, Y+X, 2dT, in the places of the
// coordinates that they are multiplied by (after X and Y have become Y+X, Y-X).
type cached[E any] [4]E

const (
	atYMinusX = iota
	at2Z
	atYPlusX
	at2dT
)

// A table holds 1 to 8 times a point, cached.
type table[E any] [8 * 4]E

func (t *table[E]) entry(i int) *cached[E] { return (*cached[E])(t[4*i:]) }

// A scratch is where double and plus keep what they are about.
type scratch[E any] [8]E
