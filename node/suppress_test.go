package node

import (
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mandorla/agreement"
)

// mailing is a dataset of two identifiers and a consent, and what stands for a
// person's identifiers in it.
const mailing = "    identifiers:\n      - {type: email, column: email}\n      - {type: exact, label: member, columns: [first, number]}\n" +
	"    eligibility: {column: consent, kind: flag}\n"

// A mailRow is a row of such a table; zero is a cell without a valid value.
type mailRow struct {
	email, member int
	consents      bool
}

func (r mailRow) line(i int) string {
	email, first, number := "none", "", ""
	if r.email > 0 {
		email = fmt.Sprintf("Person%d@Example.com", r.email)
	}
	if r.member > 0 {
		first, number = "ann", fmt.Sprint(r.member)
	}
	consent := "no"
	if r.consents {
		consent = "yes"
	}
	return fmt.Sprintf("%d,%s,%s,%s,%s", 1000+i, email, first, number, consent)
}

// mailRows draws rows whose identifiers several rows share, and some of which
// have none.
func mailRows(r *rand.Rand, n int) (rows []mailRow) {
	for range n {
		row := mailRow{r.IntN(2*n) + 1, r.IntN(2*n) + 1, r.IntN(10) > 0}
		if r.IntN(5) == 0 {
			row.email = 0
		}
		if r.IntN(3) == 0 {
			row.member = 0
		}
		rows = append(rows, row)
	}
	return rows
}

func lines(rows []mailRow) (out []string) {
	for i, r := range rows {
		out = append(out, r.line(i))
	}
	return out
}

// less is the plain answer: the numbers of the rows of a that may take part, have
// an identifier, and share none with any row of b, whatever its consent.
func less(a, b []mailRow) (kept []string, struck, unchecked uint64) {
	emails, members := map[int]bool{}, map[int]bool{}
	for _, r := range b {
		emails[r.email], members[r.member] = r.email > 0, r.member > 0
	}
	for i, r := range a {
		switch {
		case !r.consents:
		case r.email == 0 && r.member == 0:
			unchecked++
		case emails[r.email] || members[r.member]:
			struck++
		default:
			kept = append(kept, fmt.Sprintf("%d,%d", i, 1000+i))
		}
	}
	return kept, struck, unchecked
}

// post is a house whose left member has a mailing list and whose right has the
// objections.
func post(t *testing.T, list, objections []string) *house {
	t.Helper()
	h := newHouse(t, "left.csv", "right.csv", mailing)
	h.types = "[email, exact:member]"
	h.analyses = "{suppress: {to: [left], columns: {left: [id]}}, match: {to: [left]}}"
	h.table(left+"/left.csv", "id,email,first,number,consent", list)
	h.table(right+"/right.csv", "id,email,first,number,consent", objections)
	return h
}

// TestSendList compares send lists of random tables with the plain difference:
// duplicates share the fate of whom they share with, at every level; objections
// take part whatever their consent.
func TestSendList(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for _, sizes := range [][2]int{{200, 260}, {400, 160}} {
		a, b := mailRows(r, sizes[0]), mailRows(r, sizes[1])
		h := post(t, lines(a), lines(b))
		h.serve(right, Options{})
		own, err := h.open(left, Options{}).Run(t.Context(),
			Request{Analysis: agreement.Suppress, Agreement: h.agree(), Columns: []string{"id"}})
		if err != nil {
			t.Fatal(err)
		}
		kept, struck, unchecked := less(a, b)
		if want := (SendList{uint64(len(kept)), struck, unchecked}); *own.Suppress != want {
			t.Fatalf("%+v, not %+v", *own.Suppress, want)
		}
		if *own.Count != uint64(len(kept)) || *own.Levels[0].Count+*own.Levels[1].Count != struck {
			t.Errorf("count %d, levels %d and %d", *own.Count, *own.Levels[0].Count, *own.Levels[1].Count)
		}
		if got := exported(t, own); !slices.Equal(got, append([]string{"row,id"}, kept...)) {
			t.Fatalf("the list has %d rows, the plain difference %d, or they differ", len(got)-1, len(kept))
		}
		peer := h.result(right, own.Run)
		if peer.Suppress != nil || peer.Count != nil || peer.Matches != "" || peer.Rows.Eligible != uint64(sizes[1]) {
			t.Errorf("the other side: %+v", peer)
		}
		h.checkReceipts(own, peer, left)
	}
}

