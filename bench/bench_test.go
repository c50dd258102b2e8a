package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mandorla/agreement"
	"mandorla/bench/synth"
)

// asNode is set in a process of this test that is to be a node: to the verb, or
// to what such a process does that is not well.
const asNode = "BENCH_TEST_NODE"

func TestMain(m *testing.M) {
	verb := os.Getenv(asNode)
	if verb == "" {
		os.Exit(m.Run())
	}
	i := Inside{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	if err := json.Unmarshal([]byte(os.Args[1]), &i.Task); err != nil {
		panic(err)
	}
	do := map[string]func(context.Context, Inside) error{VerbRespond: Respond, VerbInitiate: Initiate,
		"lies": lies, "hangs": hangs, "clings": clings, "fails": fails, "dies": dies}
	if err := do[verb](context.Background(), i); err != nil {
		fmt.Fprintln(os.Stderr, "mandorla:", err)
		os.Exit(1)
	}
}

// lies has found one too many.
func lies(ctx context.Context, i Inside) error {
	var out bytes.Buffer
	honest := i
	honest.Out = &out
	if err := Initiate(ctx, honest); err != nil {
		return err
	}
	var t testimony
	if err := json.Unmarshal(out.Bytes(), &t); err != nil {
		return err
	}
	t.Finding.Count++
	return json.NewEncoder(i.Out).Encode(t)
}

// hangs says that it is there and does nothing, whatever it is told.
func hangs(_ context.Context, i Inside) error {
	if err := os.WriteFile(filepath.Join(i.Dir, "hangs"), nil, 0o644); err != nil {
		return err
	}
	for {
		time.Sleep(time.Hour)
	}
}

// clings says that it serves, and does not go when it is let go.
func clings(_ context.Context, i Inside) error {
	if err := json.NewEncoder(i.Out).Encode(listening{"127.0.0.1:1"}); err != nil {
		return err
	}
	for {
		time.Sleep(time.Hour)
	}
}

func fails(context.Context, Inside) error { return errors.New("this node has failed") }
func dies(context.Context, Inside) error  { os.Exit(0); return nil }

// processes makes commands of this test, and keeps them.
type processes struct {
	instead map[string]string // other verbs than those asked for
	mu      sync.Mutex
	all     []*exec.Cmd
}

func (p *processes) command(ctx context.Context, verb string, task Task) *exec.Cmd {
	if other, ok := p.instead[verb]; ok {
		verb = other
	}
	told, _ := json.Marshal(task)
	cmd := exec.CommandContext(ctx, os.Args[0], string(told))
	cmd.Env = append(os.Environ(), asNode+"="+verb)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, cmd)
	return cmd
}

// gone sees that so many processes were started and that none is left.
func (p *processes) gone(t *testing.T, started int) {
	t.Helper()
	if len(p.all) != started {
		t.Errorf("%d processes were started, not %d", len(p.all), started)
	}
	for i, cmd := range p.all {
		if cmd.Process != nil && cmd.ProcessState == nil {
			t.Errorf("process %d was not waited for", i)
		}
	}
}

