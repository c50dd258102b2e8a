package node

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mandorla/ledger"
)

// sent is a house from which an activation has gone to the mail house. It gives the
// file, and what was opened from it.
func sent(t *testing.T) (h *activeHouse, file, opened string) {
	t.Helper()
	h = newActiveHouse(t)
	h.serve(right, Options{})
	a := h.agree()
	r := h.request(h.match(a, "email", "tier").Run, "mailhouse", "csv")
	if _, err := h.open(left, Options{}).Activate(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	opened = filepath.Join(h.dir, "rows.csv")
	if _, err := OpenActivation(r.Out, h.key["mailhouse"], opened, a); err != nil {
		t.Fatal(err)
	}
	return h, r.Out, opened
}

// signedFor sees that the mail house has one deletion on record, that nothing is left
// of it but the receipt, and that the sender takes this in.
func (h *activeHouse) signedFor(receipt string, files uint64) {
	h.t.Helper()
	records := 0
	n := h.open("mailhouse", Options{})
	err := n.withBook(h.t.Context(), func(book *ledger.Book) error {
		for _, err := range book.Records(h.t.Context(), ledger.KindDeletion, "") {
			if err != nil {
				return err
			}
			records++
		}
		return nil
	})
	if err != nil || records != 1 {
		h.t.Error(records, err)
	}
	d, err := h.open(left, Options{}).ReceiveDeletion(h.t.Context(), receipt)
	if err != nil || d.Deleted[0].Files != files {
		h.t.Errorf("%+v, %v", d, err)
	}
	if left, _ := filepath.Glob(strings.TrimSuffix(receipt, deletionSuffix) + "*"); !slices.Equal(left, []string{receipt}) {
		h.t.Error(left)
	}
}

// TestDeletionFinished: what stops a deletion after the file is gone is made good by
// the same command once more.
func TestDeletionFinished(t *testing.T) {
	t.Parallel()
	h, file, opened := sent(t)
	n := h.open("mailhouse", Options{})
	place := filepath.Join(file+deletionSuffix, "in", "the", "way")
	if err := os.MkdirAll(place, 0o700); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := n.DeleteActivation(t.Context(), file, opened); err == nil {
			t.Fatal("a receipt took the place of a folder")
		}
		for _, path := range []string{file, opened} {
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	if err := os.RemoveAll(file + deletionSuffix); err != nil {
		t.Fatal(err)
	}
	// A receipt for two files is none for one of them alone, or for others.
	if _, err := n.DeleteActivation(t.Context(), file, opened+"2"); !errors.Is(err, ErrInput) {
		t.Error(err)
	}
	if _, err := n.DeleteActivation(t.Context(), file); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), opened+", "+file) {
		t.Error(err)
	}
	receipt, err := n.DeleteActivation(t.Context(), file, opened)
	if err != nil {
		t.Fatal(err)
	}
	h.signedFor(receipt, 2)
	if _, err := n.DeleteActivation(t.Context(), file, opened); !errors.Is(err, os.ErrNotExist) {
		t.Error("it is deleted twice", err)
	}
}

// TestDeletionUnsigned: nothing is deleted before the receipt is on disk.
func TestDeletionUnsigned(t *testing.T) {
	t.Parallel()
	h, file, opened := sent(t)
	n := h.open("mailhouse", Options{})
	begun := file + deletionSuffix + begunSuffix
	if err := os.Mkdir(begun, 0o700); err != nil {
		t.Fatal(err)
	}
	stays := func(err error, why string) {
		t.Helper()
		for _, path := range []string{file, opened} {
			if _, gone := os.Stat(path); err == nil || gone != nil {
				t.Errorf("%s: %v, %v", why, err, gone)
			}
		}
	}
	_, err := n.DeleteActivation(t.Context(), file, opened)
	stays(err, "the receipt cannot be stored")
	os.Remove(begun)
	_, err = n.DeleteActivation(t.Context(), file, opened, opened)
	stays(err, "a file is named twice")
	_, err = n.DeleteActivation(t.Context(), file, opened, opened+".absent")
	stays(err, "a file is not there")
	h.write(filepath.Base(begun), "damaged")
	_, err = n.DeleteActivation(t.Context(), file, opened)
	stays(err, "what was begun cannot be read")
}

// TestDeletionStopped: where a copy cannot be deleted the file stays, and what is
// asked for next is signed for.
func TestDeletionStopped(t *testing.T) {
	t.Parallel()
	h, file, opened := sent(t)
	n := h.open("mailhouse", Options{})
	stuck := filepath.Dir(h.write("stuck/copy.csv", "a copy"))
	if _, err := n.DeleteActivation(t.Context(), file, opened, stuck); err == nil {
		t.Fatal("a folder with a file in it was deleted")
	}
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	// The same again: the copy that is gone by now is no fault.
	if _, err := n.DeleteActivation(t.Context(), file, opened, stuck); errors.Is(err, os.ErrNotExist) || err == nil {
		t.Fatal(err)
	}
	// But one that was not named before is.
	if _, err := n.DeleteActivation(t.Context(), file, opened); !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	sealed := h.bytes(filepath.Base(file))
	other := h.write(filepath.Base(file), string(append(sealed, 'x')))
	if _, err := n.DeleteActivation(t.Context(), other); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), "another file") {
		t.Error(err)
	}
	h.write(filepath.Base(file), string(sealed))
	receipt, err := n.DeleteActivation(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	h.signedFor(receipt, 1)
}
