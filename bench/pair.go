package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"mandorla/bench/shape"
)

// run makes one run between two processes and checks what it found.
func (m *measurement) run(ctx context.Context, h *house) (_ *Round, err error) {
	defer func() { err = errors.Join(err, os.RemoveAll(h.dir)) }()
	if err := h.build(); err != nil {
		return nil, err
	}
	r, err := m.pair(ctx, h)
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	if err != nil {
		return nil, err
	}
	return r, r.finding.check(h.tables.truth)
}

// pair starts the serving node, makes a run with it, and lets it go.
func (m *measurement) pair(ctx context.Context, h *house) (*Round, error) {
	server, err := m.spawn(ctx, h, bank, VerbRespond)
	if err != nil {
		return nil, err
	}
	var at listening
	r := new(Round)
	if server.hears(&at) == nil { // else the server says why when it is let go
		err = m.through(ctx, h, at.Address, r)
	}
	var t testimony
	if gone := server.dismiss(&t); gone != nil {
		return nil, both(err, gone)
	}
	r.add(server, t)
	return r, err
}

// both is two errors in one line.
func both(first, second error) error {
	if first == nil {
		return second
	}
	return fmt.Errorf("%w; %w", first, second)
}

// through makes a run over the network asked for.
func (m *measurement) through(ctx context.Context, h *house, address string, r *Round) (err error) {
	if m.Network.Shapes() {
		p, err := shape.Listen(m.Network, address)
		if err != nil {
			return err
		}
		defer p.Close()
		address = p.Address()
	}
	if err := h.configure(airline, address); err != nil {
		return err
	}
	began := time.Now()
	c, err := m.spawn(ctx, h, airline, VerbInitiate)
	if err != nil {
		return err
	}
	var t testimony
	if err := c.await(&t); err != nil {
		return err
	}
	r.Seconds, r.Bytes, r.finding = time.Since(began).Seconds(), t.Bytes, t.Finding
	r.add(c, t)
	return nil
}

func (m *measurement) spawn(ctx context.Context, h *house, member, verb string) (*child, error) {
	return spawn(m.Process(ctx, verb, Task{Dir: h.folder(member), Agreement: h.agreement(), Analysis: h.analysis, Memory: m.Memory}), member)
}

// add counts what a process took.
func (r *Round) add(c *child, t testimony) {
	n := Node{Member: c.member, Seconds: t.Record.Seconds, CPUSeconds: c.cpu(), PeakRSS: t.Record.PeakRSS, Phases: t.Record.Phases, record: t.Record}
	r.Nodes = append(r.Nodes, n)
	r.CPUSeconds += n.CPUSeconds
	r.PeakRSS = max(r.PeakRSS, n.PeakRSS)
}
