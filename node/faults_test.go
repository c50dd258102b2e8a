package node

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mandorla/agreement"
	"mandorla/match/column"
)

// byEmail is a dataset of one e-mail column.
const byEmail = "    identifiers:\n      - {type: email, column: email}\n"

// small is a house with two tables of 120 rows, 40 of them shared.
func small(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, "left.csv", "right.csv", byEmail)
	h.types, h.profile = "[email]", "uid2-1"
	h.table(left+"/left.csv", "email", addresses(0, 120))
	h.table(right+"/right.csv", "email", addresses(80, 120))
	return h
}

// addresses are n e-mail addresses of people from a number on.
func addresses(from, n int) (out []string) {
	for i := range n {
		out = append(out, "person"+string(rune('a'+(from+i)/26))+string(rune('a'+(from+i)%26))+"@example.com")
	}
	return out
}

// A proxy carries bytes between two nodes until it is cut.
type proxy struct {
	l      net.Listener
	target string
	mu     sync.Mutex
	conns  []net.Conn
}

func newProxy(t testing.TB, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{l: l, target: target}
	t.Cleanup(p.cut)
	go p.accept()
	return p
}

func (p *proxy) accept() {
	for {
		in, err := p.l.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", p.target)
		if err != nil {
			in.Close()
			return
		}
		p.mu.Lock()
		p.conns = append(p.conns, in, out)
		p.mu.Unlock()
		go io.Copy(in, out)
		go io.Copy(out, in)
	}
}

// cut ends every connection, as the death of the other node would.
func (p *proxy) cut() {
	p.l.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
}

// through puts a proxy between the left node and the right one.
func (h *house) through() *proxy {
	p := newProxy(h.t, h.addresses[right])
	h.addresses[right] = p.l.Addr().String()
	h.configure()
	return p
}

// onPhase calls do once, when a phase is first heard of.
func onPhase(phase string, do func()) func(string, uint64, uint64) {
	var once sync.Once
	return func(name string, _, _ uint64) {
		if name == phase {
			once.Do(do)
		}
	}
}

// TestPeerDies cuts the connection in every phase: both nodes end with one
// clear error, and both have a receipt that says so.
func TestPeerDies(t *testing.T) {
	for _, c := range []struct{ analysis, phase string }{
		{agreement.Size, "blind"}, {agreement.Size, "set"},
		{agreement.Match, "blind"}, {agreement.Match, "set"},
		{agreement.Suppress, "blind"}, {agreement.Suppress, "evaluate 0"},
	} {
		t.Run(c.analysis+" "+c.phase, func(t *testing.T) {
			t.Parallel()
			h := small(t)
			h.analyses = "{size: {to: [left, right]}, match: {to: [left, right]}, suppress: {to: [left]}}"
			h.serve(right, Options{})
			p := h.through()
			a := h.agree()
			_, err := h.open(left, Options{Progress: onPhase(c.phase, p.cut)}).
				Run(t.Context(), Request{Analysis: c.analysis, Agreement: a})
			if !errors.Is(err, ErrPeer) {
				t.Fatalf("the connection was cut: %v", err)
			}
			if n := strings.Count(err.Error(), "\n"); n > 0 {
				t.Errorf("an error of %d lines: %v", n+1, err)
			}
			for _, member := range []string{left, right} {
				h.failedWith(member, "HUNG_UP")
			}
		})
	}
}

