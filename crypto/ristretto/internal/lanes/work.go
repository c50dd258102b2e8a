package lanes

// block is the vectors that are worked on together outside the multiplication:
// enough for their latencies to overlap, few enough to stay near.
const block = 8

// A work is the workspace of one goroutine.
type work[E any] struct {
	f field[E]
	c *constants[E]

	lanes   int
	n       int // points in use
	vectors int // vectors in use; the lanes past n hold anything
	all     []E // what follows, in one piece
	points[E]

	scalar     recoded
	turns      []uint64 // of every lane
	acc, other *point[E]
	pick       *cached[E]
	near       *slim[E]
	table      *table[E]
	inner      *scratch[E]

	temp  [14][]E
	masks [6][]uint64

	eg, fh, inverse []E
	before          []E      // products of all that stands before
	dead            []uint64 // lanes that hold the identity

	verdicts []Verdict
	order    []uint64
	pairs    []pair
}

// Points lie coordinate by coordinate: point i is lane i%lanes of vector i/lanes.
type points[E any] struct{ x, y, z, t []E }

func (p *points[E]) take(to *point[E], v int) {
	*to = point[E]{atY: p.y[v], atZ: p.z[v], atX: p.x[v], atT: p.t[v]}
}

func (p *points[E]) give(from *point[E], v int) {
	p.y[v], p.z[v], p.x[v], p.t[v] = from[atY], from[atZ], from[atX], from[atT]
}

// newWork takes all vectors from one allocation, which is so large that the
// runtime puts it on a page, and thus each vector on a cache line.
func newWork[E any](f field[E], c *constants[E]) *work[E] {
	vectors := (Chunk + f.lanes() - 1) / f.lanes()
	w := &work[E]{
		f: f, c: c, lanes: f.lanes(),
		dead:     make([]uint64, vectors*f.lanes()),
		turns:    make([]uint64, tableTurns*f.lanes()),
		verdicts: make([]Verdict, vectors*f.lanes()),
		order:    make([]uint64, 0, Chunk),
		pairs:    make([]pair, 0, Chunk),
	}
	w.all = make([]E, 8*(vectors+1)+len(w.temp)*block+4+4+4+3+8+len(w.table))
	rest := w.all
	take := func(n int) []E {
		var s []E
		s, rest = rest[:n:n], rest[n:]
		return s
	}
	w.acc, w.other, w.pick = (*point[E])(take(4)), (*point[E])(take(4)), (*cached[E])(take(4))
	w.inner, w.near = (*scratch[E])(take(8)), (*slim[E])(take(3))
	w.table = (*table[E])(take(len(w.table)))
	for i := range w.temp {
		w.temp[i] = take(block)
	}
	for _, s := range []*[]E{&w.x, &w.y, &w.z, &w.t, &w.eg, &w.fh, &w.inverse, &w.before} {
		*s = take(vectors + 1)[:vectors] // a distance that is no power of two: stores must not look like loads
	}
	for i := range w.masks {
		w.masks[i] = make([]uint64, block*f.lanes())
	}
	return w
}

func (w *work[E]) begin(n int) {
	w.n = n
	w.vectors = (n + w.lanes - 1) / w.lanes
}

// wipe clears what depended on a scalar or a point.
func (w *work[E]) wipe() {
	clear(w.scalar[:])
	clear(w.turns)
	clear(w.all)
	clear(w.dead)
	for _, m := range w.masks {
		clear(m)
	}
}

// blocks calls do for each block of vectors.
func (w *work[E]) blocks(do func(from, to int)) {
	for from := 0; from < w.vectors; from += block {
		do(from, min(from+block, w.vectors))
	}
}

// temps lends the first n vectors of some temporaries.
func (w *work[E]) temps(first, n int) (a, b, c, d []E) {
	t := w.temp[first:]
	return t[0][:n], t[1][:n], t[2][:n], t[3][:n]
}

func (w *work[E]) mask(i, n int) []uint64 { return w.masks[i][:n*w.lanes] }

// nothing is what lanes without a point are loaded with.
var nothing = make([]byte, Size)

// load puts 32 bytes of every step-th byte of src, from first on, into the lanes
// of a block that begins at vector from.
func (w *work[E]) load(z []E, from int, src []byte, first, step int) {
	for i := range len(z) * w.lanes {
		b := nothing
		if at := from*w.lanes + i; at < w.n {
			b = src[at*step+first:][:Size]
		}
		w.f.put(&z[i/w.lanes], i%w.lanes, b)
	}
}

// store writes a block of canonical vectors.
func (w *work[E]) store(dst []byte, z []E, from int) {
	for i := range len(z) * w.lanes {
		if at := from*w.lanes + i; at < w.n {
			w.f.get(dst[at*Size:][:Size], &z[i/w.lanes], i%w.lanes)
		}
	}
}

// absolute is the one of x and -x that is not negative, in place.
func (w *work[E]) absolute(x, negated []E, m []uint64) {
	w.f.odd(m, x)
	w.f.sub(negated, w.c.zero, x)
	w.f.choose(x, x, negated, m)
}
