package flight

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
)

// inboxDepth is how many messages may wait to be asked for. Beyond it the peer
// waits, by gRPC's flow control.
const inboxDepth = 2

// An inbox holds the messages that have been received and not yet asked for, in
// their order. Who asks says what it expects; a message of the other sort stays
// where it is, so nothing is lost when an asker gives up or comes too early.
type inbox struct {
	over chan struct{} // closed once nothing more will be put in

	mu      sync.Mutex
	queue   []message
	depth   int
	reason  error         // why it is over
	changed chan struct{} // closed, and replaced, at every change
}

func newInbox() *inbox {
	return &inbox{over: make(chan struct{}), depth: inboxDepth, changed: make(chan struct{})}
}

// put adds a message once there is room. After the end it is dropped.
func (b *inbox) put(m message) {
	for wait := b.tryPut(m); wait != nil; wait = b.tryPut(m) {
		<-wait
	}
}

// tryPut returns what to wait for if there is no room.
func (b *inbox) tryPut(m message) (wait <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.reason != nil {
		return nil
	}
	if len(b.queue) >= b.depth {
		return b.changed
	}
	b.queue = append(b.queue, m)
	b.notify()
	return nil
}

// take removes the next message, which has to have the tag. After the last one
// it returns the reason of the end.
func (b *inbox) take(ctx context.Context, tag byte) (message, error) {
	for {
		m, wait, err := b.tryTake(tag)
		if wait == nil {
			return m, err
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return message{}, ctx.Err()
		}
	}
}

// tryTake returns what to wait for if there is nothing yet.
func (b *inbox) tryTake(tag byte) (m message, wait <-chan struct{}, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case len(b.queue) > 0 && b.queue[0].tag() == tag:
		m = b.queue[0]
		b.queue = slices.Delete(b.queue, 0, 1)
		b.notify()
		return m, nil, nil
	case b.reason != nil:
		return m, nil, b.reason
	case len(b.queue) > 0:
		return m, nil, fmt.Errorf("%w: the next message is of the other sort", ErrMessage)
	}
	return m, b.changed, nil
}

// end says that nothing more will come; what is there can still be asked for.
// The first reason stays.
func (b *inbox) end(reason error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.finish(reason)
}

// fail ends it for a run that is lost: the frames that wait are worth nothing
// any more.
func (b *inbox) fail(reason error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue = slices.DeleteFunc(b.queue, func(m message) bool { return m.tag() == tagFrame })
	b.finish(reason)
}

func (b *inbox) finish(reason error) {
	if b.reason == nil {
		b.reason = reason
		close(b.over)
	}
	b.notify()
}

// open takes away the limit. It is for a stream that is dead: what it still
// yields is bounded by the window, and its end says why it died.
func (b *inbox) open() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.depth = math.MaxInt
	b.notify()
}

// why is the reason of the end.
func (b *inbox) why() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.reason
}

func (b *inbox) notify() {
	close(b.changed)
	b.changed = make(chan struct{})
}
