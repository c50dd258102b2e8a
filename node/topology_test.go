package node

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"mandorla/agreement"
	"mandorla/ledger"
)

// TestWhoLearns runs every analysis in every topology: who the agreement names
// learns the figure, and nobody else; both hold a receipt that both signed.
func TestWhoLearns(t *testing.T) {
	for _, analysis := range []string{agreement.Size, agreement.Match} {
		for _, to := range []string{"left", "right", "left, right"} {
			t.Run(analysis+" to "+to, func(t *testing.T) {
				t.Parallel()
				h := small(t)
				h.analyses = "{" + analysis + ": {to: [" + to + "]}}"
				h.serve(right, Options{})
				own, peer := h.run(analysis, h.agree())
				for member, r := range map[string]*Result{left: own, right: peer} {
					learns := strings.Contains(to, member)
					if learns != (r.Count != nil) || (learns && *r.Count != 40) {
						t.Errorf("%s: the count is %v", member, r.Count)
					}
					if list := r.Matches != ""; list != (learns && analysis == agreement.Match) {
						t.Errorf("%s: a list of matches: %v", member, list)
					}
				}
				h.checkReceipts(own, peer, to)
			})
		}
	}
}

// checkReceipts sees that both nodes hold the same receipt, signed by both, and
// that each result hash in it opens.
func (h *house) checkReceipts(own, peer *Result, to string) {
	h.t.Helper()
	text := h.receiptText(left, own.Run)
	if own.Receipt != peer.Receipt {
		h.t.Errorf("two receipts: %s and %s", own.Receipt, peer.Receipt)
	}
	var keys []note.Verifier
	for _, member := range []string{left, right} {
		v, err := note.NewVerifier(h.keys[member])
		if err != nil {
			h.t.Fatal(err)
		}
		keys = append(keys, v)
	}
	for _, member := range []string{left, right} {
		r, signed, err := ledger.Read([]byte(h.receiptText(member, own.Run)), keys...)
		if err != nil || len(signed) != 2 || r.State != ledger.Completed {
			h.t.Fatalf("%s: receipt signed by %v: %v", member, signed, err)
		}
		if strings.Contains(to, member) != (r.Members[member].Result != "") {
			h.t.Errorf("%s: result hash %q", member, r.Members[member].Result)
		}
		h.checkOpening(member, own.Run, r)
	}
	if strings.Contains(text, "@") {
		h.t.Error("a receipt holds an identifier")
	}
}

func (h *house) checkOpening(member, run string, r *ledger.Receipt) {
	h.t.Helper()
	b, err := os.ReadFile(filepath.Join(h.folder(member), results, run, openingFile))
	if err != nil {
		h.t.Fatal(err)
	}
	var o opening
	if err := json.Unmarshal(b, &o); err != nil {
		h.t.Fatal(err)
	}
	want := ""
	if o.Learnt != "" {
		sum := sha256.Sum256(append(o.Salt[:], o.Learnt...))
		want = hex.EncodeToString(sum[:])
	}
	if want != r.Members[member].Result {
		h.t.Errorf("%s: the opening does not open the receipt", member)
	}
}

// TestListWithheld: a list below its least size is not written, and not counted.
func TestListWithheld(t *testing.T) {
	t.Parallel()
	h := small(t)
	h.rules = "{noise: none, min_group_size: 1, min_list_size: 41, min_set_size: 100}"
	h.serve(right, Options{})
	own, peer := h.run(agreement.Match, h.agree())
	for member, r := range map[string]*Result{left: own, right: peer} {
		if r.State != "suppressed" || r.Count != nil || r.Matches != "" || r.Levels[0].Count != nil {
			t.Errorf("%s: %+v", member, r)
		}
		if err := ExportTo(r, os.Stdout, "csv"); err == nil {
			t.Errorf("%s: a withheld list was written", member)
		}
	}
}

// TestCountAtItsBoundary: a count of exactly the least group is shown, one below
// it is not.
func TestCountAtItsBoundary(t *testing.T) {
	for k, state := range map[string]string{"40": "released", "41": "suppressed"} {
		t.Run(k, func(t *testing.T) {
			t.Parallel()
			h := small(t)
			h.rules = "{noise: none, min_set_size: 100, min_group_size: " + k + "}"
			h.serve(right, Options{})
			own, _ := h.run(agreement.Size, h.agree())
			if own.State != state || (own.Count != nil) != (state == "released") {
				t.Errorf("k = %s: %s", k, own.State)
			}
		})
	}
}
