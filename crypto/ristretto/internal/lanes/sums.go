package lanes

import (
	"slices"
	"sync"
)

// Sums are points that others are added to, each at its place, the identity at
// first. All but Walk and Clear may be used concurrently.
type Sums interface {
	// Add adds encoded points, up to [Chunk], of which the identity is one,
	// each to the sum at its place. It returns the first encoding that is of no
	// point, or Fine; nothing is added after a refusal.
	Add(places []int, src []byte) int
	// AddPowers adds g times a scalar each.
	AddPowers(places []int, scalars []byte)
	// AddProducts adds encoded points times a scalar each.
	AddProducts(places []int, src, scalars []byte) int
	// Encode encodes sums into dst, up to Chunk, from a place on that is a
	// multiple of it.
	Encode(dst []byte, from int)
	// Walk is for the same places. It gives visit the encodings of the sums'
	// doubles, which are quick to have, then adds step, an encoded point, to
	// each sum, and so on for so many rounds. It tells whether step is a point.
	Walk(from, to int, step []byte, rounds int, visit func(round int, doubles []byte)) bool
	// Clear makes the sums from one place to before another the identity again.
	Clear(from, to int)
}

type sums[E any] struct {
	e      engine[E]
	adding sync.Mutex
	points[E]
}

func (e engine[E]) Sums(n int) Sums {
	vectors := (n + e.lanes() - 1) / e.lanes()
	coordinate := func() []E { return make([]E, vectors) }
	s := &sums[E]{e: e, points: points[E]{coordinate(), coordinate(), coordinate(), coordinate()}}
	for v := range vectors {
		s.y[v], s.z[v] = e.c.one[0], e.c.one[0]
	}
	return s
}

func (s *sums[E]) Add(places []int, src []byte) (bad int) {
	s.e.with(len(places), func(w *work[E]) {
		w.decode(src)
		if bad = w.refused(Nothing); bad == Fine {
			s.land(w, places)
		}
	})
	return bad
}

func (s *sums[E]) AddPowers(places []int, scalars []byte) {
	s.e.with(len(places), func(w *work[E]) {
		w.power(scalars, 0)
		s.land(w, places)
	})
}

func (s *sums[E]) AddProducts(places []int, src, scalars []byte) (bad int) {
	s.e.with(len(places), func(w *work[E]) {
		w.decode(src)
		if bad = w.refused(Nothing); bad == Fine {
			w.multiplyEach(scalars)
			s.land(w, places)
		}
	})
	return bad
}

// A pair of points, one to be added to the other.
type pair struct{ to, from int }

// land adds the points of a workspace to the sums at their places.
func (s *sums[E]) land(w *work[E], places []int) {
	order := w.order[:0]
	for i, place := range places {
		order = append(order, uint64(place)*Chunk+uint64(i))
	}
	slices.Sort(order)
	pairs := w.pairs[:0]
	for _, o := range w.fold(order) {
		pairs = append(pairs, pair{int(o / Chunk), int(o % Chunk)})
	}
	s.adding.Lock()
	defer s.adding.Unlock()
	w.addPairs(&s.points, pairs)
}

// fold adds points that go to the same place to each other, two by two, until
// one is left. order has a place and the number of a point in it, sorted; so does
// what is left of it.
func (w *work[E]) fold(order []uint64) []uint64 {
	for {
		pairs, left := w.pairs[:0], order[:0]
		for i := 0; i < len(order); i++ {
			first := order[i]
			left = append(left, first)
			if i+1 < len(order) && order[i+1]/Chunk == first/Chunk {
				i++
				pairs = append(pairs, pair{int(first % Chunk), int(order[i] % Chunk)})
			}
		}
		if len(pairs) == 0 {
			return order
		}
		w.addPairs(&w.points, pairs)
		order = left
	}
}

// addPairs adds points of the workspace to others, which all differ.
func (w *work[E]) addPairs(to *points[E], pairs []pair) {
	for some := range slices.Chunk(pairs, w.lanes) {
		for lane, p := range some {
			w.fetch(w.acc, lane, to, p.to)
			w.fetch(w.other, lane, &w.points, p.from)
		}
		w.cache(w.pick, w.other)
		w.f.plus(w.acc, w.pick, w.inner, 4)
		for lane, p := range some {
			w.put(to, p.to, w.acc, lane)
		}
	}
}

// fetch copies point i to a lane, put copies a lane to point i.
func (w *work[E]) fetch(z *point[E], lane int, p *points[E], i int) {
	v, from := i/w.lanes, i%w.lanes
	w.f.move(&z[atY], lane, &p.y[v], from)
	w.f.move(&z[atZ], lane, &p.z[v], from)
	w.f.move(&z[atX], lane, &p.x[v], from)
	w.f.move(&z[atT], lane, &p.t[v], from)
}

func (w *work[E]) put(p *points[E], i int, x *point[E], lane int) {
	v, to := i/w.lanes, i%w.lanes
	w.f.move(&p.y[v], to, &x[atY], lane)
	w.f.move(&p.z[v], to, &x[atZ], lane)
	w.f.move(&p.x[v], to, &x[atX], lane)
	w.f.move(&p.t[v], to, &x[atT], lane)
}

func (s *sums[E]) Encode(dst []byte, from int) {
	s.e.with(len(dst)/Size, func(w *work[E]) {
		s.copyTo(w, from)
		w.encode(dst)
	})
}

// copyTo copies sums to the workspace, as many as it has points.
func (s *sums[E]) copyTo(w *work[E], from int) {
	v := from / w.lanes
	copy(w.x[:w.vectors], s.x[v:])
	copy(w.y[:w.vectors], s.y[v:])
	copy(w.z[:w.vectors], s.z[v:])
	copy(w.t[:w.vectors], s.t[v:])
}

func (s *sums[E]) Walk(from, to int, step []byte, rounds int, visit func(round int, doubles []byte)) (ok bool) {
	s.e.with(1, func(w *work[E]) {
		w.decode(step)
		if ok = w.refused(Nothing) == Fine; !ok {
			return
		}
		for lane := range w.lanes {
			w.fetch(w.acc, lane, &w.points, 0)
		}
		w.cache(w.pick, w.acc)
		w.begin(to - from)
		doubles := make([]byte, w.n*Size)
		for round := range rounds {
			s.copyTo(w, from)
			w.encodeDoubled(doubles)
			visit(round, doubles)
			s.advance(w, from)
		}
	})
	return ok
}

// advance adds what is picked to the sums that the workspace is for.
func (s *sums[E]) advance(w *work[E], from int) {
	for v := from / w.lanes; v < from/w.lanes+w.vectors; v++ {
		s.take(w.acc, v)
		w.f.plus(w.acc, w.pick, w.inner, 4)
		s.give(w.acc, v)
	}
}

func (s *sums[E]) Clear(from, to int) {
	s.e.with(1, func(w *work[E]) {
		w.identity(w.acc)
		for i := from; i < to; i++ {
			w.put(&s.points, i, w.acc, 0)
		}
	})
}
