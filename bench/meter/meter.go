package meter

import (
	"sync"
	"time"
)

// The stretches that belong to no phase.
const (
	Before  = "before " // and a phase: until its first rows were done
	Between = "between" // until a mark
	End     = "end"     // after the last word
)

// A Record is what was measured of a process.
type Record struct {
	Began      time.Time `json:"began"`
	Seconds    float64   `json:"seconds"`
	CPUSeconds float64   `json:"cpu_seconds"`
	PeakRSS    int64     `json:"peak_rss"` // bytes; 0 where the system does not say
	Phases     []Phase   `json:"phases"`
	Samples    []Sample  `json:"samples"`
}

// A Phase is a part of the work. Those of a [Record] add up to it.
type Phase struct {
	Name       string  `json:"name"`
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`
	Rows       uint64  `json:"rows"`
	Total      uint64  `json:"total"` // rows that there were to do; 0 where that is not known
}

// A Sample is the CPU time that a process had used at a time.
type Sample struct {
	Seconds    float64 `json:"seconds"` // since the record began
	CPUSeconds float64 `json:"cpu_seconds"`
}

// A Meter measures until it is stopped. It may be used by several goroutines.
type Meter struct {
	began time.Time
	now   func() moment

	mu      sync.Mutex
	last    moment
	phases  []*Phase
	done    map[string]uint64 // rows that were last told of, by phase
	samples *samples

	stop, stopped chan struct{}
}

// A moment is a reading of the clocks.
type moment struct {
	wall time.Duration // since the meter began
	cpu  time.Duration // of the process since it began
}

// Start begins to measure.
func Start() *Meter {
	began := time.Now()
	m := newMeter(began, func() moment { return moment{time.Since(began), CPU()} })
	m.stop, m.stopped = make(chan struct{}), make(chan struct{})
	go m.watch()
	return m
}

func newMeter(began time.Time, now func() moment) *Meter {
	return &Meter{began: began, now: now, done: map[string]uint64{}, samples: newSamples()}
}

// Progress is told how far a phase is, as node.Options.Progress is. A phase of no
// rows yet is one that begins.
func (m *Meter) Progress(phase string, done, total uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if done == 0 {
		m.charge(Between)
		return
	}
	p := m.charge(phase)
	p.Rows += done - min(done, m.done[phase])
	p.Total = total
	m.done[phase] = done
}

// Mark ends a stretch that belongs to no phase: what comes now begins here.
func (m *Meter) Mark() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.charge(Between)
}

// Clock is a clock for a node, which reads it where a step of a run begins or
// ends. Each reading is a mark.
func (m *Meter) Clock() time.Time {
	m.Mark()
	return time.Now()
}

// charge counts the time since the last word to a phase.
func (m *Meter) charge(name string) *Phase {
	now := m.now()
	p := m.phase(name)
	p.Seconds += (now.wall - m.last.wall).Seconds()
	p.CPUSeconds += (now.cpu - m.last.cpu).Seconds()
	m.last = now
	return p
}

func (m *Meter) phase(name string) *Phase {
	for _, p := range m.phases {
		if p.Name == name {
			return p
		}
	}
	p := &Phase{Name: name}
	m.phases = append(m.phases, p)
	return p
}

// Stop ends the measurement, once.
func (m *Meter) Stop() Record {
	close(m.stop)
	<-m.stopped
	return m.record()
}

func (m *Meter) record() Record {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.charge(End)
	m.samples.add(m.last, true)
	r := Record{Began: m.began, Seconds: m.last.wall.Seconds(), CPUSeconds: m.last.cpu.Seconds(), PeakRSS: Peak(), Samples: m.samples.list}
	for _, p := range m.phases {
		r.Phases = append(r.Phases, *p)
	}
	return r
}
