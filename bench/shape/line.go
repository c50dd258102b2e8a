package shape

import (
	"sync"
	"time"
)

// A line is one direction. It is a token bucket in the form of a virtual
// schedule: free is when the line would be free again if nothing had ever been
// let through in advance.
type line struct {
	model Model
	mu    sync.Mutex
	free  time.Time
}

// send takes n bytes at a time and says when they have left and when they arrive.
func (l *line) send(now time.Time, n int) (left, arrives time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	burst := l.model.burst()
	if idle := now.Add(-burst); l.free.Before(idle) {
		l.free = idle // tokens beyond the burst are lost
	}
	l.free = l.free.Add(l.model.takes(n))
	left = now
	if l.free.After(now) {
		left = l.free
	}
	return left, left.Add(l.model.Latency)
}
