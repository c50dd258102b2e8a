package node

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"mandorla/agreement"
	"mandorla/ledger"
)

// TestSpoiled: after two runs in which something of the partner's did not open there
// is no third.
func TestSpoiled(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"LABEL", "SEAL", "HUNG_UP"} {
		var rows []string
		for i := range 200 {
			rows = append(rows, fmt.Sprint(i))
		}
		h := newHouse(t, "people.csv", "people.csv", "    identifiers: [{type: exact, label: id, column: id}]\n")
		h.types, h.analyses = "[exact:id]", "{match: {to: [left]}}"
		for _, member := range []string{left, right} {
			h.table(member+"/people.csv", "id", rows)
		}
		h.serve(right, Options{})
		a := h.agree()
		for range 2 {
			own, _ := h.run(agreement.Match, a)
			h.spoil(left, own.Run, code)
		}
		_, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Match, Agreement: a})
		if refused := errors.Is(err, ErrRefused) && strings.Contains(err.Error(), "did not open in 2 runs"); refused != (code != "HUNG_UP") {
			t.Errorf("after two of %s: %v", code, err)
		}
	}
}

// spoil makes a member's receipt of a run one of a failure.
func (h *house) spoil(member, run, code string) {
	h.t.Helper()
	n := h.open(member, Options{})
	r, err := n.readReceipt(run)
	if err != nil {
		h.t.Fatal(err)
	}
	r.State, r.Code = ledger.Failed, code
	signed, err := r.Sign(n.id.signer)
	if err == nil {
		err = writeWhole(filepath.Join(h.folder(member), results, run, receiptFile), signed)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}