// small is a measurement of tables of 1,000 rows.
func small(t *testing.T, p *processes) (*measurement, *house) {
	t.Helper()
	dir := t.TempDir()
	tables, err := makeTables(t.Context(), filepath.Join(dir, "tables"), synth.Options{Rows: 1000, Overlap: 0.5, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	return &measurement{Options: Options{Process: p.command}, dir: dir},
		&house{dir: filepath.Join(dir, "house"), subject: subjectOf(agreement.Size), tables: tables}
}

// TestStart measures everything that is exact, and looks at what is to be read in
// the report (DESIGN.md, "The command line").
func TestStart(t *testing.T) {
	if testing.Short() {
		t.Skip("whole runs")
	}
	temporary, out := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	p := &processes{}
	report, err := Start(t.Context(), Options{Rows: []uint64{1000}, Overlap: 0.4, Seed: 1,
		Analyses: []string{agreement.Size, agreement.Match}, Rounds: 1, Out: out, Process: p.command})
	if err != nil {
		t.Fatal(err)
	}
	p.gone(t, 4)
	if left, _ := os.ReadDir(temporary); len(left) > 0 {
		t.Errorf("%d files are left", len(left))
	}
	kept, err := os.ReadFile(filepath.Join(out, "bench.json"))
	if err != nil {
		t.Fatal(err)
	}
	printed, _ := json.MarshalIndent(report, "", "  ")
	if !bytes.Equal(bytes.TrimSpace(kept), printed) {
		t.Error("what is kept is not what is printed")
	}
	looksRight(t, printed)
	names, _ := filepath.Glob(filepath.Join(out, "*.svg"))
	if len(names) != 3 {
		t.Errorf("pictures: %v", names)
	}
	for i := range report.Runs {
		r := &report.Runs[i]
		if r.Count == 0 || r.Count != r.Truth || r.Arithmetic == nil || r.OverArithmetic == nil || r.OverJoin == nil || r.OverSize == nil {
			t.Errorf("%+v", r)
		}
	}
}

// looksRight holds a report against the form that is promised, and its figures
// against one another.
func looksRight(t *testing.T, report []byte) {
	t.Helper()
	var r struct {
		Engine string
		Runs   []struct {
			Analysis   string
			Rows       uint64
			Overlap    float64
			Seconds    float64
			CPUSeconds float64 `json:"cpu_seconds"`
			PeakRSS    int64   `json:"peak_rss"`
			Bytes      uint64
			Phases     []struct {
				Name       string
				Seconds    *float64
				CPUSeconds *float64 `json:"cpu_seconds"`
				Rows       *uint64
			}
		}
	}
	if err := json.Unmarshal(report, &r); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains([]string{"avx512ifma", "avx2", "portable"}, r.Engine) || len(r.Runs) != 2 {
		t.Errorf("engine %q, %d runs", r.Engine, len(r.Runs))
	}
	for _, run := range r.Runs {
		if run.Analysis == "" || run.Rows == 0 || run.Overlap != 0.4 || run.Seconds <= 0 || run.CPUSeconds <= 0 || run.PeakRSS < 0 || run.Bytes < 640_000 {
			t.Errorf("%+v", run)
		}
		var cpu float64
		rows := map[string]uint64{}
		for _, p := range run.Phases {
			if p.Seconds == nil || p.CPUSeconds == nil || p.Rows == nil {
				t.Fatalf("%s misses a figure", p.Name)
			}
			cpu += *p.CPUSeconds
			rows[p.Name] = *p.Rows
		}
		if cpu > 1.001*run.CPUSeconds {
			t.Errorf("the phases used %v CPU seconds, both processes %v", cpu, run.CPUSeconds)
		}
		if rows["read"] != 2*run.Rows || rows[ownSet] == 0 || rows[theirSet] < 20_000 {
			t.Errorf("rows by phase: %v", rows)
		}
	}
}

// TestWrong is a node that found one too many.
func TestWrong(t *testing.T) {
	p := &processes{instead: map[string]string{VerbInitiate: "lies"}}
	m, h := small(t, p)
	if _, err := m.run(t.Context(), h); !errors.Is(err, ErrWrong) {
		t.Error(err)
	}
	p.gone(t, 2)
}

// TestNodeFails is a process that fails, or ends without a word.
func TestNodeFails(t *testing.T) {
	for verb, who := range map[string]string{VerbRespond: bank, VerbInitiate: airline} {
		for what, says := range map[string]string{"fails": who + "'s node: this node has failed", "dies": who + "'s node: it ended without a word"} {
			p := &processes{instead: map[string]string{verb: what}}
			m, h := small(t, p)
			_, err := m.run(t.Context(), h)
			if err == nil || !strings.HasPrefix(err.Error(), says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s %s: %v", verb, what, err)
			}
			started := 2
			if verb == VerbRespond {
				started = 1
			}
			p.gone(t, started)
		}
	}
}

// TestClings is a serving node that has to be killed.
func TestClings(t *testing.T) {
	defer func(p time.Duration) { patience = p }(patience)
	patience = 100 * time.Millisecond
	p := &processes{instead: map[string]string{VerbRespond: "clings", VerbInitiate: "fails"}}
	m, h := small(t, p)
	if _, err := m.run(t.Context(), h); err == nil || !strings.HasPrefix(err.Error(), "airline's node: this node has failed; bank's node: ") {
		t.Error(err)
	}
	p.gone(t, 2)
}

// TestCancel ends a measurement while its nodes are at work.
func TestCancel(t *testing.T) {
	p := &processes{instead: map[string]string{VerbInitiate: "hangs"}}
	m, h := small(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(filepath.Join(h.folder(airline), "hangs")); err == nil {
				cancel()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if _, err := m.run(ctx, h); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	p.gone(t, 2)
	if _, err := os.Stat(h.dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("the house is left")
	}
}

// TestOrphan is a node whose input ends, as it does when the program that
// measures is killed.
func TestOrphan(t *testing.T) {
	m, h := small(t, nil)
	if err := h.build(); err != nil {
		t.Fatal(err)
	}
	var out, log bytes.Buffer
	in, parent := io.Pipe()
	go parent.Close()
	if err := Respond(t.Context(), Inside{Task: Task{Dir: h.folder(bank), Memory: m.Memory}, In: in, Out: &out, Err: &log}); err != nil {
		t.Error(err)
	}
	d := json.NewDecoder(&out)
	var at listening
	var last testimony
	if err := errors.Join(d.Decode(&at), d.Decode(&last)); err != nil || at.Address == "" || last.Record.Seconds <= 0 {
		t.Errorf("%+v, %+v, %v", at, last, err)
	}
}
