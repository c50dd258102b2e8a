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
	// mix adds a point of a comb.
	mix(p *point[E], c *slim[E], w *scratch[E])
	// lookup reads the point of the table whose turn it is (see recode), in
	// each lane. It reads the whole table.
	lookup(c *cached[E], t *table[E], turns []uint64)
	// pick is lookup in a comb.
	pick(c *slim[E], comb []E, turns []uint64)

	// comb is how many vectors a comb takes and the bits of its windows. setComb
	// sets a coordinate of an entry of one to 32 canonical bytes, in every lane.
	comb() (size, bits int)
	setComb(comb []E, entry, coordinate int, b []byte)
	// move copies a lane to another.
	move(z *E, to int, x *E, from int)
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

// A table holds 1, 3, … 15 times a point, cached.
type table[E any] [tableEntries * 4]E

func (t *table[E]) entry(i int) *cached[E] { return (*cached[E])(t[4*i:]) }

// A slim point is a cached one that has 2Z = 1: Y-X, Y+X and 2dT remain.
type slim[E any] [3]E

// A scratch is where double and plus keep what they are about.
type scratch[E any] [8]E
