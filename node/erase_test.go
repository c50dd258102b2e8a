package node

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mandorla/agreement"
	"mandorla/ledger"
)

// endedHouse is a vendor's house after a `match` under an agreement that has
// ended; the vendor, on the left, has the folder of the run to delete.
func endedHouse(t *testing.T) (h *house, run, folder string) {
	t.Helper()
	h = bookHouse(t)
	h.kind, h.more = "service-provider", "vendor: left\n"
	h.serve(right, Options{})
	own, _ := h.run("match", h.agree())
	if _, err := State(h.folder(left), filepath.Join(h.dir, h.name+".yaml"), agreement.End, "done", nil); err != nil {
		t.Fatal(err)
	}
	return h, own.Run, filepath.Join(h.folder(left), results, own.Run)
}

// erased has the vendor delete what it owes, and gives the one receipt.
func (h *house) erased() *ledger.Deletion {
	h.t.Helper()
	n := h.open(left, Options{})
	receipts, err := n.Erase(h.t.Context())
	if err != nil || len(receipts) != 1 {
		h.t.Fatal(receipts, err)
	}
	b, err := os.ReadFile(receipts[0])
	if err != nil {
		h.t.Fatal(err)
	}
	d, _, err := ledger.ReadDeletion(b, n.id.verifier())
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

// TestEraseUnread: nothing is signed for while there is a folder of which nobody can
// say what it is of; once it is put right, or gone, the rest is deleted.
func TestEraseUnread(t *testing.T) {
	t.Parallel()
	h, run, folder := endedHouse(t)
	n := h.open(left, Options{})
	receipt, good := filepath.Join(folder, receiptFile), h.receiptText(left, run)
	copied := filepath.Join(h.folder(left), results, run+".copy")
	for name, c := range map[string]struct {
		path, text string // of the receipt; an empty text: there is none
		folder     string
	}{
		"damaged":         {receipt, good[:len(good)-10], run},
		"absent":          {receipt, "", run},
		"another run's":   {filepath.Join(copied, receiptFile), good, run + ".copy"},
		"of no known run": {filepath.Join(copied, receiptFile), "", run + ".copy"},
	} {
		h.write(filepath.Join(left, results, filepath.Base(filepath.Dir(c.path)), rowsFile), "rows")
		if err := os.WriteFile(c.path, []byte(c.text), 0o600); err != nil {
			t.Fatal(name, err)
		}
		if c.text == "" {
			os.Remove(c.path)
		}
		receipts, err := n.Erase(t.Context())
		if len(receipts) != 0 || !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), filepath.Join(results, c.folder)+":") {
			t.Errorf("%s: %v, %v", name, receipts, err)
		}
		if err := errors.Join(os.RemoveAll(copied), os.WriteFile(receipt, []byte(good), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	signed, err := filepath.Glob(filepath.Join(h.folder(left), agreements, "*"+deletionSuffix))
	if err != nil || len(signed) != 0 {
		t.Error(signed, err)
	}
	if d := h.erased(); d.Deleted[2].Files != 4 {
		t.Errorf("%+v", d)
	}
	if _, err := os.Stat(filepath.Join(folder, rowsFile)); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// TestEraseOthers: a receipt that cannot be read, of a run that the ledger has under
// another agreement, stands in the way of nothing; that run's folder stays as it is.
func TestEraseOthers(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.serve(right, Options{})
	h.name = "other"
	other, _ := h.run("match", h.agree())
	h.name, h.kind, h.more = "house", "service-provider", "vendor: left\n"
	h.run("match", h.agree())
	if _, err := State(h.folder(left), filepath.Join(h.dir, h.name+".yaml"), agreement.End, "done", nil); err != nil {
		t.Fatal(err)
	}
	h.write(filepath.Join(left, results, other.Run, receiptFile), "")
	if d := h.erased(); len(d.Deleted) != 3 || d.Deleted[2].Files != 4 {
		t.Errorf("%+v", d)
	}
	if _, err := os.Stat(filepath.Join(h.folder(left), results, other.Run, rowsFile)); err != nil {
		t.Error(err)
	}
}

// TestEraseByHand: a folder that was removed by hand stands in the way of nothing,
// and who took part in its run is forgotten as the ledger names it.
func TestEraseByHand(t *testing.T) {
	t.Parallel()
	h, run, folder := endedHouse(t)
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	d := h.erased()
	if len(d.Deleted) != 3 || d.Deleted[2].Files != 1 || !strings.HasPrefix(d.Deleted[2].Run, run) {
		t.Errorf("%+v", d.Deleted)
	}
	if found, err := h.open(left, Options{}).Person(t.Context(), "customer-0000000150"); err != nil || len(found[0].Runs) != 0 {
		t.Errorf("%+v, %v", found, err)
	}
}

// TestEraseNewKey: a receipt that was signed before the identity key was replaced is
// known by the key in the agreement.
func TestEraseNewKey(t *testing.T) {
	t.Parallel()
	h, _, folder := endedHouse(t)
	if _, err := Init(h.folder("new"), left, ""); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{keyFile, pubFile} {
		if err := os.Rename(filepath.Join(h.folder("new"), name), filepath.Join(h.folder(left), name)); err != nil {
			t.Fatal(err)
		}
	}
	if d := h.erased(); len(d.Deleted) != 3 || d.Deleted[2].Files != 4 {
		t.Errorf("%+v", d)
	}
	if _, err := os.Stat(filepath.Join(folder, rowsFile)); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// TestEraseAll: all that is in a run's folder goes, whoever put it there, but for
// what shows later that the run was.
func TestEraseAll(t *testing.T) {
	t.Parallel()
	h, run, folder := endedHouse(t)
	at := func(name string) string { return filepath.Join(left, results, run, name) }
	h.write(at(".rows.arrow.123.tmp"), "12345")
	h.write(at("of_a_later_version.arrow"), "123")
	h.write(at("parts/more/1.arrow"), "12")
	h.write(at(ownFile), "rules: {}\n")
	before := int64(0)
	for _, name := range []string{rowsFile, resultFile, openingFile} {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		before += info.Size()
	}
	if d := h.erased(); d.Deleted[2].Files != 7 || d.Deleted[2].Bytes != uint64(before+10) {
		t.Errorf("%+v, %d bytes", d.Deleted, before)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 3 || entries[0].Name() != termsFile || entries[1].Name() != ownFile || entries[2].Name() != receiptFile {
		t.Error(entries, err)
	}
}
