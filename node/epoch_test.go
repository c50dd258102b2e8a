package node

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"mandorla/agreement"
	"mandorla/ledger"
)

// inEpochs is an appendHouse whose vendor keeps its key for seven days, and which
// allows a match too. Its tables change from run to run.
type inEpochs struct {
	*house
	r           *rand.Rand
	own, theirs []person
	remarks     int
}

func epochHouse(t *testing.T, rows int) *inEpochs {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	e := &inEpochs{house: appendHouse(t, 1), r: rand.New(rand.NewPCG(seed, 5))}
	e.analyses = "{" + bandsAgreed + ", epoch_days: 7}, match: {to: [left], epoch_days: 7}}"
	e.own = randomPeople(e.r, rows, e.remark)
	e.theirs = randomPeople(e.r, rows, e.cells)
	e.tables()
	return e
}

func (e *inEpochs) remark() []string {
	e.remarks++
	return []string{fmt.Sprintf("remark %d", e.remarks)}
}

func (e *inEpochs) cells() []string { return vendorCells(e.r) }

func (e *inEpochs) tables() {
	peopleTable(e.house, left, "a,b,remark", e.own)
	peopleTable(e.house, right, "a,b,band,income,vip,since,city", e.theirs)
}

// change has people come and go on both sides, and the vendor say something else of
// some.
func (e *inEpochs) change() {
	for range 10 {
		e.own = slices.Delete(e.own, 3, 4)
		e.theirs = slices.Delete(e.theirs, 5, 6)
		e.theirs[e.r.IntN(len(e.theirs))].more = e.cells()
	}
	e.own = append(randomPeople(e.r, 30, e.remark)[:30], e.own...)
	e.theirs = append(randomPeople(e.r, 30, e.cells)[:30], e.theirs...)
	e.tables()
}

// check compares what left has learnt with the plain join.
func (e *inEpochs) check(mine *Result) {
	e.t.Helper()
	levels, met := plainly(e.own, e.theirs)
	if matched := len(levels) - count(levels, -1); *mine.Count != uint64(matched) {
		e.t.Errorf("%d rows, the join has %d", *mine.Count, matched)
	}
	if mine.Analysis == agreement.Match {
		return
	}
	_, rows := cellsOf(e.t.(*testing.T), mine.Matches)
	for i, row := range rows {
		want := []string{e.own[i].a, e.own[i].b, e.own[i].more[0], "", "", "", "", "", ""}
		if levels[i] >= 0 {
			want[3] = []string{"exact:a", "exact:b"}[levels[i]]
			copy(want[4:], banded(e.theirs[met[i]].more))
		}
		if !slices.Equal(row, want) {
			e.t.Fatalf("row %d: got %q, want %q", i, row, want)
		}
	}
}

// stands sees where a run stands in its epoch, on both sides and in the receipt.
func (e *inEpochs) stands(mine, peer *Result, run uint64, id string) string {
	e.t.Helper()
	if mine.Epoch == nil || peer.Epoch == nil || !reflect.DeepEqual(mine.Epoch, peer.Epoch) {
		e.t.Fatalf("%+v and %+v", mine.Epoch, peer.Epoch)
	}
	got := mine.Epoch
	if got.Run != run || got.Full != (run == 1) || (run == 1) != (got.ID == mine.Run) || (run > 1 && got.ID != id) {
		e.t.Fatalf("run %d of %s: %+v", run, id, got)
	}
	said, err := ledger.Canonical(got)
	if err != nil {
		e.t.Fatal(err)
	}
	for _, member := range []string{left, right} {
		if !strings.Contains(e.receiptText(member, mine.Run), `"epoch":`+string(said)) {
			e.t.Errorf("%s: the receipt does not say %s", member, said)
		}
	}
	return got.ID
}

// states are the files of epochs that a member has.
func (e *inEpochs) states(member string) []string {
	all, err := filepath.Glob(filepath.Join(e.folder(member), epochFolder, "*"))
	if err != nil {
		e.t.Fatal(err)
	}
	return all
}