// failedWith waits for the one receipt of a member and looks at its code.
func (h *house) failedWith(member, code string) {
	h.t.Helper()
	n := h.open(member, Options{})
	got := ""
	for range 3000 {
		runs, err := os.ReadDir(filepath.Join(h.folder(member), results))
		if err != nil {
			h.t.Fatal(err)
		}
		if len(runs) == 1 {
			r, err := n.readReceipt(runs[0].Name())
			if err == nil && r.State == "failed" && r.Code == code {
				h.noResult(member, runs[0].Name())
				return
			}
			if err == nil {
				got = r.State + " " + r.Code
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Errorf("%s: the receipt says %q, not %s", member, got, code)
}

func (h *house) noResult(member, run string) {
	h.t.Helper()
	for _, name := range []string{resultFile, rowsFile, removedFile, openingFile} {
		if _, err := os.Stat(filepath.Join(h.folder(member), results, run, name)); err == nil {
			h.t.Errorf("%s: a failed run left %s", member, name)
		}
	}
}

// TestCancel: whoever started a run may end it, and the partner hears of it.
func TestCancel(t *testing.T) {
	t.Parallel()
	h := small(t)
	h.serve(right, Options{})
	a := h.agree()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := h.open(left, Options{Progress: onPhase("set", cancel)}).
		Run(ctx, Request{Analysis: agreement.Size, Agreement: a})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled: %v", err)
	}
	h.failedWith(left, "CANCELLED")
	h.failedWith(right, "PEER_ABORTED")
}

// A fullStore is storage in memory until it is full.
type fullStore struct {
	column.Store
	full *atomic.Bool
}

var errFull = errors.New("no space left on device")

func (s fullStore) Create() (column.Spill, error) {
	if s.full.Load() {
		return nil, errFull
	}
	return s.Store.Create()
}

// TestFullDisk: a node without space ends the run, on both sides.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	h := small(t)
	h.serve(right, Options{})
	a := h.agree()
	full := new(atomic.Bool)
	n := h.open(left, Options{Memory: 1 << 16, Progress: onPhase("blind", func() { full.Store(true) })})
	n.store = fullStore{column.Memory(), full}
	_, err := n.Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
	if !errors.Is(err, errFull) {
		t.Fatalf("no space left: %v", err)
	}
	h.failedWith(left, "INTERNAL")
	h.failedWith(right, "PEER_ABORTED")
}

// TestRefusals: what the agreement or a rule forbids is refused before any data
// crosses, says which field, and leaves nothing behind.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		change func(h *house)
		left   Options
		says   string
	}{
		"not in force":    {func(h *house) { h.valid = "{from: 2020-01-01, until: 2020-12-31}" }, Options{}, "valid.until"},
		"not permitted":   {func(h *house) { h.analyses = "{match: {to: [left, right]}}" }, Options{}, `no "size"`},
		"too few rows":    {func(h *house) { h.rules = "{noise: none, min_set_size: 121}" }, Options{}, "rules.min_set_size"},
		"too many rows":   {func(h *house) { h.rules = "{noise: none, min_set_size: 100, max_rows: 110}" }, Options{}, "rules.max_rows"},
		"clocks apart":    {func(*house) {}, Options{Now: func() time.Time { return time.Now().Add(3 * time.Hour) }}, "clocks"},
		"another dataset": {func(h *house) { h.datasets[right] = strings.Replace(h.datasets[right], "right.csv", "gone.csv", 1) }, Options{}, "INPUT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := small(t)
			c.change(h)
			h.configure()
			h.serve(right, Options{})
			a := h.agree()
			_, err := h.open(left, c.left).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("%v does not say %q", err, c.says)
			}
			for _, member := range []string{left, right} {
				if runs, _ := os.ReadDir(filepath.Join(h.folder(member), results)); len(runs) != 0 {
					t.Errorf("%s: %d runs left behind", member, len(runs))
				}
			}
		})
	}
}

