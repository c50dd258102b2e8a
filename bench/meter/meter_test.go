package meter

import (
	"io"
	"log/slog"
	"math"
	"runtime"
	"testing"
	"time"
)

// A script is a meter whose clock the test moves; CPU time runs at half of it.
type script struct {
	*Meter
	at time.Duration
}

func newScript() *script {
	s := &script{}
	s.Meter = newMeter(time.Unix(1000, 0), func() moment { return moment{s.at, s.at / 2} })
	return s
}

// says lets seconds pass, then a word come.
func (s *script) says(seconds int, phase string, done, total uint64) {
	s.at += time.Duration(seconds) * time.Second
	s.Progress(phase, done, total)
}

func (s *script) wants(t *testing.T, want []Phase) {
	t.Helper()
	r := s.record()
	var seconds, cpu float64
	for i, p := range r.Phases {
		seconds, cpu = seconds+p.Seconds, cpu+p.CPUSeconds
		if i < len(want) {
			want[i].CPUSeconds = want[i].Seconds / 2
			if p != want[i] {
				t.Errorf("phase %d is %+v, not %+v", i, p, want[i])
			}
		}
	}
	if len(r.Phases) != len(want) {
		t.Errorf("%d phases, not %d: %+v", len(r.Phases), len(want), r.Phases)
	}
	if seconds != r.Seconds || cpu != r.CPUSeconds || r.Seconds != s.at.Seconds() {
		t.Errorf("the phases add up to %v and %v, the record has %v and %v", seconds, cpu, r.Seconds, r.CPUSeconds)
	}
}

// TestPhases follows phases one after the other.
func TestPhases(t *testing.T) {
	s := newScript()
	s.says(2, "read", 100, 0)
	s.says(1, "read", 150, 0)
	s.at += 9 * time.Second
	if s.Clock().IsZero() {
		t.Error("no clock")
	}
	s.says(3, "blind", 120, 200)
	s.says(2, "blind", 160, 200)
	s.at += 4 * time.Second
	s.wants(t, []Phase{{"read", 3, 0, 150, 0}, {Between, 9, 0, 0, 0}, {"blind", 5, 0, 160, 200}, {End, 4, 0, 0, 0}})
}

// TestOverlap follows two phases at once, which say when they begin.
func TestOverlap(t *testing.T) {
	s := newScript()
	s.says(7, "blind", 0, 20)
	s.says(1, "set", 0, 30)
	s.says(1, "blind", 10, 20)
	s.says(2, "set", 10, 30)
	s.says(3, "blind", 20, 20)
	s.says(4, "set", 30, 30)
	s.wants(t, []Phase{{Between, 8, 0, 0, 0}, {"blind", 4, 0, 20, 20}, {"set", 6, 0, 30, 30}, {End, 0, 0, 0, 0}})
}

// TestAgain follows a phase that begins anew, as a second run of the same node does.
func TestAgain(t *testing.T) {
	s := newScript()
	s.says(1, "read", 50, 0)
	s.says(1, "read", 30, 0)
	s.says(1, "read", 50, 0)
	s.wants(t, []Phase{{"read", 3, 0, 70, 0}, {End, 0, 0, 0, 0}})
}

// TestSamples sees that samples stay few, in order and about evenly spaced.
func TestSamples(t *testing.T) {
	s := newScript()
	for range 20_000 {
		s.at += every
		s.sample()
	}
	r := s.record()
	if n := len(r.Samples); n > mostSamples || n < mostSamples/2 {
		t.Errorf("%d samples", n)
	}
	last := r.Samples[len(r.Samples)-1]
	if last.Seconds != r.Seconds || last.CPUSeconds != r.CPUSeconds {
		t.Errorf("the last sample is %+v", last)
	}
	step := r.Samples[1].Seconds - r.Samples[0].Seconds
	for i, p := range r.Samples[1 : len(r.Samples)-1] {
		if d := p.Seconds - r.Samples[i].Seconds; math.Abs(d-step) > 1e-6 {
			t.Fatalf("sample %d comes %v after the one before, the first %v", i+1, d, step)
		}
	}
}

// TestProcess measures this process.
func TestProcess(t *testing.T) {
	m := Start()
	log := slog.New(m.Marking(slog.NewTextHandler(io.Discard, nil))).With("a", 1).WithGroup("g")
	log.Debug("a run begins")
	held := make([]byte, 32<<20)
	for i := range held {
		held[i] = byte(i)
	}
	m.Progress("fill", uint64(len(held)), uint64(len(held)))
	r := m.Stop()
	if len(r.Phases) != 3 || r.Phases[0].Name != Between || r.Phases[1].Name != "fill" || r.Phases[1].Rows != uint64(len(held)) {
		t.Errorf("%+v", r.Phases)
	}
	if len(r.Samples) == 0 {
		t.Error("no samples")
	}
	if runtime.GOOS != "linux" {
		t.Skip("the rest is only known of Linux")
	}
	if r.CPUSeconds <= 0 || r.PeakRSS < 32<<20 || r.PeakRSS > 64<<30 {
		t.Errorf("%v CPU seconds, %d bytes", r.CPUSeconds, r.PeakRSS)
	}
	runtime.KeepAlive(held)
}
