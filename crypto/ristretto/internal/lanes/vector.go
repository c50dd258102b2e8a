package lanes

import "unsafe"

// kernels are the functions of a vector tier, written by internal/asm. A number
// of vectors is at least one; steps are in bytes.
type kernels[E any] struct {
	mul, add, sub func(z, x, y *E, n, xstep, ystep uint64)
	sqr           func(z, x *E, n, times uint64)
	canon         func(z, x *E, n uint64)
	odd, zero     func(m *uint64, x *E, n uint64)
	choose        func(z, x, y *E, m *uint64, n, xstep, ystep uint64)
	double        func(p, w *E, times uint64)
	plus          func(p, c, w *E, coordinates uint64)
	mix           func(p, c, w *E)
	lookup, pick  func(c, t *E, turns *uint64)
}

// A form is how a tier keeps an element: so many lanes, put and got from bytes.
type form[E any] struct {
	width   int
	putLane func(z *E, lane int, b []byte)
	getLane func(b []byte, x *E, lane int)
	// putComb puts a coordinate of an entry into the comb's vectors for it, in
	// which a limb of all entries stands side by side.
	putComb  func(comb []E, entry int, b []byte)
	moveLane func(z *E, to int, x *E, from int)
}

// A vector is the field of a vector tier.
type vector[E any] struct {
	*form[E]
	*kernels[E]
}

// stride is step in bytes.
func stride[E any](x []E) uint64 { return uint64(step(x)) * uint64(unsafe.Sizeof(x[0])) }

func (v *vector[E]) lanes() int                   { return v.width }
func (v *vector[E]) put(z *E, lane int, b []byte) { v.putLane(z, lane, b) }
func (v *vector[E]) get(b []byte, x *E, lane int) { v.getLane(b, x, lane) }

// combEntries are those of a comb of the vector tiers.
const combEntries = 32

// comb is four vectors for each coordinate: there are four times as many entries
// as lanes, or eight times as many of half the bits.
func (v *vector[E]) comb() (size, bits int) { return 3 * 4, 6 }

func (v *vector[E]) setComb(comb []E, entry, coordinate int, b []byte) {
	v.putComb(comb[4*coordinate:], entry, b)
}

func (v *vector[E]) move(z *E, to int, x *E, from int) { v.moveLane(z, to, x, from) }

func (v *vector[E]) mul(z, x, y []E) {
	v.kernels.mul(&z[0], &x[0], &y[0], uint64(len(z)), stride(x), stride(y))
}

func (v *vector[E]) add(z, x, y []E) {
	v.kernels.add(&z[0], &x[0], &y[0], uint64(len(z)), stride(x), stride(y))
}

func (v *vector[E]) sub(z, x, y []E) {
	v.kernels.sub(&z[0], &x[0], &y[0], uint64(len(z)), stride(x), stride(y))
}

func (v *vector[E]) sqr(z, x []E, times int) {
	v.kernels.sqr(&z[0], &x[0], uint64(len(z)), uint64(times))
}

func (v *vector[E]) canon(z, x []E) { v.kernels.canon(&z[0], &x[0], uint64(len(z))) }

func (v *vector[E]) odd(m []uint64, x []E)  { v.kernels.odd(&m[0], &x[0], uint64(len(x))) }
func (v *vector[E]) zero(m []uint64, x []E) { v.kernels.zero(&m[0], &x[0], uint64(len(x))) }

func (v *vector[E]) choose(z, x, y []E, m []uint64) {
	v.kernels.choose(&z[0], &x[0], &y[0], &m[0], uint64(len(z)), stride(x), stride(y))
}

func (v *vector[E]) double(p *point[E], w *scratch[E], times int) {
	v.kernels.double(&p[0], &w[0], uint64(times))
}

func (v *vector[E]) plus(p *point[E], c *cached[E], w *scratch[E], coordinates int) {
	v.kernels.plus(&p[0], &c[0], &w[0], uint64(coordinates))
}

func (v *vector[E]) mix(p *point[E], c *slim[E], w *scratch[E]) {
	v.kernels.mix(&p[0], &c[0], &w[0])
}

func (v *vector[E]) lookup(c *cached[E], t *table[E], turns []uint64) {
	v.kernels.lookup(&c[0], &t[0], &turns[0])
}

func (v *vector[E]) pick(c *slim[E], comb []E, turns []uint64) {
	v.kernels.pick(&c[0], &comb[0], &turns[0])
}
