package ledger

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func openBook(t *testing.T, path string) *Book {
	t.Helper()
	b, err := OpenBook(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// suite is what every book does, wherever it is kept. Each test gets a function
// that names a place without a book.
var suite = map[string]func(t *testing.T, fresh func(*testing.T) string){
	"Budget":                testBudget,
	"StepsThatCannotFollow": testStepsThatCannotFollow,
	"ForgottenReservation":  testForgottenReservation,
	"Concentrated":          testConcentrated,
	"TwoAtOnce":             testTwoAtOnce,
	"Witness":               testWitness,
	"Killed":                testKilled,
	"Altered":               testAltered,
	"Records":               testRecords,
	"Meeting":               testMeeting,
	"Restored":              testRestored,
	"Migrated":              testMigrated,
}

// TestSQLite runs the suite in files, one of them with a name that a URL would
// not like.
func TestSQLite(t *testing.T) {
	for name, test := range suite {
		t.Run(name, func(t *testing.T) { test(t, freshFile) })
	}
}

func freshFile(t *testing.T) string { return filepath.Join(t.TempDir(), "a b%20c.db") }

var flyers = Pair{"flyers", "bank+key", "cardholders"}

func chargeOf(run string, epsilon int64) Charge {
	return Charge{Run: run, Pair: flyers, Agreement: "sha256:0", Epsilon: big.NewRat(epsilon, 2), Delta: big.NewRat(1, 1<<40)}
}

// verified sees that the airline's book is as it was written.
func verified(t *testing.T, b *Book) Report {
	t.Helper()
	return verifiedAs(t, b, keyOf(t, "airline", 1), keyOf(t, "bank", 2))
}

func verifiedAs(t *testing.T, b *Book, own, peer key) Report {
	t.Helper()
	report, err := b.Verify(t.Context(), own, peer)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func want(t *testing.T, err, is error) {
	t.Helper()
	if !errors.Is(err, is) {
		t.Fatalf("got %v, want %v", err, is)
	}
}

func testBudget(t *testing.T, fresh func(*testing.T) string) {
	b, ctx, budget := openBook(t, fresh(t)), t.Context(), big.NewRat(2, 1)
	want(t, b.Reserve(ctx, chargeOf("a", 2), budget, noon), nil)
	want(t, b.Spend(ctx, "a", noon), nil)
	want(t, b.Reserve(ctx, chargeOf("b", 2), budget, noon), nil)
	want(t, b.Reserve(ctx, chargeOf("c", 1), budget, noon), ErrBudget) // what is set aside counts
	want(t, b.Refund(ctx, "b", noon), nil)
	want(t, b.Reserve(ctx, chargeOf("c", 2), budget, noon), nil) // exactly what is left
	want(t, b.Spend(ctx, "c", noon), nil)
	want(t, b.Reserve(ctx, chargeOf("d", 1), budget, noon.AddDate(10, 0, 0)), ErrBudget) // it never refreshes
	other := chargeOf("e", 4)
	other.Pair.Counterpart = "loans"
	want(t, b.Reserve(ctx, other, budget, noon), nil)
	balance, err := b.Balance(ctx, flyers, noon)
	want(t, err, nil)
	if balance.Runs != 2 || balance.Epsilon.RatString() != "2" || balance.Delta.Cmp(big.NewRat(2, 1<<40)) != 0 {
		t.Errorf("%+v", balance)
	}
	verified(t, b)
}

func testStepsThatCannotFollow(t *testing.T, fresh func(*testing.T) string) {
	b, ctx, budget := openBook(t, fresh(t)), t.Context(), big.NewRat(100, 1)
	want(t, b.Spend(ctx, "a", noon), ErrCharge)
	want(t, b.Refund(ctx, "a", noon), ErrCharge)
	want(t, b.Reserve(ctx, chargeOf("a", 1), budget, noon), nil)
	want(t, b.Spend(ctx, "a", noon), nil)
	want(t, b.Refund(ctx, "a", noon), ErrCharge) // what has left cannot be taken back
	want(t, b.Spend(ctx, "a", noon), ErrCharge)
	want(t, b.Reserve(ctx, chargeOf("b", 1), budget, noon), nil)
	want(t, b.Refund(ctx, "b", noon), nil)
	want(t, b.Spend(ctx, "b", noon), ErrCharge)
}

// testForgottenReservation: a process that died before anything left gives its
// reservation back after a run's longest life, and not before.
func testForgottenReservation(t *testing.T, fresh func(*testing.T) string) {
	b, ctx, budget := openBook(t, fresh(t)), t.Context(), big.NewRat(1, 1)
	want(t, b.Reserve(ctx, chargeOf("a", 2), budget, noon), nil)
	want(t, b.Reserve(ctx, chargeOf("b", 2), budget, noon.Add(holdTime-time.Second)), ErrBudget)
	want(t, b.Reserve(ctx, chargeOf("b", 2), budget, noon.Add(holdTime)), nil)
}

// testConcentrated: many small runs cost less together than their sum.
func testConcentrated(t *testing.T, fresh func(*testing.T) string) {
	b, ctx := openBook(t, fresh(t)), t.Context()
	for i := range 200 {
		c := chargeOf(fmt.Sprint(i), 1)
		c.Epsilon = big.NewRat(1, 10)
		want(t, b.Reserve(ctx, c, big.NewRat(9, 1), noon), nil)
		want(t, b.Spend(ctx, c.Run, noon), nil)
	}
	balance, err := b.Balance(ctx, flyers, noon)
	want(t, err, nil)
	if balance.Epsilon.RatString() != "20" {
		t.Errorf("plain composition: %s", balance.Epsilon)
	}
	// ρ = 200·0.01/2 = 1, and 1 + 2√(ln 10⁶) = 8.4338…
	least, _ := balance.Least().Float64()
	if least < 8.4338 || least > 8.4339 {
		t.Errorf("concentrated composition: %v", least)
	}
}

func testTwoAtOnce(t *testing.T, fresh func(*testing.T) string) {
	path := fresh(t)
	openBook(t, path)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			b, err := OpenBook(context.Background(), path)
			if err != nil {
				errs[i] = err
				return
			}
			defer b.Close()
			errs[i] = b.Reserve(context.Background(), chargeOf(fmt.Sprint(i), 2), big.NewRat(3, 1), noon)
		})
	}
	wg.Wait()
	reserved := 0
	for _, err := range errs {
		if err == nil {
			reserved++
			continue
		}
		want(t, err, ErrBudget)
	}
	if reserved != 3 {
		t.Errorf("%d runs of 1 fit a budget of 3", reserved)
	}
}