// TestEpoch goes through an epoch: a full run, later ones started by either side, the
// epoch's end, and a full run again. Every result is that of the plain join.
func TestEpoch(t *testing.T) {
	for _, analysis := range []string{agreement.Append, agreement.Match} {
		t.Run(analysis, func(t *testing.T) {
			t.Parallel()
			e := epochHouse(t, 300)
			e.serve(left, Options{})
			e.serve(right, Options{})
			a := e.agree()
			id := ""
			for run := uint64(1); run <= 4; run++ {
				starts, serves := left, right
				if run == 3 {
					starts, serves = right, left
				}
				began, err := e.open(starts, Options{}).Run(t.Context(), Request{Analysis: analysis, Agreement: a})
				if err != nil {
					t.Fatal(err)
				}
				served := e.result(serves, began.Run)
				mine := map[string]*Result{starts: began, serves: served}[left]
				id = e.stands(mine, map[string]*Result{starts: began, serves: served}[right], run, id)
				e.check(mine)
				e.change()
			}
		})
	}
}

// TestEpochEnds looks at an epoch when its days are over: the key and all that is
// kept is gone as soon as anybody looks, and the next run is a full one.
func TestEpochEnds(t *testing.T) {
	t.Parallel()
	e := epochHouse(t, 50)
	ahead := 8 * 24 * time.Hour
	later := func() time.Time { return time.Now().Add(ahead) }
	e.serve(right, Options{})
	a := e.agree()
	mine, peer := e.run(agreement.Match, a)
	first := e.stands(mine, peer, 1, "")
	e.serve(right, Options{Now: later})
	for range 500 { // the node that serves looks at once
		if len(e.states(right)) == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if n := len(e.states(right)); n != 0 {
		t.Errorf("the vendor keeps %d files of an epoch that is over", n)
	}
	if _, err := e.open(left, Options{Now: later}).Preview(t.Context(), Request{Analysis: agreement.Match, Agreement: a}); err != nil {
		t.Fatal(err)
	}
	if n := len(e.states(left)); n != 0 {
		t.Errorf("the one who asks keeps %d files of an epoch that is over", n)
	}
	mine, err := e.open(left, Options{Now: later}).Run(t.Context(), Request{Analysis: agreement.Match, Agreement: a})
	if err != nil {
		t.Fatal(err)
	}
	if second := e.stands(mine, e.result(right, mine.Run), 1, ""); second == first {
		t.Error("the epoch goes on")
	}
	e.check(mine)
}

// TestEpochAnew begins an epoch on purpose, and says what a run would be before it.
func TestEpochAnew(t *testing.T) {
	t.Parallel()
	e := epochHouse(t, 200)
	e.serve(right, Options{})
	a := e.agree()
	preview := func(member string, r Request) *EpochPreview {
		t.Helper()
		r.Analysis, r.Agreement = agreement.Append, a
		p, err := e.open(member, Options{}).Preview(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return p.Epoch
	}
	if p := preview(left, Request{}); p == nil || !p.Full || p.Run != 1 {
		t.Errorf("before any run: %+v", p)
	}
	mine, peer := e.run(agreement.Append, a)
	id := e.stands(mine, peer, 1, "")
	e.change()
	p := preview(left, Request{})
	if p.Full || p.ID != id || p.Run != 2 || p.Churn.New == 0 || p.Churn.Padded < 64 || p.Churn.Added != 0 || p.Ends != mine.Epoch.Ends {
		t.Errorf("of the one who asks: %+v, %+v", p, p.Churn)
	}
	if p := preview(right, Request{}); p.Full || p.Churn.Added == 0 || p.Churn.Removed == 0 || p.Churn.New != 0 {
		t.Errorf("of the vendor: %+v, %+v", p, p.Churn)
	}
	if p := preview(left, Request{Full: true}); !p.Full {
		t.Errorf("with Full: %+v", p)
	}
	full, err := e.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Append, Agreement: a, Full: true})
	if err != nil {
		t.Fatal(err)
	}
	if again := e.stands(full, e.result(right, full.Run), 1, ""); again == id {
		t.Error("the epoch goes on")
	}
	e.check(full)
	e.change()
	mine, peer = e.run(agreement.Append, a)
	e.stands(mine, peer, 2, full.Run)
	e.check(mine)
}

