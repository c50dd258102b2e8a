package node

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"mandorla/agreement"
	"mandorla/ledger"
)

// killedIn names the folder of a house to the process that is killed in it.
const killedIn = "MANDORLA_TEST_KILLED_IN"

// partial are the files that runs of a member are writing.
func partial(dir, member string) []string {
	found, _ := filepath.Glob(filepath.Join(dir, member, results, "*", ".*"))
	return found
}

// onHalf calls do once, when the rows of a run of a member are there but not whole:
// the clock is looked at then.
func onHalf(dir, member string, do func()) Options {
	var once sync.Once
	return Options{Now: func() time.Time {
		if len(partial(dir, member)) > 0 {
			once.Do(do)
		}
		return time.Now()
	}}
}

// TestDies is the part of TestKilled that is killed.
func TestDies(t *testing.T) {
	dir := os.Getenv(killedIn)
	if dir == "" {
		t.Skip("a part of TestKilled")
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, least: 256, drawn: sampleRows, change: 64, dir: dir}
	a, err := ReadAgreement(filepath.Join(dir, "house.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	dies := onHalf(dir, left, func() {
		self.Kill()
		select {}
	})
	_, err = h.open(left, dies).Run(t.Context(), Request{Analysis: "match", Agreement: a})
	t.Fatal("it was not killed", err)
}

// killed is a house whose left node was killed while it wrote the rows of a run. It
// gives the run's folder.
func killed(t *testing.T) (h *house, a *agreement.Agreement, folder string) {
	t.Helper()
	h = bookHouse(t)
	h.serve(right, Options{})
	a = h.agree()
	child := exec.Command(os.Args[0], "-test.run=^TestDies$")
	child.Env = append(os.Environ(), killedIn+"="+h.dir)
	out, err := child.CombinedOutput()
	files := partial(h.dir, left)
	if err == nil || len(files) != 1 || !strings.HasPrefix(filepath.Base(files[0]), "."+rowsFile) {
		t.Fatalf("%v: %v\n%s", err, files, out)
	}
	return h, a, filepath.Dir(files[0])
}

// checkSwept sees that a run that was killed has left its receipt, and by which rules
// it went.
func (h *house) checkSwept(folder string) {
	h.t.Helper()
	r, err := h.open(left, Options{}).readReceipt(filepath.Base(folder))
	if err != nil || r.State != ledger.Failed || r.Code != codeInterrupted {
		h.t.Errorf("%+v, %v", r, err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 2 || entries[0].Name() != termsFile || entries[1].Name() != receiptFile {
		h.t.Error(entries, err)
	}
}

// TestKilled: what a process that was killed had in the clear goes when the next one
// serves or runs.
func TestKilled(t *testing.T) {
	t.Parallel()
	h, a, folder := killed(t)
	name := filepath.Join(left, results, filepath.Base(folder))
	h.write(filepath.Join(name, rowsFile), "whole, but without a receipt of both")
	h.serve(left, Options{})
	h.checkSwept(folder)
	h.write(filepath.Join(name, "."+removedFile+".1.tmp"), "half")
	h.write(filepath.Join(name, ".new-1"), "half")
	own, _ := h.run("match", a)
	h.checkSwept(folder)
	h.write(filepath.Join(left, results, own.Run, ".new-1"), "half")
	h.open(left, Options{}).sweepRuns()
	for _, name := range []string{receiptFile, resultFile, rowsFile, openingFile} {
		if _, err := os.Stat(filepath.Join(h.folder(left), results, own.Run, name)); err != nil {
			t.Error("of a finished run", err)
		}
	}
	if left := partial(h.dir, left); len(left) != 0 {
		t.Error(left)
	}
}

// TestSweepUnderWay: what a run that is under way writes stays, whoever looks, and
// is not signed for as deleted.
func TestSweepUnderWay(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.serve(right, Options{})
	a := h.agree()
	other := h.open(left, Options{})
	var before, after []string
	looks := onHalf(h.dir, left, func() {
		before = partial(h.dir, left)
		other.sweepRuns()
		after = partial(h.dir, left)
	})
	own, err := h.open(left, looks).Run(t.Context(), Request{Analysis: "match", Agreement: a})
	if err != nil {
		t.Fatal(err)
	}
	if len(before) != 1 || len(after) != 1 {
		t.Error(before, after)
	}
	if _, err := os.Stat(own.Matches); err != nil {
		t.Error(err)
	}
}

// TestEraseUnderWay: nothing is signed for while a run under the agreement goes on.
func TestEraseUnderWay(t *testing.T) {
	t.Parallel()
	h, _, folder := endedHouse(t)
	held, err := holdFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	receipts, err := h.open(left, Options{}).Erase(t.Context())
	if len(receipts) != 0 || !errors.Is(err, ErrRefused) {
		t.Error(receipts, err)
	}
	if _, err := os.Stat(filepath.Join(folder, rowsFile)); err != nil {
		t.Error(err)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	h.erased()
}

// TestFailsLate: a run that fails when its rows are whole already leaves none.
func TestFailsLate(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.serve(right, Options{})
	a := h.agree()
	folder := ""
	blocks := onHalf(h.dir, left, func() {
		folder = filepath.Dir(partial(h.dir, left)[0])
		if err := os.Mkdir(filepath.Join(folder, resultFile), 0o700); err != nil { // no file can take its place
			t.Error(err)
		}
	})
	if _, err := h.open(left, blocks).Run(t.Context(), Request{Analysis: "match", Agreement: a}); err == nil {
		t.Fatal("it did not fail")
	}
	h.noResult(left, filepath.Base(folder))
	r, err := h.open(left, Options{}).readReceipt(filepath.Base(folder))
	if err != nil || r.State != ledger.Failed || r.Code == codeInterrupted {
		t.Errorf("%+v, %v", r, err)
	}
}