func testWitness(t *testing.T, fresh func(*testing.T) string) {
	b, ctx := openBook(t, fresh(t)), t.Context()
	for _, runs := range []int64{0, 3, 3, 5} {
		want(t, b.Witness(ctx, flyers, runs), nil)
	}
	want(t, b.Witness(ctx, flyers, 4), ErrOlder)
	want(t, b.Witness(ctx, Pair{"flyers", "other", "cardholders"}, 0), nil)
	want(t, b.Reserve(ctx, chargeOf("a", 1), big.NewRat(9, 1), noon), nil)
	want(t, b.Spend(ctx, "a", noon), nil)
	runs, err := b.Spent(ctx, flyers)
	want(t, err, nil)
	if runs != 1 {
		t.Errorf("%d runs spent", runs)
	}
}

// testKilled kills a process with SIGKILL right after each step: what the step
// wrote is there.
func testKilled(t *testing.T, fresh func(*testing.T) string) {
	for step, spent := range map[string]string{"reserve": "1/2", "spend": "1/2", "refund": "0"} {
		path := fresh(t)
		c := exec.Command(os.Args[0], "-test.run=^TestToBeKilled$")
		c.Env = append(os.Environ(), "BOOK_TO_KILL="+path, "BOOK_STEP="+step)
		if err := c.Run(); c.ProcessState.ExitCode() != -1 {
			t.Fatalf("%s: the process was not killed: %v", step, err)
		}
		b := openBook(t, path)
		balance, err := b.Balance(t.Context(), flyers, noon)
		want(t, err, nil)
		if balance.Epsilon.RatString() != spent {
			t.Errorf("killed after %s: %s, want %s", step, balance.Epsilon.RatString(), spent)
		}
		verified(t, b)
	}
}

// TestToBeKilled is the process that is killed.
func TestToBeKilled(t *testing.T) {
	if path := os.Getenv("BOOK_TO_KILL"); path != "" {
		die(path, os.Getenv("BOOK_STEP"))
	}
}

// die walks to a step and kills its own process.
func die(path, step string) {
	ctx := context.Background()
	b, err := OpenBook(ctx, path)
	if err != nil {
		os.Exit(1)
	}
	steps := []func() error{func() error { return b.Reserve(ctx, chargeOf("a", 1), big.NewRat(9, 1), noon) }}
	switch step {
	case "spend":
		steps = append(steps, func() error { return b.Spend(ctx, "a", noon) })
	case "refund":
		steps = append(steps, func() error { return b.Refund(ctx, "a", noon) })
	}
	for _, do := range steps {
		if do() != nil {
			os.Exit(1)
		}
	}
	self, _ := os.FindProcess(os.Getpid())
	self.Kill()
	select {}
}
