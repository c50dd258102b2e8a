package vole

import "mandorla/crypto/gf128"

// A queue holds one vector of outputs in chunks: those that may be used, those
// of a window that is not confirmed yet, and memory to use again.
type queue struct {
	ready   []*[half]gf128.Element
	used    int // of the first of ready
	pending []*[half]gf128.Element
	free    []*[half]gf128.Element
}

// grow is memory for another chunk, with what it held before.
func (q *queue) grow() *[half]gf128.Element {
	var c *[half]gf128.Element
	if n := len(q.free); n > 0 {
		c, q.free = q.free[n-1], q.free[:n-1]
	} else {
		c = new([half]gf128.Element)
	}
	q.pending = append(q.pending, c)
	return c
}

// confirm makes what is pending ready.
func (q *queue) confirm() {
	q.ready = append(q.ready, q.pending...)
	q.pending = q.pending[:0]
}

func (q *queue) available() int { return len(q.ready)*Usable - q.used }

// next moves the next outputs into dst; there are enough.
func (q *queue) next(dst []gf128.Element) {
	for len(dst) > 0 {
		from := q.ready[0][q.used:Usable]
		n := copy(dst, from)
		clear(from[:n])
		dst = dst[n:]
		if q.used += n; q.used == Usable {
			q.free = append(q.free, q.ready[0])
			q.ready = q.ready[1:]
			q.used = 0
		}
	}
}

// wipe forgets everything.
func (q *queue) wipe() {
	for _, list := range [][]*[half]gf128.Element{q.ready, q.pending, q.free} {
		for _, c := range list {
			clear(c[:])
		}
	}
	*q = queue{}
}
