package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"mandorla/ledger"
	"mandorla/ledger/ledgertest"
)

// bookHouse is a house whose members share customers 100 to 299.
func bookHouse(t *testing.T) *house {
	rows := func(from, to int) []string {
		var out []string
		for i := from; i < to; i++ {
			out = append(out, fmt.Sprintf("customer-%010d", i)+",yes,left:Marketing@2026-01-02;right:Marketing@2026-01-02,,40")
		}
		return out
	}
	h := newHouse(t, "left.csv", "right.csv", "    identifiers: [{type: exact, label: id, column: id}]\n    eligibility: {kind: flag, column: ok}\n")
	h.table(left+"/left.csv", "id,ok,told,no,age", append(rows(0, 300), "nobody,no,,,40", "anybody,,,,40"))
	h.table(right+"/right.csv", "id,ok,told,no,age", rows(100, 400))
	return h
}

// TestLedger: after two runs both ledgers verify, offline, each knows the
// other's last checkpoint, and both hold the same receipts with an account of
// the run.
func TestLedger(t *testing.T) {
	h := bookHouse(t)
	verifyHouse(t, h)
}

// TestLedgersOnBoth has one node on SQLite and one on PostgreSQL.
func TestLedgersOnBoth(t *testing.T) {
	server := ledgertest.StartPostgres(t)
	h := bookHouse(t)
	h.ledgers[right] = server.Book(t)
	h.configure()
	verifyHouse(t, h)
}

func verifyHouse(t *testing.T, h *house) {
	h.serve(right, Options{})
	a := h.agree()
	h.run("size", a)
	own, _ := h.run("match", a)
	texts := map[string]string{}
	for _, member := range []string{left, right} {
		n := h.open(member, Options{})
		report, err := n.VerifyLedger(t.Context())
		if err != nil || report.Receipts < 4 || report.Checkpoints < 2 || report.Unknown != 0 {
			t.Errorf("%s: %+v, %v", member, report, err)
		}
		texts[member] = h.receiptText(member, own.Run)
	}
	key, err := note.NewVerifier(h.keys[left])
	if err != nil {
		t.Fatal(err)
	}
	other, err := note.NewVerifier(h.keys[right])
	if err != nil {
		t.Fatal(err)
	}
	r, signed, err := ledger.Read([]byte(texts[left]), key, other)
	if err != nil || len(signed) != 2 {
		t.Fatal(signed, err)
	}
	part := r.Account.Parts[left]
	if part.Eligibility.Read != 300 || part.Eligibility.Excluded["refused"] != 0 || len(part.Eligibility.Excluded) != 2 ||
		strings.Join(part.Columns, " ") != "id ok" || strings.Join(part.Received, " ") != "rows" || part.Ledger == "" {
		t.Errorf("%+v", part)
	}
	if strings.Join(r.Account.Parts[right].Received, " ") != "rows" {
		t.Errorf("%+v", r.Account.Parts[right])
	}
}

// TestChangedFile: a byte of a result that was changed is found, with its place.
func TestChangedFile(t *testing.T) {
	h := bookHouse(t)
	h.serve(right, Options{})
	own, _ := h.run("size", h.agree())
	path := filepath.Join(h.folder(left), results, own.Run, resultFile)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	h.write(filepath.Join(left, results, own.Run, resultFile), string(b))
	_, err = h.open(left, Options{}).VerifyLedger(t.Context())
	if !errors.Is(err, ledger.ErrAltered) || !strings.Contains(err.Error(), own.Run+"/"+resultFile) {
		t.Error(err)
	}
}

// TestYesterdaysLedger: a node that was set back to yesterday's backup is found
// out at its next run, by its partner, and both say what to do.
func TestYesterdaysLedger(t *testing.T) {
	h := bookHouse(t)
	h.serve(right, Options{})
	a := h.agree()
	h.run("size", a)
	book := filepath.Join(h.folder(left), bookFile)
	backup, err := os.ReadFile(book)
	if err != nil {
		t.Fatal(err)
	}
	h.run("size", a)
	for _, suffix := range []string{"-wal", "-shm"} {
		os.Remove(book + suffix)
	}
	if err := os.WriteFile(book, backup, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = h.open(left, Options{}).Run(t.Context(), Request{Analysis: "size", Agreement: a})
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "LEDGER_SET_BACK") || !strings.Contains(err.Error(), "backup") {
		t.Error(err)
	}
}

// TestPerson: a customer hears of the runs that their record was part of, and
// not whether it matched; nobody else's record is found.
func TestPerson(t *testing.T) {
	h := bookHouse(t)
	h.serve(right, Options{})
	a := h.agree()
	first, _ := h.run("size", a)
	second, _ := h.run("match", a)
	n := h.open(left, Options{})
	for value, want := range map[string]int{"customer-0000000007": 2, " CUSTOMER-0000000150 ": 2, "nobody": 0, "customer-0000000399": 0} {
		found, err := n.Person(t.Context(), value)
		if err != nil || len(found) != 1 || len(found[0].Runs) != want {
			t.Fatalf("%+v, %v; %d runs expected", found, err, want)
		}
		runs := map[string]bool{}
		for _, r := range found[0].Runs {
			runs[r.Run[:16]] = r.Partners[0] == right && r.State == ledger.Completed
		}
		if want > 0 && (!runs[first.Run] || !runs[second.Run]) {
			t.Errorf("%+v", found)
		}
	}
}
