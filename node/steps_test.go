package node

import (
	"strings"
	"testing"

	"mandorla/agreement"
	"mandorla/ledger"
)

// TestStepsAreOnRecord: an accepted agreement, and a statement about it, stand in
// the record as they were signed, once each.
func TestStepsAreOnRecord(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.configure()
	a := h.agree()
	file := h.folder(h.name + ".yaml")
	for range 2 {
		if _, err := Accept(h.folder(left), file); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := State(h.folder(left), file, agreement.Suspend, "the notice is not out", nil); err != nil {
		t.Fatal(err)
	}
	n := h.open(left, Options{})
	var steps []string
	err := n.withBook(t.Context(), func(book *ledger.Book) error {
		for r, err := range book.Records(t.Context(), ledger.KindAgreement, a.ID()) {
			var e ledger.Event
			if err == nil {
				err = ledger.Decode([]byte(r.Body), &e)
			}
			if err != nil {
				return err
			}
			if steps = append(steps, e.Step); e.Step == "accept" && (e.Text != string(a.Bytes()) || len(e.By) != 2) || e.Step == "suspend" && !strings.Contains(e.Text, "the notice is not out") {
				t.Errorf("%+v", e)
			}
		}
		return nil
	})
	if err != nil || strings.Join(steps, " ") != "accept suspend" {
		t.Errorf("%q, %v", steps, err)
	}
	if _, err := n.VerifyLedger(t.Context()); err != nil {
		t.Error(err)
	}
}
