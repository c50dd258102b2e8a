// Package stage lets the steps of a run overlap: batches go in in order, are
// worked on several at a time, and come out in the same order.
//
//	put → work, work, work → sink
//
// A line is bounded: whoever puts a batch in waits while the line is full, so
// that the slowest step sets the pace and no step piles up batches. It is not
// for work that has to see a whole table.
package stage

import (
	"errors"
	"runtime"
	"sync"
)

// ErrClosed is a batch for a line that has been closed.
var ErrClosed = errors.New("stage: the line has been closed")

// most is the batches that a line works on at once at most: each holds memory,
// and the work spreads over all processors by itself.
const most = 8

// A Line takes batches of type T through work and hands the results, in the
// order in which the batches were put in, to sink. Work is called by several
// goroutines at once, sink by one at a time. After the first error neither is
// called again. Put, Drain and Close are for one goroutine.
type Line[T, R any] struct {
	work  func(T) (R, error)
	sink  func(R) error
	queue chan chan result[R] // in the order put in
	done  chan struct{}       // closed when nothing is left to sink

	mu  sync.Mutex
	err error // the first
}

type result[R any] struct {
	value R
	err   error
}

// New makes a line. Whoever makes it closes it.
func New[T, R any](work func(T) (R, error), sink func(R) error) *Line[T, R] {
	l := &Line[T, R]{work: work, sink: sink}
	l.start()
	return l
}

func (l *Line[T, R]) start() {
	// The queue's places and the batch that sink waits for are what is under way.
	l.queue = make(chan chan result[R], min(runtime.GOMAXPROCS(0), most))
	l.done = make(chan struct{})
	go l.drink(l.queue, l.done)
}

// Put takes a batch in, and waits while the line is full. It answers with the
// first error of any batch before, as soon as that is known.
func (l *Line[T, R]) Put(batch T) error {
	if l.queue == nil {
		return ErrClosed
	}
	if err := l.failure(); err != nil {
		return err
	}
	place := make(chan result[R], 1)
	l.queue <- place
	go func() {
		value, err := l.work(batch)
		place <- result[R]{value, err}
	}()
	return nil
}

// drink hands results to the sink until the queue ends.
func (l *Line[T, R]) drink(queue <-chan chan result[R], done chan<- struct{}) {
	defer close(done)
	for place := range queue {
		r := <-place
		if l.failure() != nil {
			continue
		}
		if r.err == nil {
			r.err = l.sink(r.value)
		}
		if r.err != nil {
			l.fail(r.err)
		}
	}
}

// Drain waits until every batch has come out, and answers with the line's
// first error. The line can be used again.
func (l *Line[T, R]) Drain() error {
	if l.queue == nil {
		return ErrClosed
	}
	l.stop()
	l.start()
	return l.failure()
}

// Close lets go of what is under way and waits for the line's goroutines to
// end. It may be called more than once.
func (l *Line[T, R]) Close() {
	if l.queue == nil {
		return
	}
	l.fail(ErrClosed)
	l.stop()
	l.queue = nil
}

func (l *Line[T, R]) stop() {
	close(l.queue)
	<-l.done
}

func (l *Line[T, R]) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

func (l *Line[T, R]) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
	}
}
