package lanes

import "unsafe"

// wordsOf is an element as 64-bit words, a limb's lanes together.
func wordsOf[E any](x *E, n int) []uint64 {
	return unsafe.Slice((*uint64)(unsafe.Pointer(x)), uintptr(n)*unsafe.Sizeof(*x)/8)
}

// emulated are the kernels of a tier, run by an emulator. Each may touch the
// vectors that it is meant to, and nothing beside them.
func emulated[E any](e *emulator, suffix string) *kernels[E] {
	lend := func(x *E, n uint64) uint64 { return e.segment(wordsOf(x, int(n))) }
	reach := func(x *E, n, step uint64) uint64 { return lend(x, 1+(n-1)*step/uint64(unsafe.Sizeof(*x))) }
	mask := func(m *uint64, n uint64) uint64 {
		var x E
		return e.segment(unsafe.Slice(m, n*uint64(laneCount(x))))
	}
	run := func(name string, params ...uint64) {
		e.call(name+suffix, params...)
		e.memory = e.memory[:len(e.symbols)+1]
	}
	three := func(name string) func(z, x, y *E, n, xstep, ystep uint64) {
		return func(z, x, y *E, n, xstep, ystep uint64) {
			run(name, lend(z, n), reach(x, n, xstep), reach(y, n, ystep), n, xstep, ystep)
		}
	}
	verdict := func(name string) func(m *uint64, x *E, n uint64) {
		return func(m *uint64, x *E, n uint64) { run(name, mask(m, n), lend(x, n), n) }
	}
	return &kernels[E]{
		mul: three("mul"), add: three("add"), sub: three("sub"),
		odd: verdict("odd"), zero: verdict("zero"),
		sqr:   func(z, x *E, n, times uint64) { run("sqr", lend(z, n), lend(x, n), n, times) },
		canon: func(z, x *E, n uint64) { run("canon", lend(z, n), lend(x, n), n) },
		choose: func(z, x, y *E, m *uint64, n, xstep, ystep uint64) {
			run("choose", lend(z, n), reach(x, n, xstep), reach(y, n, ystep), mask(m, n), n, xstep, ystep)
		},
		double: func(p, w *E, times uint64) { run("double", lend(p, 4), lend(w, 8), times) },
		plus: func(p, c, w *E, coordinates uint64) {
			run("plus", lend(p, 4), lend(c, 4), lend(w, 8), coordinates)
		},
		mix: func(p, c, w *E) { run("mix", lend(p, 4), lend(c, 3), lend(w, 8)) },
		lookup: func(c, t *E, turns *uint64) {
			run("lookup", lend(c, 4), lend(t, 4*tableEntries), mask(turns, 1))
		},
		pick: func(c, t *E, turns *uint64) { run("pick", lend(c, 3), lend(t, 3*4), mask(turns, 1)) },
	}
}

// laneCount tells the lanes of an element by its size in limbs.
func laneCount(x any) int {
	if _, ok := x.(vec8); ok {
		return 8
	}
	return 4
}
