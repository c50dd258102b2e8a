package node

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mandorla/agreement"
	"mandorla/match/multi"
	"mandorla/match/wire"
)

// wired is a ring of three small tables, all of whose connections can be cut.
func wired(t *testing.T) *ring {
	t.Helper()
	tables := map[string][]string{"air": guests(span(0, 120)...), "cars": guests(span(60, 180)...), "stay": guests(span(30, 150)...)}
	r := newRing(t, tables, "air", "cars", "stay")
	r.wire()
	return r
}

// wire leads all connections through proxies.
func (r *ring) wire() {
	for from := range r.keys {
		for to := range r.keys {
			if from != to {
				r.proxies[[2]string{from, to}] = newProxy(r.t.(*testing.T), r.addresses[to])
			}
		}
	}
	r.configure()
}

// kill cuts all that connects a party.
func (r *ring) kill(name string) {
	for ends, p := range r.proxies {
		if ends[0] == name || ends[1] == name {
			p.cut()
		}
	}
}

// killing kills a party once all of some have reached a phase: at the first hop each
// of them sees that the table of the one before has left.
func (r *ring) killing(dies, phase string, reach []string) func(name string) Options {
	var reached atomic.Int64
	return func(name string) Options {
		if !slices.Contains(reach, name) {
			return Options{}
		}
		return Options{Progress: onPhase(phase, func() {
			if reached.Add(1) == int64(len(reach)) {
				r.kill(dies)
			}
		})}
	}
}

// failure waits for the one receipt of a party and gives its state and code; empty
// where it has none.
func (r *ring) failure(name string) (code string) {
	r.t.Helper()
	n := r.open(name, Options{})
	for range 1500 {
		runs, err := os.ReadDir(filepath.Join(r.folder(name), results))
		if err == nil && len(runs) == 1 {
			got, err := n.readReceipt(runs[0].Name())
			if err == nil && got.Code != codeInterrupted {
				r.noResult(name, runs[0].Name())
				return got.State + " " + got.Code
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	r.t.Errorf("%s has no receipt of the failed run", name)
	return ""
}

// TestAnyoneDies kills every party in every phase: nobody has a result, all others
// have a receipt of a failed run, and whoever's table may have left is charged.
func TestAnyoneDies(t *testing.T) {
	all := []string{"air", "cars", "stay", office}
	for _, dies := range all {
		phases := []string{"blind", "ring 1", "ring 2", "settle"}
		if dies == office {
			phases = []string{"tags", "settle"}
		}
		for _, phase := range phases {
			t.Run(dies+" "+phase, func(t *testing.T) {
				t.Parallel()
				r := wired(t)
				reached := all[:3] // who reaches the phase before it dies
				if phase != "ring 1" {
					reached = []string{dies}
				}
				o := r.killing(dies, phase, reached)
				r.serveAll(o)
				_, err := r.open("air", o("air")).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: r.agree()})
				if !errors.Is(err, ErrPeer) || strings.Contains(err.Error(), "\n") {
					t.Fatalf("%v", err)
				}
				for _, name := range all {
					if got := r.failure(name); got != "failed HUNG_UP" && got != "failed PEER_ABORTED" {
						t.Errorf("%s: %s", name, got)
					}
				}
				if phase == "blind" {
					return // the others' tables may have left by then, or not
				}
				for _, name := range all[:3] {
					spent, err := r.open(name, Options{}).Spendings(t.Context())
					if err != nil || len(spent) != 1 || spent[0].Runs != 1 {
						t.Errorf("%s: %+v, %v", name, spent, err)
					}
				}
			})
		}
	}
}

// TestDiesBefore kills a party before all have agreed to run: nothing is charged,
// and nobody keeps anything of it.
func TestDiesBefore(t *testing.T) {
	for _, dies := range []string{"air", "stay"} {
		t.Run(dies, func(t *testing.T) {
			t.Parallel()
			r := wired(t)
			o := func(name string) Options {
				if name != dies {
					return Options{}
				}
				return Options{Progress: onPhase("read", func() { r.kill(dies) })}
			}
			r.serveAll(o)
			_, err := r.open("air", o("air")).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: r.agree()})
			if !errors.Is(err, ErrPeer) {
				t.Fatalf("%v", err)
			}
			for _, name := range r.brands {
				runs, err := os.ReadDir(filepath.Join(r.folder(name), results))
				if err != nil && !errors.Is(err, os.ErrNotExist) || len(runs) > 0 {
					t.Errorf("%s keeps %d runs: %v", name, len(runs), err)
				}
				spent, err := r.open(name, Options{}).Spendings(t.Context())
				if err != nil || spent[0].Runs != 0 || spent[0].Left != "20.000" {
					t.Errorf("%s: %+v, %v", name, spent, err)
				}
			}
		})
	}
}

// TestFramesOfOthers: a frame between two parties is none of any other two, nor of
// the other direction, nor of another run.
func TestFramesOfOthers(t *testing.T) {
	g := &gathering{attempt: &attempt{session: &session{sid: [32]byte{1}}}}
	other := &gathering{attempt: &attempt{session: &session{sid: [32]byte{2}}}}
	seen := [][32]byte{}
	for a := range 4 {
		for b := range a {
			if g.pairID(a, b) != g.pairID(b, a) {
				t.Errorf("parties %d and %d do not agree", a, b)
			}
			seen = append(seen, g.pairID(a, b), other.pairID(a, b))
		}
	}
	slices.SortFunc(seen, func(a, b [32]byte) int { return slices.Compare(a[:], b[:]) })
	if len(slices.Compact(seen)) != 12 || way(0, 1) != wire.FromInitiator || way(1, 0) != wire.FromResponder {
		t.Error("two pairs share their frames")
	}
	if multi.Ring.Topology != string(agreement.Ring) {
		t.Error("the agreement's topology has another name")
	}
}

// TestStrayJoin: whoever names no run of this node, or is no party of it, is turned
// away.
func TestStrayJoin(t *testing.T) {
	t.Parallel()
	r := wired(t)
	r.serveAll(noOptions)
	r.agree()
	n := r.open("air", Options{})
	p, err := n.planCircle(mustAgreement(t, r), agreement.Multi)
	if err != nil {
		t.Fatal(err)
	}
	g := n.newGathering(p)
	g.session = &session{sid: [32]byte{9}}
	l, err := g.join(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.conn.RecvControl(t.Context()); err == nil {
		t.Error("it was let in")
	}
	l.conn.Close()
}

func mustAgreement(t *testing.T, r *ring) *agreement.Agreement {
	t.Helper()
	a, err := ReadAgreement(filepath.Join(r.dir, r.name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return a
}
