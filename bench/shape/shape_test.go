package shape

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Model{
		"none":         {},
		"none/5ms":     {Latency: 5 * time.Millisecond},
		"10mbit":       {Rate: 1_250_000},
		"100mbit/20ms": {12_500_000, 20 * time.Millisecond},
		"1gbit":        {Rate: 125_000_000},
		"10gbit/1ms":   {1_250_000_000, time.Millisecond},
		"56kbit/150ms": {7000, 150 * time.Millisecond},
	} {
		m, err := Parse(text)
		if err != nil || m != want {
			t.Errorf("%s: %v, %v", text, m, err)
		}
		if m.String() != text {
			t.Errorf("%s reads back as %s", text, m)
		}
	}
	for _, text := range []string{"", "fast", "0mbit", "-1gbit", "1mbits", "1.5gbit", "10mbit/", "10mbit/20", "10mbit/-1ms", "1mbit/11s", "99999999999999999999gbit", "1001gbit"} {
		if m, err := Parse(text); err == nil {
			t.Errorf("%q is %v", text, m)
		}
	}
}

// TestLine follows the schedule of a line of 1 MB/s.
func TestLine(t *testing.T) {
	m := Model{Rate: 1_000_000, Latency: 30 * time.Millisecond}
	l := &line{model: m}
	start := time.Unix(1000, 0)
	// The burst of 5 ms is free; from then on a piece of 2,000 bytes takes 2 ms.
	for i, want := range []int{0, 0, 1, 3, 5, 7} {
		left, arrives := l.send(start, 2000)
		if got := left.Sub(start); got != time.Duration(want)*time.Millisecond {
			t.Errorf("piece %d leaves after %v, not %d ms", i, got, want)
		}
		if arrives.Sub(left) != m.Latency {
			t.Errorf("piece %d is under way for %v", i, arrives.Sub(left))
		}
	}
	// A minute of rest earns no more than the burst.
	later := start.Add(time.Minute)
	l.send(later, 5000)
	if left, _ := l.send(later, 1000); left.Sub(later) != time.Millisecond {
		t.Errorf("after a rest a piece leaves after %v", left.Sub(later))
	}
}

func TestNoLimit(t *testing.T) {
	l := &line{model: Model{Latency: time.Second}}
	now := time.Unix(1000, 0)
	for range 3 {
		if left, arrives := l.send(now, 1<<30); !left.Equal(now) || arrives.Sub(now) != time.Second {
			t.Errorf("leaves %v, arrives %v later", left.Sub(now), arrives.Sub(now))
		}
	}
}

// TestBounds sees that every model has pieces and a window.
func TestBounds(t *testing.T) {
	for _, text := range []string{"none", "1kbit", "10mbit", "10gbit/10s", "1000gbit/10s", "none/10s"} {
		m, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		under := m.window() * m.piece()
		if m.window() < leastPieces || under > mostWindow {
			t.Errorf("%s: %d pieces of %d", text, m.window(), m.piece())
		}
	}
}

// TestVirtualTime sends through two lines under a clock of the test's own: what
// takes how long is exact.
func TestVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := Model{Rate: 1_000_000, Latency: 40 * time.Millisecond}
		near, ours := net.Pipe()
		theirs, far := net.Pipe()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			join(t.Context(), ours, theirs, &line{model: m}, &line{model: m})
		}()
		sent := make([]byte, 3_000_000)
		rand.Read(sent)
		began := time.Now()
		go func() {
			near.Write(sent)
		}()
		got := make([]byte, len(sent))
		if _, err := io.ReadFull(far, got); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, sent) {
			t.Error("what arrived is not what was sent")
		}
		want := 3*time.Second - m.burst() + m.Latency
		if took := time.Since(began); took != want {
			t.Errorf("took %v, not %v", took, want)
		}
		began = time.Now()
		go far.Write([]byte{1})
		if _, err := io.ReadFull(near, got[:1]); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != m.Latency {
			t.Errorf("the answer took %v", took)
		}
		near.Close()
		far.Close()
		<-ended
	})
}

// TestWindow sees that a sender is held back when nobody reads.
func TestWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, ours := net.Pipe()
		theirs, far := net.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		m := Model{Rate: 10_000_000, Latency: time.Millisecond}
		go func() {
			defer close(ended)
			join(ctx, ours, theirs, &line{model: m}, &line{model: m})
		}()
		sent := 0
		go func() {
			for piece := make([]byte, 1000); ; {
				n, err := near.Write(piece)
				if sent += n; err != nil {
					return
				}
			}
		}()
		time.Sleep(time.Hour)
		synctest.Wait()
		if most := (m.window() + 2) * m.piece(); sent == 0 || sent > most {
			t.Errorf("%d bytes under way, at most %d", sent, most)
		}
		cancel() // and nothing is left, though far never read
		<-ended
		far.Close()
	})
}

// TestProxy carries real connections, both ends of which say when they are done.
func TestProxy(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() {
		for {
			c, err := server.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				io.Copy(c, c) // until the other side has said its last
			}()
		}
	}()
	p, err := Listen(Model{Latency: time.Millisecond}, server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for range 3 {
		c, err := net.Dial("tcp", p.Address())
		if err != nil {
			t.Fatal(err)
		}
		sent := make([]byte, 300_000)
		rand.Read(sent)
		go func() {
			c.Write(sent)
			c.(*net.TCPConn).CloseWrite()
		}()
		got, err := io.ReadAll(c)
		if err != nil || !bytes.Equal(got, sent) {
			t.Errorf("%d of %d bytes came back: %v", len(got), len(sent), err)
		}
		c.Close()
	}
}

// TestClose cuts what is under way.
func TestClose(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	p, err := Listen(Model{Rate: 1}, server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", p.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.Write(make([]byte, 100_000))
	far, err := server.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := io.ReadAll(c); err != nil && !errors.Is(err, net.ErrClosed) {
		t.Log(err) // a reset is as good an end as any
	}
	if _, err := net.Dial("tcp", p.Address()); err == nil {
		t.Error("the proxy still listens")
	}
}
