package lanes

// A Base is a point that many scalars are multiplied by, with tables for it that
// are made once. It is public, and so are its tables. Concurrent use is safe.
type Base interface {
	// Shift adds the base times a scalar each to encoded points, of which the
	// identity is one. It returns the first encoding that is of no point, or Fine;
	// dst, which may be src, is undefined after a refusal.
	Shift(dst, src, scalars []byte) int
	// AddTo adds the base times a scalar each to sums of the same engine.
	AddTo(s Sums, places []int, scalars []byte)
}

type base[E any] struct {
	e     engine[E]
	combs []E
}

func (e engine[E]) Base(point []byte) Base {
	combs := newCombs(e.field, point)
	if combs == nil {
		return nil
	}
	return &base[E]{e, combs}
}

func (e engine[E]) Generator() Base { return &base[E]{e, e.c.combs()} }

func (b *base[E]) Shift(dst, src, scalars []byte) (bad int) {
	b.e.with(len(src)/Size, func(w *work[E]) { bad = w.shift(dst, src, scalars, b.combs) })
	return bad
}

func (b *base[E]) AddTo(s Sums, places []int, scalars []byte) {
	b.e.with(len(places), func(w *work[E]) {
		w.origin()
		w.sweep(b.combs, scalars, 0)
		s.(*sums[E]).land(w, places)
	})
}