// TestNotAccepted: a partner's node runs nothing that it has not accepted, and a
// copy that differs is refused by its first differing field.
func TestNotAccepted(t *testing.T) {
	t.Parallel()
	h := small(t)
	h.serve(right, Options{})
	h.agree()
	h.name = "another"
	path := h.write("another.yaml", h.text())
	h.rules = strings.Replace(h.rules, "min_group_size: 1", "min_group_size: 7", 1)
	h.name = "house"
	differs := h.write("differs.yaml", h.text())
	for file, says := range map[string]string{path: "has not been accepted", differs: "rules.min_group_size: 1 here, 7 there"} {
		for _, member := range []string{left, right} {
			if _, err := Sign(h.folder(member), file, nil); err != nil {
				t.Fatal(err)
			}
		}
		a, err := ReadAgreement(file)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
		if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
}

// TestStranger: another key than the agreement's is refused on either side.
func TestStranger(t *testing.T) {
	t.Parallel()
	h := small(t)
	h.serve(right, Options{})
	a := h.agree()
	impostor := newHouse(t, "left.csv", "right.csv", byEmail)
	impostor.types, impostor.profile = h.types, h.profile
	impostor.table(right+"/right.csv", "email", addresses(80, 120))
	impostor.agree()
	impostor.serve(right, Options{})
	h.addresses[right] = impostor.addresses[right]
	h.configure()
	_, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "key") {
		t.Errorf("a node with another key: %v", err)
	}
}

// TestSeveralAtOnce starts as many runs as the agreement allows at one time, and
// one more when that many are going on.
func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	h := small(t)
	h.rules = strings.Replace(h.rules, "{", "{max_runs_at_once: 2, ", 1)
	release, arrived := make(chan struct{}), make(chan struct{}, 2)
	var free sync.Once
	open := func() { free.Do(func() { close(release) }) }
	t.Cleanup(open)
	h.serve(right, Options{Progress: func(phase string, _, _ uint64) {
		if phase == "blind" {
			arrived <- struct{}{}
			<-release
		}
	}})
	a := h.agree()
	request := Request{Analysis: agreement.Size, Agreement: a}
	ended := make(chan error, 2)
	for range 2 {
		go func() {
			r, err := h.open(left, Options{}).Run(context.WithoutCancel(t.Context()), request)
			if err == nil && *r.Count != 40 {
				err = errors.New("another count")
			}
			ended <- err
		}()
	}
	<-arrived
	<-arrived
	_, err := h.open(left, Options{}).Run(t.Context(), request)
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "rules.max_runs_at_once") {
		t.Errorf("a third run at one time: %v", err)
	}
	go func() {
		for range arrived {
		}
	}()
	open()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// TestRunsPerWeek refuses the run that is one too many, on both sides.
func TestRunsPerWeek(t *testing.T) {
	t.Parallel()
	h := small(t)
	h.rules = strings.Replace(h.rules, "{", "{runs_per_week: 1, ", 1)
	h.serve(right, Options{})
	a := h.agree()
	h.run(agreement.Size, a)
	request := Request{Analysis: agreement.Size, Agreement: a}
	_, err := h.open(left, Options{}).Run(t.Context(), request)
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "rules.runs_per_week") {
		t.Errorf("own limit: %v", err)
	}
	if err := os.RemoveAll(filepath.Join(h.folder(left), results)); err != nil {
		t.Fatal(err)
	}
	_, err = h.open(left, Options{}).Run(t.Context(), request)
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "right refused: rules.runs_per_week") {
		t.Errorf("the partner's limit: %v", err)
	}
	later := Options{Now: func() time.Time { return time.Now().AddDate(0, 0, 8) }}
	if runs, err := h.open(right, later).receiptsSince(a.ID(), time.Now().Add(time.Minute)); err != nil || len(runs) != 0 {
		t.Errorf("%d runs after today: %v", len(runs), err)
	}
}

// TestNothingLeft counts goroutines and open files around runs that end well and
// badly.
func TestNothingLeft(t *testing.T) {
	h := small(t)
	h.serve(right, Options{})
	a := h.agree()
	h.run(agreement.Size, a)
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	for range 2 {
		h.run(agreement.Size, a)
		ctx, cancel := context.WithCancel(t.Context())
		h.open(left, Options{Progress: onPhase("set", cancel)}).Run(ctx, Request{Analysis: agreement.Size, Agreement: a})
		cancel()
	}
	for range 500 {
		if runtime.NumGoroutine() <= goroutines && openFiles(t) <= files {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("goroutines: %d, then %d; open files: %d, then %d", goroutines, runtime.NumGoroutine(), files, openFiles(t))
}

// openFiles is how many files the process has open, where that can be known.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}
