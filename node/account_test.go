package node

import (
	"fmt"
	"testing"

	"mandorla/agreement"
	"mandorla/ledger"
)

// TestReceiptTellsNoState: what a gate has decided of something that one member alone
// learns does not stand in the receipt that both sign, whether the gate opens or not;
// what both learn does.
func TestReceiptTellsNoState(t *testing.T) {
	t.Parallel()
	var rows []string
	for i := range 300 {
		rows = append(rows, fmt.Sprint(i))
	}
	for _, c := range []struct {
		analysis, to string
		most         int // the least that is shown
		want         ledger.Cells
	}{
		{agreement.Match, left, 300, ledger.Cells{}},
		{agreement.Match, left, 301, ledger.Cells{}},
		{agreement.Size, left, 300, ledger.Cells{}},
		{agreement.Size, left, 301, ledger.Cells{}},
		{agreement.Size, left + ", " + right, 300, ledger.Cells{Released: 1}},
	} {
		h := newHouse(t, "people.csv", "people.csv", "    identifiers: [{type: exact, label: id, column: id}]\n")
		h.types = "[exact:id]"
		h.rules = fmt.Sprintf("{noise: none, min_group_size: %[1]d, min_list_size: %[1]d, min_set_size: 100}", c.most)
		h.analyses = fmt.Sprintf("{%s: {to: [%s]}}", c.analysis, c.to)
		for _, member := range []string{left, right} {
			h.table(member+"/people.csv", "id", rows)
		}
		h.serve(right, Options{})
		own, _ := h.run(c.analysis, h.agree())
		if opens := own.State == "released"; opens != (c.most == 300) {
			t.Errorf("%s from %d on: %s", c.analysis, c.most, own.State)
		}
		n := h.open(left, Options{})
		r, err := n.readReceipt(own.Run)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Account.Parts[left].Cells; got != c.want {
			t.Errorf("%s to %s from %d on: the receipt says %+v", c.analysis, c.to, c.most, got)
		}
	}
}
