package node

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"mandorla/agreement"
)

// exactTrio is two members and a helper who count exactly.
func exactTrio(t *testing.T, more string) *ring {
	r := trio(t)
	r.rules = "{noise: none, " + more + "min_group_size: 10, min_set_size: 100, min_segment_rows: 20, min_change: 100}"
	r.analyses = "{size: {to: [air, cars]}, aggregate: {to: [air, cars], dimensions: {air: [group], cars: [group]}}}"
	return r
}

// airRows is air's table with one row exchanged.
func airRows(r *ring, other int) {
	var rows []string
	for i := range 600 {
		n := i
		if i == 0 {
			n = other
		}
		rows = append(rows, fmt.Sprintf("p%d@example.com,%s,1", n, []string{"a", "b"}[i%2]))
	}
	r.table(filepath.Join("air", "people.csv"), "email,group,spend", rows)
}

// TestExactAcrossAnalyses: the sum of the cells is a count too, so a table that differs
// by a row from one that another analysis has counted exactly is refused; the same
// table is not.
func TestExactAcrossAnalyses(t *testing.T) {
	t.Parallel()
	r := exactTrio(t, "")
	r.serveAll(noOptions)
	a := r.agree()
	run := func(analysis string, other int) error {
		airRows(r, other)
		_, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: analysis, Agreement: a})
		return err
	}
	if err := run(agreement.Size, 0); err != nil {
		t.Fatal(err)
	}
	if err := run(agreement.Aggregate, 700); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "rules.min_change") {
		t.Errorf("one row exchanged: %v", err)
	}
	if err := run(agreement.Aggregate, 0); err != nil {
		t.Errorf("the same table: %v", err)
	}
}

// TestExactAtOnce starts a run with exact counts while another goes on: it would not
// see what that one counts.
func TestExactAtOnce(t *testing.T) {
	t.Parallel()
	r := exactTrio(t, "")
	r.serveAll(noOptions)
	a := r.agree()
	airRows(r, 0)
	var second error
	started := onPhase("blind", func() {
		airRows(r, 700)
		_, second = r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
	})
	if _, err := r.open("air", Options{Progress: started}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a}); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(second, ErrRefused) || !strings.Contains(second.Error(), "under way") {
		t.Errorf("the second run: %v", second)
	}
}

// TestWeekAtOnce starts several runs at once where one is allowed a week: no more than
// one is made.
func TestWeekAtOnce(t *testing.T) {
	t.Parallel()
	r := trio(t)
	r.rules = strings.Replace(r.rules, "{", "{runs_per_week: 1, ", 1)
	r.serveAll(noOptions)
	a := r.agree()
	errs := make([]error, 3)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			_, errs[i] = r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
		})
	}
	all.Wait()
	if made := len(slices.DeleteFunc(slices.Clone(errs), func(err error) bool { return err != nil })); made > 1 {
		t.Errorf("%d runs were made: %v", made, errs)
	}
}