// exported is a result as CSV, line by line.
func exported(t *testing.T, r *Result) (out []string) {
	t.Helper()
	var list strings.Builder
	if err := ExportTo(r, &list, "csv"); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(list.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		out = append(out, strings.Join(record, ","))
	}
	return out
}

// TestSharedNames: where several rows have one name and number, none of them may
// be left on the list by that, on neither side.
func TestSharedNames(t *testing.T) {
	t.Parallel()
	var list, objections []mailRow
	for i := range 120 {
		list = append(list, mailRow{i + 1, i/2 + 1, true})                 // every name stands in two rows
		objections = append(objections, mailRow{1000 + i, i/4 + 1, false}) // and in four of the other side
	}
	h := post(t, lines(list), lines(objections))
	h.serve(right, Options{})
	own, _ := h.run(agreement.Suppress, h.agree())
	if want := (SendList{60, 60, 0}); *own.Suppress != want {
		t.Errorf("%+v, not %+v", *own.Suppress, want)
	}
}

// TestSendListWithheld: a list below its least length is not written.
func TestSendListWithheld(t *testing.T) {
	t.Parallel()
	a, b := mailRows(rand.New(rand.NewPCG(1, 2)), 150), mailRows(rand.New(rand.NewPCG(3, 4)), 150)
	h := post(t, lines(a), lines(b))
	kept, _, _ := less(a, b)
	h.rules = fmt.Sprintf("{noise: none, min_group_size: 1, min_list_size: %d, min_set_size: 100}", len(kept)+1)
	h.serve(right, Options{})
	own, _ := h.run(agreement.Suppress, h.agree())
	if own.State != "suppressed" || own.Suppress != nil || own.Count != nil || own.Levels[0].Count != nil || own.Matches != "" {
		t.Errorf("%+v", own)
	}
	if _, err := os.Stat(filepath.Join(h.folder(left), results, own.Run, rowsFile)); err == nil {
		t.Error("a withheld list was written")
	}
}

// TestObjectionsNeedNoConsent: the law asks who consented of rows that are
// matched, not of those that strike others off.
func TestObjectionsNeedNoConsent(t *testing.T) {
	t.Parallel()
	a, b := mailRows(rand.New(rand.NewPCG(1, 2)), 150), mailRows(rand.New(rand.NewPCG(3, 4)), 150)
	h := post(t, lines(a), lines(b))
	h.more = "jurisdictions: [DE]\n"
	h.datasets[right] = strings.Replace(h.datasets[right], "    eligibility: {column: consent, kind: flag}\n", "", 1)
	h.configure()
	agreed := h.agree()
	n := h.open(right, Options{})
	if _, err := n.plan(agreed, agreement.Suppress, left); err != nil {
		t.Errorf("objections whose consent nobody can tell: %v", err)
	}
	if _, err := n.plan(agreed, agreement.Match, left); err == nil || !strings.Contains(err.Error(), "CONSENT_REQUIRED") {
		t.Errorf("match of people whose consent nobody can tell: %v", err)
	}
}

// TestSuppressDies cuts the connection while the side with the objections works:
// no list stays, and both have a receipt that says that it failed.
func TestSuppressDies(t *testing.T) {
	a, b := mailRows(rand.New(rand.NewPCG(1, 2)), 150), mailRows(rand.New(rand.NewPCG(3, 4)), 150)
	for _, phase := range []string{"blind", "evaluate 0", "evaluate 1"} {
		t.Run(phase, func(t *testing.T) {
			t.Parallel()
			h := post(t, lines(a), lines(b))
			var p *proxy
			h.serve(right, Options{Progress: onPhase(phase, func() { p.cut() })})
			p = h.through()
			_, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Suppress, Agreement: h.agree()})
			if !errors.Is(err, ErrPeer) {
				t.Fatalf("the connection was cut: %v", err)
			}
			for _, member := range []string{left, right} {
				h.failed(member)
			}
		})
	}
}
