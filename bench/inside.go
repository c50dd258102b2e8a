package bench

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"

	"mandorla/bench/meter"
	"mandorla/node"
)

// A Task is what a process that is one of the two nodes is told.
type Task struct {
	Dir       string // the node's folder
	Agreement string // the file
	Analysis  string
	Memory    int64 // bytes
}

// An Inside is such a process. It ends when its input does, so that none outlives
// the program that measures.
type Inside struct {
	Task
	Build    string
	In       io.Reader
	Out, Err io.Writer
}

// A listening is what the serving node says first.
type listening struct {
	Address string `json:"address"`
}

// A finding is what a node learnt, as far as it is checked.
type finding struct {
	Count uint64          `json:"count"`
	Cells *node.CellTable `json:"cells"`
}

// A testimony is what a node says last.
type testimony struct {
	Record  meter.Record `json:"record"`
	Bytes   uint64       `json:"bytes"` // sent and received
	Finding finding      `json:"finding"`
}

// Respond serves runs until its input or the context ends, and says what that took.
func Respond(ctx context.Context, i Inside) error {
	m := meter.Start()
	n, ctx, err := i.open(ctx, m)
	if err != nil {
		return err
	}
	out := json.NewEncoder(i.Out)
	err = n.Serve(ctx, func(address string) { out.Encode(listening{address}) })
	if err != nil {
		return err
	}
	return out.Encode(testimony{Record: m.Stop()})
}

// Initiate makes one run and says what that took.
func Initiate(ctx context.Context, i Inside) error {
	m := meter.Start()
	n, ctx, err := i.open(ctx, m)
	if err != nil {
		return err
	}
	a, err := node.ReadAgreement(i.Agreement)
	if err != nil {
		return err
	}
	r, err := n.Run(ctx, node.Request{Analysis: i.Analysis, Agreement: a})
	if err != nil {
		return err
	}
	t := testimony{Record: m.Stop(), Bytes: r.Bytes.Sent + r.Bytes.Received, Finding: finding{Cells: r.Cells}}
	if r.Count != nil {
		t.Finding.Count = *r.Count
	}
	return json.NewEncoder(i.Out).Encode(t)
}

// open opens the node, and a context that ends with the input.
func (i Inside) open(ctx context.Context, m *meter.Meter) (*node.Node, context.Context, error) {
	ctx, cancel := context.WithCancel(ctx)
	go func() { // ends with the process at the latest
		io.Copy(io.Discard, i.In)
		cancel()
	}()
	log := m.Marking(slog.NewTextHandler(i.Err, &slog.HandlerOptions{Level: slog.LevelError}))
	n, err := node.Open(i.Dir, node.Options{Build: i.Build, Memory: i.Memory, Log: slog.New(log), Progress: m.Progress, Now: m.Clock})
	return n, ctx, err
}
