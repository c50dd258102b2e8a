package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
)

// accounted is a receipt of a run that says everything that one can.
func accounted(run string) *Receipt {
	r := receipt()
	r.Run = run
	r.Account = &Account{
		Rules: map[string]string{"min_group_size": "50", "epsilon_per_run": "1"}, Epsilon: "1", Delta: "1/1099511627776",
		Parts: map[string]Part{
			"airline": {Policy: "sha256:aa", Columns: []string{"email", "tier"}, Received: []string{"count"},
				Eligibility: Eligibility{Read: 16737, Eligible: 12345, Excluded: map[string]uint64{"NO_CONSENT": 4300, "OPTED_OUT": 92}}.Round(),
				Cells:       Cells{Noised: 11, Suppressed: 1}},
			"bank": {Columns: []string{"email"}, Received: []string{"count"}, Eligibility: Eligibility{}.Round()},
		},
	}
	return r
}

// fill writes one record of each kind that a run and an agreement leave.
func fill(t testing.TB, b *Book, run string) {
	t.Helper()
	ctx, airline, bank := t.Context(), keyOf(t, "airline", 1), keyOf(t, "bank", 2)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(b.KeepEvent(ctx, Event{Agreement: "sha256:aa", Name: "skyline-2026", Step: "accepted", By: []string{"a person"}, Text: "agreement: …\n"}, noon))
	must(b.Reserve(ctx, chargeOf(run, 1), big.NewRat(1000, 1), noon))
	must(b.Spend(ctx, run, noon))
	_, err := b.KeepReceipt(ctx, signed(t, accounted(run), airline, bank), noon, airline, bank)
	must(err)
	must(b.KeepFiles(ctx, Files{Run: run, Receipt: "sha256:bb", Sums: map[string]string{"results/" + run + "/rows.arrow": "cc"}}, noon))
	c, err := ConsentOf(accounted(run), "airline", category())
	must(err)
	must(b.KeepConsent(ctx, run, c, noon))
	deletion, err := (&Deletion{Message: "DELETION", Agreement: "sha256:aa", Member: "bank", At: "2026-03-01T12:00:00Z",
		Deleted: []Deleted{{Run: run, What: "results", Files: 2, Bytes: 10}}}).Sign(bank)
	must(err)
	must(b.KeepDeletion(ctx, deletion, noon, airline, bank))
}

func testRecords(t *testing.T, fresh func(*testing.T) string) {
	b := openBook(t, fresh(t))
	for n := range 50 {
		fill(t, b, fmt.Sprintf("run%02d", n))
	}
	if report := verified(t, b); report != (Report{Records: 350, Entries: 100, Receipts: 50}) {
		t.Errorf("%+v", report)
	}
	failed := accounted("run07")
	failed.State, failed.Code = Failed, "HUNG_UP"
	one, err := failed.Sign(keyOf(t, "airline", 1))
	want(t, err, nil)
	_, err = b.KeepReceipt(t.Context(), one, noon, keyOf(t, "airline", 1))
	want(t, err, nil)
	runs := []string{}
	for r, err := range b.Receipts(t.Context()) {
		want(t, err, nil)
		if runs = append(runs, r.Run); (r.State == Failed) != (r.Run == "run07") {
			t.Errorf("%s: %s", r.Run, r.State)
		}
	}
	if len(runs) != 50 || runs[49] != "run07" { // its last receipt stands, where it was written
		t.Errorf("receipts of %v", runs)
	}
	found := 0
	for r, err := range b.Records(t.Context(), KindReceipt, "run07") {
		want(t, err, nil)
		if found++; r.Subject != "run07" || r.Kind != KindReceipt {
			t.Errorf("%+v", r)
		}
	}
	if found != 2 {
		t.Errorf("%d records of a run with two receipts", found)
	}
	for range b.Records(t.Context(), KindReceipt, "") {
		break // whoever has enough may leave
	}
}

