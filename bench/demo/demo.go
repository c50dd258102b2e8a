package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"mandorla/agreement"
	"mandorla/bench/synth"
	"mandorla/node"
)

// Options say how large the demonstration is and where it leaves its files.
type Options struct {
	Synth    synth.Options
	Dir      string                                 // made anew; one that an earlier demonstration left is replaced
	Build    string                                 // names the program
	Progress func(phase string, done, total uint64) // of the airline's node; may be nil
	Say      func(line string)                      // told of each step; may be nil
}

// A Report is what both nodes found, and the truth.
type Report struct {
	Dir     string      `json:"dir"`
	Truth   synth.Truth `json:"truth"`
	Runs    []Run       `json:"runs"`
	Files   []string    `json:"files"` // relative to Dir
	Seconds float64     `json:"seconds"`
}

// A Run is one analysis as each node reports it.
type Run struct {
	Analysis string       `json:"analysis"`
	Airline  *node.Result `json:"airline"`
	Bank     *node.Result `json:"bank"`
}

// The members and their datasets.
const (
	airline = "airline"
	bank    = "bank"
)

// Start runs the demonstration to its end.
func Start(ctx context.Context, o Options) (*Report, error) {
	if o.Say == nil {
		o.Say = func(string) {}
	}
	began := time.Now()
	if err := fresh(o.Dir); err != nil {
		return nil, err
	}
	o.Say("making two tables")
	truth, err := tables(o)
	if err != nil {
		return nil, err
	}
	o.Say("making two nodes and two agreements, signed by both")
	agreed, err := house(o.Dir)
	if err != nil {
		return nil, err
	}
	r := &Report{Dir: o.Dir, Truth: truth}
	if r.Runs, err = between(ctx, o, agreed); err != nil {
		return nil, err
	}
	r.Files, err = files(o.Dir)
	r.Seconds = time.Since(began).Seconds()
	return r, err
}

// mark is a file by which a folder is known to be a demonstration's.
const mark = "made-by-mandorla-demo"

// fresh makes an empty folder.
func fresh(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(dir, mark)); err != nil {
			return fmt.Errorf("%s is not empty and not of an earlier demonstration; name another folder with --out", dir)
		}
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, mark), nil, 0o644)
}

// tables writes the two companies' tables into their nodes' folders.
func tables(o Options) (synth.Truth, error) {
	truth, err := synth.Write(o.Dir, o.Synth)
	if err != nil {
		return truth, err
	}
	for member, table := range map[string]string{airline: "customers.csv", bank: "cardholders.csv"} {
		folder := filepath.Join(o.Dir, member)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return truth, err
		}
		if err := os.Rename(filepath.Join(o.Dir, table), filepath.Join(folder, table)); err != nil {
			return truth, err
		}
	}
	return truth, nil
}

// between starts both nodes and lets the airline run every analysis.
func between(ctx context.Context, o Options, agreed []*agreement.Agreement) (_ []Run, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	addresses := map[string]string{}
	ended := make(chan error, 2)
	for _, member := range []string{airline, bank} {
		address, err := serve(ctx, filepath.Join(o.Dir, member), o.Build, ended)
		if err != nil {
			return nil, err
		}
		addresses[member] = address
		o.Say(fmt.Sprintf("%s's node listens at %s", member, address))
	}
	if err := configure(o.Dir, addresses); err != nil {
		return nil, err
	}
	runs, err := analyses(ctx, o, agreed)
	stop()
	err = errors.Join(err, <-ended, <-ended)
	if err != nil {
		return nil, err
	}
	return runs, configure(o.Dir, map[string]string{airline: "127.0.0.1:7401", bank: "127.0.0.1:7402"})
}

// serve starts a node and waits until it listens.
func serve(ctx context.Context, dir, build string, ended chan<- error) (address string, err error) {
	n, err := node.Open(dir, node.Options{Build: build})
	if err != nil {
		return "", err
	}
	listening, failed := make(chan string, 1), make(chan error, 1)
	go func() {
		err := n.Serve(ctx, func(address string) { listening <- address })
		failed <- err
		ended <- err
	}()
	select {
	case address = <-listening:
		return address, nil
	case err = <-failed:
		return "", err
	}
}

// analyses runs what the agreement allows, from the airline's side.
func analyses(ctx context.Context, o Options, agreed []*agreement.Agreement) (runs []Run, err error) {
	n, err := node.Open(filepath.Join(o.Dir, airline), node.Options{Build: o.Build, Progress: o.Progress})
	if err != nil {
		return nil, err
	}
	for _, r := range []node.Request{
		{Analysis: agreement.Size, Agreement: agreed[0]},
		{Analysis: agreement.Match, Agreement: agreed[0], Columns: []string{"customer_id"}},
		{Analysis: agreement.Aggregate, Agreement: agreed[1]},
	} {
		o.Say("running " + r.Analysis)
		own, err := n.Run(ctx, r)
		if err != nil {
			return nil, err
		}
		peer, err := served(filepath.Join(o.Dir, bank), own.Run)
		if err != nil {
			return nil, err
		}
		runs = append(runs, Run{r.Analysis, own, peer})
	}
	return runs, nil
}

// served is what the serving node reports of a run, once it has written it.
func served(dir, run string) (*node.Result, error) {
	const patience = 10 * time.Second
	path := filepath.Join(dir, "results", run, "result.json")
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		b, err := os.ReadFile(path)
		if err == nil {
			r := new(node.Result)
			return r, json.Unmarshal(b, r)
		}
		if !errors.Is(err, os.ErrNotExist) || time.Since(began) > patience {
			return nil, fmt.Errorf("the bank's node left no result: %w", err)
		}
	}
}

// files lists what is left, for the reader to look at.
func files(dir string) (names []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == mark {
			return err
		}
		name, err := filepath.Rel(dir, path)
		names = append(names, name)
		return err
	})
	return names, err
}
