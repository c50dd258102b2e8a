package node

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mandorla/agreement"
)

// byCells is a dataset with a dimension and a measure.
const byCells = "    identifiers:\n      - {type: email, column: email}\n    dimensions: [group]\n    measures:\n      - {column: spend, min: -100, max: 300}\n"

// tables is a house with two tables of 600 rows, 300 of them shared, in groups of
// a third and two thirds, with negative, empty and unreadable values.
func tables(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, "left.csv", "right.csv", byCells)
	h.types, h.profile = "[email]", "uid2-1"
	h.rules = "{epsilon_per_run: 4, epsilon_budget: 8, min_group_size: 10, min_set_size: 100, min_segment_rows: 20, min_change: 100}"
	h.analyses = "{size: {to: [left, right]}, aggregate: {to: [left, right], dimensions: {left: [group], right: [group]}, measures: {left: [spend], right: [spend]}}}"
	h.fillTables(0)
	return h
}

// fillTables writes both tables; changed rows of the left one are other people.
func (h *house) fillTables(changed int) {
	h.t.Helper()
	for member, from := range map[string]int{left: 0, right: 300} {
		var rows []string
		for i := from; i < from+600; i++ {
			group := "a"
			if i%3 == 0 {
				group = "b"
			}
			spend := fmt.Sprintf("%d.5", i%7*20-20)
			if member == right && i%10 == 0 {
				spend = ""
			}
			name := i
			if member == left && i < changed {
				name += 10_000
			}
			rows = append(rows, fmt.Sprintf("p%d@example.com,%s,%s", name, group, spend))
		}
		h.table(member+"/"+member+".csv", "email,group,spend", rows)
	}
}

// truth is the count and the sums of a cell in the clear.
func truth(p, q string) (count int, ofLeft, ofRight float64) {
	for i := 300; i < 600; i++ {
		group := "a"
		if i%3 == 0 {
			group = "b"
		}
		if group != p || group != q {
			continue
		}
		count++
		ofLeft += float64(i%7*20-20) + 0.5
		if float64(i%7*20-20) < 0 {
			ofLeft-- // "-20.5", not -19.5
		}
		if i%10 != 0 {
			ofRight += float64(i%7*20-20) + 0.5
			if float64(i%7*20-20) < 0 {
				ofRight--
			}
		}
	}
	return count, ofLeft, ofRight
}

// TestAggregate runs a cross-table with sums over a real connection: both nodes
// hold the same table, within the noise that it promises of the truth, and small
// cells are null.
func TestAggregate(t *testing.T) {
	t.Parallel()
	h := tables(t)
	h.serve(right, Options{})
	own, peer := h.run(agreement.Aggregate, h.agree())
	if string(own.Cells.text()) != string(peer.Cells.text()) {
		t.Errorf("two tables: %s and %s", own.Cells.text(), peer.Cells.text())
	}
	shown := 0
	for _, r := range own.Cells.Rows {
		count, ofLeft, ofRight := truth(*r.Keys[0], *r.Keys[1])
		if r.State == "suppressed" {
			if r.Count != nil || r.SD != nil || r.Measures[0].Sum != nil || count > 100 {
				t.Errorf("%s × %s: %d customers, suppressed: %+v", *r.Keys[0], *r.Keys[1], count, r)
			}
			continue
		}
		shown++
		near(t, "count", float64(*r.Count), float64(count), *r.SD)
		near(t, "sum of left", *r.Measures[0].Sum, ofLeft, *r.Measures[0].SumSD+200*math.Sqrt(float64(count))/4096)
		near(t, "sum of right", *r.Measures[1].Sum, ofRight, *r.Measures[1].SumSD+200*math.Sqrt(float64(count))/4096)
	}
	if shown != 2 || own.State != "noised" || own.Cells.Suppressed != 2 || own.Epsilon != "4" {
		t.Errorf("%d cells shown, %d suppressed, state %s", shown, own.Cells.Suppressed, own.State)
	}
	var csv strings.Builder
	if err := ExportTo(own, &csv, "csv"); err != nil {
		t.Fatal(err)
	}
	const heading = "left.group,right.group,count,count.sd,left.spend.sum,left.spend.sum.sd,left.spend.mean,left.spend.mean.sd,left.spend.variance,right.spend.sum"
	if !strings.HasPrefix(csv.String(), heading) || strings.Count(csv.String(), "\n") != 5 {
		t.Errorf("as CSV: %s", csv.String())
	}
}