func TestNotKept(t *testing.T) {
	b, ctx, airline, bank := openBook(t, freshFile(t)), t.Context(), keyOf(t, "airline", 1), keyOf(t, "bank", 2)
	_, err := b.KeepReceipt(ctx, signed(t, receipt(), airline, bank), noon, airline)
	want(t, err, ErrReceipt)
	want(t, b.KeepDeletion(ctx, []byte("no"), noon, airline), ErrDeletion)
	want(t, b.KeepConsent(ctx, "a", &ConsentReceipt{}, noon), ErrConsent)
	want(t, b.KeepEvent(ctx, Event{Text: strings.Repeat("x", maxBody)}, noon), ErrRecord)
	want(t, b.KeepEvent(ctx, Event{Text: "\xff"}, noon), ErrRecord)
	if report := verified(t, b); report.Records != 0 {
		t.Errorf("%+v", report)
	}
}

// testMigrated opens a book of before there was a log.
func testMigrated(t *testing.T, fresh func(*testing.T) string) {
	where, ctx := fresh(t), t.Context()
	s, err := storeOf(where)
	want(t, err, nil)
	db, err := s.open()
	want(t, err, nil)
	migrateTo(t, s, db, 1)
	last := ""
	for n, step := range []string{"reserve", "spend", "reserve"} {
		c := chargeOf(fmt.Sprint("run", n/2), 2)
		e := entry{Place: int64(n) + 1, Step: step, At: "2026-02-01T12:00:00.5Z", Charge: c}
		last, err = e.hash(last)
		want(t, err, nil)
		_, err = db.ExecContext(ctx, `INSERT INTO charges
			(place, run, step, at, dataset, partner, counterpart, agreement, epsilon, delta, hash)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, e.Place, c.Run, step, e.At,
			c.Pair.Dataset, c.Pair.Partner, c.Pair.Counterpart, c.Agreement, c.Epsilon.RatString(), c.Delta.RatString(), last)
		want(t, err, nil)
	}
	want(t, db.Close(), nil)
	b := openBook(t, where)
	if report := verified(t, b); report.Records != 3 || report.Entries != 3 {
		t.Errorf("%+v", report)
	}
	want(t, b.Refund(ctx, "run1", noon), nil)
	balance, err := b.Balance(ctx, flyers, noon)
	want(t, err, nil)
	if balance.Epsilon.RatString() != "1" || balance.Runs != 1 {
		t.Errorf("%+v", balance)
	}
	b.Close()
	if report := verified(t, openBook(t, where)); report.Records != 4 {
		t.Errorf("opened again: %+v", report)
	}
}

func migrateTo(t *testing.T, s store, db *sql.DB, version int64) {
	t.Helper()
	options, err := s.options()
	want(t, err, nil)
	files, err := s.files()
	want(t, err, nil)
	p, err := goose.NewProvider(s.dialect, db, files, options...)
	want(t, err, nil)
	_, err = p.UpTo(t.Context(), version)
	want(t, err, nil)
}

// A side is one node in a test of two.
type side struct {
	*testing.T
	book  *Book
	own   key
	peer  key
	swaps chan []byte // to the other side
	from  chan []byte
	tap   func(round int, message []byte) []byte // what the other side gets instead
}

// two are an airline and a bank, each with its own book.
func two(t *testing.T, airline, bank *Book) (a, b *side) {
	keys := [2]key{keyOf(t, "airline", 1), keyOf(t, "bank", 2)}
	ab, ba := make(chan []byte, 3), make(chan []byte, 3)
	return &side{t, airline, keys[0], keys[1], ab, ba, nil}, &side{t, bank, keys[1], keys[0], ba, ab, nil}
}

// errGone is a partner that has hung up.
var errGone = errors.New("gone")

// meet is one side's call of Meet.
func (s *side) meet() error {
	defer close(s.swaps)
	round := 0
	return s.book.Meet(s.Context(), Parties{s.own, s.own, s.peer}, noon, func(_ context.Context, message []byte) ([]byte, error) {
		if s.tap != nil {
			message = s.tap(round, message)
		}
		round++
		s.swaps <- message
		theirs, ok := <-s.from
		if !ok {
			return nil, errGone
		}
		return theirs, nil
	})
}

// meeting lets two books meet, and answers with what each came to.
func meetingOf(a, b *side) (errA, errB error) {
	done := make(chan error)
	go func() { done <- b.meet() }()
	errA = a.meet()
	return errA, <-done
}

func testMeeting(t *testing.T, fresh func(*testing.T) string) {
	a, b := openBook(t, fresh(t)), openBook(t, fresh(t))
	for n := range 9 {
		errA, errB := meetingOf(two(t, a, b))
		want(t, errA, nil)
		want(t, errB, nil)
		if n%2 == 0 {
			fill(t, a, fmt.Sprint("run", n))
		}
	}
	if report := verified(t, a); report.Checkpoints != 9 || report.Receipts != 5 {
		t.Errorf("%+v", report)
	}
	seen, err := latestBody(t, b, KindSeen, keyOf(t, "airline", 1))
	want(t, err, nil)
	c, err := OpenCheckpoint([]byte(seen), keyOf(t, "airline", 1), keyOf(t, "bank", 2))
	want(t, err, nil)
	held := func() error {
		return a.snapshot(t.Context(), func(tx *sql.Tx) error { return holds(t.Context(), tx, c) })
	}
	want(t, held(), nil)
	c.Root[3]++
	want(t, held(), ErrSetBack)
	report, err := a.Verify(t.Context(), keyOf(t, "airline", 1)) // without the partner's key
	want(t, err, nil)
	if report.Unknown == 0 || report.Records != verified(t, a).Records {
		t.Errorf("%+v", report)
	}
}

// latestBody is the last checkpoint that a book has of a kind about a log.
func latestBody(t *testing.T, b *Book, kind string, log key) (checkpoint string, err error) {
	t.Helper()
	for r, err := range b.Records(t.Context(), kind, originOf(log)) {
		want(t, err, nil)
		var s seen
		want(t, Decode([]byte(r.Body), &s), nil)
		checkpoint = s.Checkpoint
	}
	return checkpoint, nil
}

// testRestored: a node is set back to yesterday's backup. Its partner finds out
// when they meet, and so does the node itself; so it does where the node has
// gone on meanwhile, and past where it was.
func testRestored(t *testing.T, fresh func(*testing.T) string) {
	for _, since := range []int{0, 1, 40} {
		// PostgreSQL has no file to copy: the book of before is made twice.
		today, backup, bank := openBook(t, fresh(t)), openBook(t, fresh(t)), openBook(t, fresh(t))
		for _, b := range []*Book{today, backup} {
			fill(t, b, "monday")
			fill(t, b, "tuesday")
		}
		errA, errB := meetingOf(two(t, today, bank))
		want(t, errors.Join(errA, errB), nil)
		for n := range since {
			fill(t, backup, fmt.Sprint("since", n))
		}
		fill(t, today, "wednesday")
		errA, errB = meetingOf(two(t, today, bank))
		want(t, errors.Join(errA, errB), nil)
		for range 3 { // and again at every run until it is put right
			errA, errB = meetingOf(two(t, backup, bank))
			want(t, errA, ErrSetBack)
			want(t, errB, ErrPeerSetBack)
			if told := strings.Contains(errB.Error(), "records, and had"); told != (since < 2) {
				t.Errorf("since then %d runs: %v", since, errB)
			}
			for _, err := range []error{errA, errB} {
				if s := err.Error(); !strings.Contains(s, "restore the newest backup") || strings.Contains(s, "\n") {
					t.Errorf("it does not say what to do in one line: %s", s)
				}
			}
		}
		conflicts := 0
		for range bank.Records(t.Context(), KindConflict, originOf(keyOf(t, "airline", 1))) {
			conflicts++
		}
		if conflicts != 1 {
			t.Errorf("%d conflicts are kept", conflicts)
		}
		verifiedAs(t, bank, keyOf(t, "bank", 2), keyOf(t, "airline", 1))
		errA, errB = meetingOf(two(t, today, bank)) // the newest backup
		want(t, errors.Join(errA, errB), nil)
		verified(t, today)
		verifiedAs(t, bank, keyOf(t, "bank", 2), keyOf(t, "airline", 1))
	}
}

// TestRestoredFile does the same with the file itself.
func TestRestoredFile(t *testing.T) {
	path, bank := filepath.Join(t.TempDir(), "mandorla.db"), openBook(t, freshFile(t))
	b := openBook(t, path)
	fill(t, b, "monday")
	want(t, b.Close(), nil)
	backup, err := os.ReadFile(path)
	want(t, err, nil)
	b = openBook(t, path)
	fill(t, b, "tuesday")
	errA, errB := meetingOf(two(t, b, bank))
	want(t, errors.Join(errA, errB), nil)
	want(t, b.Close(), nil)
	want(t, os.WriteFile(path, backup, 0o600), nil)
	for _, rest := range []string{"-wal", "-shm"} {
		os.Remove(path + rest)
	}
	errA, errB = meetingOf(two(t, openBook(t, path), bank))
	want(t, errA, ErrSetBack)
	want(t, errB, ErrPeerSetBack)
}

// TestTwoMeetingsAtOnce: where two runs meet the same partner at once, neither
// finds fault, and the log of each stays sound.
func TestTwoMeetingsAtOnce(t *testing.T) {
	a, b := openBook(t, freshFile(t)), openBook(t, freshFile(t))
	fill(t, a, "run")
	first, second := make(chan struct{}), make(chan error)
	slowA, slowB := two(t, a, b)
	slowA.tap = func(round int, message []byte) []byte {
		if round == 1 {
			close(first)
			fill(t, a, "meanwhile")
			errA, errB := meetingOf(two(t, a, b)) // overtakes
			second <- errors.Join(errA, errB)
		}
		return message
	}
	go func() {
		<-first
		want(t, <-second, nil)
	}()
	errA, errB := meetingOf(slowA, slowB)
	want(t, errors.Join(errA, errB), nil)
	verified(t, a)
	verifiedAs(t, b, keyOf(t, "bank", 2), keyOf(t, "airline", 1))
	errA, errB = meetingOf(two(t, a, b))
	want(t, errors.Join(errA, errB), nil)
}

// TestCosignatureReplayed: a co-signature of an earlier meeting is none of this.
func TestCosignatureReplayed(t *testing.T) {
	a, b := openBook(t, freshFile(t)), openBook(t, freshFile(t))
	var earlier []byte
	replay := func(round int, message []byte) []byte {
		if round != 2 {
			return message
		}
		if earlier == nil {
			earlier = message
		}
		return earlier
	}
	for _, is := range []error{nil, ErrMeeting} {
		sideA, sideB := two(t, a, b)
		sideB.tap = replay
		errA, errB := meetingOf(sideA, sideB)
		want(t, errA, is)
		want(t, errB, nil)
	}
}

// TestMeetingTampered changes a byte of every message of a meeting: whoever gets
// it refuses it, and keeps nothing of it.
func TestMeetingTampered(t *testing.T) {
	a, b := openBook(t, freshFile(t)), openBook(t, freshFile(t))
	fill(t, a, "run")
	errA, errB := meetingOf(two(t, a, b))
	want(t, errors.Join(errA, errB), nil)
	for round := range 3 {
		for place := 0; ; place += 41 {
			sideA, sideB := two(t, a, b)
			end := false
			sideA.tap = func(r int, message []byte) []byte {
				if r != round {
					return message
				}
				if end = place >= len(message); end {
					return message
				}
				message = slices.Clone(message)
				message[place] ^= 1
				return message
			}
			_, errB := meetingOf(sideA, sideB)
			if end {
				break
			}
			// A proof that is another one proves nothing, which is the partner's fault.
			if !errors.Is(errB, ErrMeeting) && (round != 1 || !errors.Is(errB, ErrPeerSetBack)) {
				t.Fatalf("round %d, byte %d: %v", round, place, errB)
			}
		}
	}
	verified(t, a)
	verifiedAs(t, b, keyOf(t, "bank", 2), keyOf(t, "airline", 1))
}
