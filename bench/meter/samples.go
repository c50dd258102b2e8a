package meter

import "time"

// The bounds of sampling: it begins as often as every, and becomes rarer so that
// there are never more than mostSamples.
const (
	every       = 200 * time.Millisecond
	mostSamples = 800
)

// samples are readings of the CPU time, evenly spaced.
type samples struct {
	list []Sample
	step time.Duration
	next time.Duration
}

func newSamples() *samples { return &samples{step: every} }

// add takes a reading if one is due, or if it is the last.
func (s *samples) add(at moment, last bool) {
	if at.wall < s.next && !last {
		return
	}
	if len(s.list) == mostSamples {
		s.thin()
	}
	s.list = append(s.list, Sample{at.wall.Seconds(), at.cpu.Seconds()})
	s.next = at.wall + s.step
}

// thin keeps every second reading.
func (s *samples) thin() {
	kept := s.list[:0]
	for i := 0; i < len(s.list); i += 2 {
		kept = append(kept, s.list[i])
	}
	s.list = kept
	s.step *= 2
}

// watch takes readings until the meter is stopped.
func (m *Meter) watch() {
	defer close(m.stopped)
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		m.sample()
		select {
		case <-t.C:
		case <-m.stop:
			return
		}
	}
}

func (m *Meter) sample() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.samples.add(m.now(), false)
}