// TestEpochDies cuts the connection in every phase of a later run, seen from either
// side: whoever had come to the first frame forgets the epoch, and the next run is a
// full one, and right.
func TestEpochDies(t *testing.T) {
	for _, c := range []struct{ member, phase string }{
		{left, "blind"}, {left, "evaluate 0"}, {left, "labels 1"}, {left, "append"},
		{right, "blind"}, {right, "evaluate 0"}, {right, "evaluate 1"},
	} {
		t.Run(c.member+" "+c.phase, func(t *testing.T) {
			t.Parallel()
			e := epochHouse(t, 60)
			e.serve(right, Options{})
			a := e.agree()
			mine, peer := e.run(agreement.Append, a)
			id := e.stands(mine, peer, 1, "")
			e.change()
			direct := e.addresses[right]
			var p *proxy
			options := map[string]Options{c.member: {Progress: onPhase(c.phase, func() {
				if kept, _ := filepath.Glob(filepath.Join(e.folder(c.member), epochFolder, "*.epoch")); len(kept) > 0 {
					t.Errorf("a process that died now would leave %v", kept)
				}
				p.cut()
			})}}
			if c.member == right {
				e.serve(right, options[right])
				direct = e.addresses[right]
			}
			p = e.through()
			if _, err := e.open(left, options[left]).Run(t.Context(), Request{Analysis: agreement.Append, Agreement: a}); !errors.Is(err, ErrPeer) {
				t.Fatalf("the connection was cut: %v", err)
			}
			for _, member := range []string{left, right} {
				if member != c.member && c.phase == "blind" {
					continue // it may not have come to the first frame
				}
				for range 1000 {
					if len(e.states(member)) == 0 {
						break
					}
					time.Sleep(10 * time.Millisecond)
				}
				if left := e.states(member); len(left) > 0 {
					t.Errorf("%s keeps %v of an epoch whose run failed", member, left)
				}
			}
			e.addresses[right] = direct
			e.configure()
			mine, peer = e.run(agreement.Append, a)
			if again := e.stands(mine, peer, 1, ""); again == id {
				t.Error("the epoch goes on")
			}
			e.check(mine)
		})
	}
}

// TestEpochBroken changes a byte of what either side keeps, or loses it: the next run
// is a full one, and right.
func TestEpochBroken(t *testing.T) {
	for name, spoil := range map[string]func(path string, b []byte) error{
		"a byte":  func(path string, b []byte) error { b[len(b)/2] ^= 1; return os.WriteFile(path, b, 0o600) },
		"cut":     func(path string, b []byte) error { return os.WriteFile(path, b[:len(b)-40], 0o600) },
		"deleted": func(path string, _ []byte) error { return os.Remove(path) },
	} {
		for _, member := range []string{left, right} {
			t.Run(member+" "+name, func(t *testing.T) {
				t.Parallel()
				e := epochHouse(t, 60)
				e.serve(right, Options{})
				a := e.agree()
				mine, peer := e.run(agreement.Append, a)
				e.stands(mine, peer, 1, "")
				path := e.states(member)[0]
				b, err := os.ReadFile(path)
				if err == nil {
					err = spoil(path, b)
				}
				if err != nil {
					t.Fatal(err)
				}
				e.change()
				mine, peer = e.run(agreement.Append, a)
				e.stands(mine, peer, 1, "")
				e.check(mine)
			})
		}
	}
}

// TestEpochOfBefore puts back what a node kept of an earlier run: the two do not know
// of the same runs, and the next one is full.
func TestEpochOfBefore(t *testing.T) {
	t.Parallel()
	e := epochHouse(t, 60)
	e.serve(right, Options{})
	a := e.agree()
	e.run(agreement.Append, a)
	path := e.states(right)[0]
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	e.change()
	mine, peer := e.run(agreement.Append, a)
	e.stands(mine, peer, 2, mine.Epoch.ID)
	if err := os.WriteFile(path, before, 0o600); err != nil {
		t.Fatal(err)
	}
	mine, peer = e.run(agreement.Append, a)
	e.stands(mine, peer, 1, "")
	e.check(mine)
}