// near allows six standard deviations.
func near(t *testing.T, what string, got, want, sd float64) {
	t.Helper()
	if math.Abs(got-want) > 6*sd {
		t.Errorf("%s: %v, in truth %v, sd %v", what, got, want, sd)
	}
}

// TestNoisySize: no node sees the true count; the receipt says what was spent.
func TestNoisySize(t *testing.T) {
	t.Parallel()
	h := tables(t)
	h.serve(right, Options{})
	own, peer := h.run(agreement.Size, h.agree())
	if own.State != "noised" || *own.Count != *peer.Count || *own.SD <= 0 {
		t.Errorf("%+v", own)
	}
	near(t, "count", float64(*own.Count), 300, *own.SD)
	if !strings.Contains(h.receiptText(left, own.Run), `"noise":"epsilon 4"`) {
		t.Error("the receipt does not say what was spent")
	}
}

// TestRepeated: the same inputs give the same release again and spend nothing,
// nearly the same ones are refused, others spend until the budget is gone.
func TestRepeated(t *testing.T) {
	t.Parallel()
	h := tables(t)
	h.serve(right, Options{})
	a := h.agree()
	request := Request{Analysis: agreement.Size, Agreement: a}
	first, _ := h.run(agreement.Size, a)
	again, err := h.open(left, Options{}).Run(t.Context(), request)
	if err != nil || !again.Repeated || again.Run != first.Run || *again.Count != *first.Count {
		t.Fatalf("the same inputs: %+v, %v", again, err)
	}
	h.fillTables(20)
	if _, err := h.open(left, Options{}).Run(t.Context(), request); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "rules.min_change") {
		t.Errorf("twenty other rows: %v", err)
	}
	h.fillTables(200)
	if second, _ := h.run(agreement.Size, a); second.Repeated || second.Run == first.Run {
		t.Error("two hundred other rows: no new run")
	}
	h.fillTables(400) // two runs of 4 have spent the budget of 8
	for _, says := range []string{"rules.epsilon_budget", "right refused: left's record of spent budgets"} {
		if _, err := h.open(left, Options{}).Run(t.Context(), request); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), says) {
			t.Errorf("the budget is spent: %v does not say %q", err, says)
		}
		h.forget(left) // the partner remembers
	}
}

// forget takes a member's book away, as a restored backup would.
func (h *house) forget(member string) {
	h.t.Helper()
	files, err := filepath.Glob(filepath.Join(h.folder(member), bookFile+"*"))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			h.t.Fatal(err)
		}
	}
}

// TestRestoredBackup: a node whose record was set back is refused by the
// partner that has seen it spend.
func TestRestoredBackup(t *testing.T) {
	t.Parallel()
	h := tables(t)
	h.rules = strings.Replace(h.rules, "epsilon_budget: 8", "epsilon_budget: 20", 1)
	h.serve(right, Options{})
	a := h.agree()
	h.run(agreement.Size, a)
	h.forget(left)
	h.fillTables(300)
	_, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "backup") {
		t.Errorf("a record set back: %v", err)
	}
}

// TestRefundedRun: a run that fails before its first tag costs nothing.
func TestRefundedRun(t *testing.T) {
	t.Parallel()
	h := tables(t)
	h.serve(right, Options{})
	p := h.through()
	a := h.agree()
	_, err := h.open(left, Options{Progress: onPhase("blind", p.cut)}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
	if !errors.Is(err, ErrPeer) {
		t.Fatal(err)
	}
	n := h.open(left, Options{})
	plan, err := n.planned(Request{Analysis: agreement.Size, Agreement: a})
	if err != nil {
		t.Fatal(err)
	}
	book, err := n.openBook(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	balance, err := book.Balance(t.Context(), plan.pair(), time.Now())
	if err != nil || balance.Epsilon.Sign() != 0 {
		t.Errorf("a run that sent no tag cost %v: %v", balance.Epsilon, err)
	}
}

// TestNoisyToOne: with noise towards one member the other alone spends, and the
// same inputs are repeated there too.
func TestNoisyToOne(t *testing.T) {
	t.Parallel()
	h := tables(t)
	h.analyses = "{size: {to: [left]}}"
	h.serve(right, Options{})
	a := h.agree()
	own, peer := h.run(agreement.Size, a)
	if own.State != "noised" || own.Epsilon != "" || peer.Count != nil {
		t.Errorf("%+v, %+v", own, peer)
	}
	near(t, "count", float64(*own.Count), 300, *own.SD)
	again, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
	if err != nil || !again.Repeated || *again.Count != *own.Count {
		t.Errorf("the same inputs: %+v, %v", again, err)
	}
}
