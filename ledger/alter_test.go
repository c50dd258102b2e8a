package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
)

// A cell is one value of a book, and where a change of it has to be found.
type cell struct {
	table, column string
	place         int64
	text          bool
	size          int
}

func (c cell) found() string {
	if c.table == "charges" {
		return fmt.Sprintf("entry %d ", c.place)
	}
	return fmt.Sprintf("record %d ", c.place)
}

// cells are all values that a book consists of. Numbers of rows are changed as
// numbers, everything else byte by byte.
func cells(t *testing.T, b *Book) (all []cell) {
	for table, columns := range map[string][]string{
		"charges": {"run", "step", "at", "dataset", "partner", "counterpart", "agreement", "epsilon", "delta", "hash"},
		"records": {"kind", "subject", "leaf", "hashes"},
	} {
		for _, column := range columns {
			rows, err := b.db.Query(`SELECT place, length(` + column + `) FROM ` + table)
			want(t, err, nil)
			for rows.Next() {
				c := cell{table: table, column: column, text: column != "hashes"}
				want(t, rows.Scan(&c.place, &c.size), nil)
				all = append(all, c)
			}
			want(t, rows.Close(), nil)
		}
	}
	return all
}

// errRolledBack ends a change that is not to stay.
var errRolledBack = errors.New("rolled back")

// changed changes one byte of a cell, and answers with what Verify says of the
// book while it is changed. Nothing of the change stays.
func changed(t *testing.T, b *Book, c cell, at int, by byte) (fault error) {
	t.Helper()
	err := b.within(context.Background(), func(tx *sql.Tx) error {
		var value []byte
		read := `SELECT ` + c.column + ` FROM ` + c.table + ` WHERE place = $1`
		want(t, tx.QueryRow(read, c.place).Scan(&value), nil)
		value[at%len(value)] ^= by
		var to any = value
		if c.text {
			to = string(value)
		}
		_, err := tx.Exec(`UPDATE `+c.table+` SET `+c.column+` = $1 WHERE place = $2`, to, c.place)
		if err != nil { // a step that the table itself refuses
			fault = fmt.Errorf("%w: %s %w", ErrAltered, c.found(), err)
			return errRolledBack
		}
		fault = verifyIn(tx, keyOf(t, "airline", 1), keyOf(t, "bank", 2))
		return errRolledBack
	})
	want(t, err, errRolledBack)
	return fault
}

// verifyIn is Verify within a transaction.
func verifyIn(tx *sql.Tx, own, peer key) error {
	w := newWalk(context.Background(), tx, own, peer)
	return w.book()
}

// TestRandomChanges changes one byte 10,000 times, somewhere in a book, in a
// receipt or in a checkpoint: each change is found, with its place (fewer times
// with -short).
func TestRandomChanges(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 3))
	inBook, inFiles, inCheckpoints := 2000, 6000, 2000
	if testing.Short() {
		inBook, inFiles, inCheckpoints = 300, 1000, 1000
	}
	b, bank := openBook(t, freshFile(t)), openBook(t, freshFile(t))
	for n := range 2 {
		fill(t, b, fmt.Sprint("run", n))
		errA, errB := meetingOf(two(t, b, bank))
		want(t, errors.Join(errA, errB), nil)
	}
	verified(t, b)
	all := cells(t, b)
	total := 0
	for _, c := range all {
		total += c.size
	}
	for range inBook {
		c, at := pick(r, all, total)
		by := byte(1 + r.IntN(127)) // text stays what both databases take for text
		if err := changed(t, b, c, at, by); !errors.Is(err, ErrAltered) || !strings.Contains(err.Error(), c.found()) {
			t.Fatalf("%s.%s of %d, byte %d ^ %#x: %v", c.table, c.column, c.place, at, by, err)
		}
	}
	changedReceipts(t, r, inFiles)
	changedCheckpoints(t, r, b, inCheckpoints)
	verified(t, b)
}

// pick chooses a byte, each as likely as every other.
func pick(r *rand.Rand, all []cell, total int) (cell, int) {
	at := r.IntN(total)
	for _, c := range all {
		if at < c.size {
			return c, at
		}
		at -= c.size
	}
	return cell{}, 0
}

func changedReceipts(t *testing.T, r *rand.Rand, times int) {
	airline, bank := keyOf(t, "airline", 1), keyOf(t, "bank", 2)
	folder := receipts(t)
	var names []string
	for name := range folder {
		if strings.HasSuffix(name, ".txt") {
			names = append(names, name)
		}
	}
	for range times {
		name := names[r.IntN(len(names))]
		good := folder[name]
		bad := bytes.Clone(good.Data)
		bad[r.IntN(len(bad))] ^= byte(1 + r.IntN(255))
		folder[name] = &fstest.MapFile{Data: bad}
		_, err := VerifyFolder(folder, airline, bank)
		if !errors.Is(err, ErrAltered) || !strings.Contains(err.Error(), name) {
			t.Fatalf("%s: %v", name, err)
		}
		folder[name] = good
	}
}

func changedCheckpoints(t *testing.T, r *rand.Rand, b *Book, times int) {
	airline := keyOf(t, "airline", 1)
	good, err := b.Checkpoint(t.Context(), airline)
	want(t, err, nil)
	_, err = OpenCheckpoint(good, airline)
	want(t, err, nil)
	for range times {
		bad := bytes.Clone(good)
		at, by := r.IntN(len(bad)), byte(1+r.IntN(255))
		bad[at] ^= by
		if _, err := OpenCheckpoint(bad, airline); err == nil {
			t.Fatalf("byte %d ^ %#x of a checkpoint", at, by)
		}
	}
}

// receipts is a folder of three runs, one of which failed, and of a deletion.
func receipts(t *testing.T) fstest.MapFS {
	airline, bank := keyOf(t, "airline", 1), keyOf(t, "bank", 2)
	failed := accounted("c")
	failed.State, failed.Code = Failed, "HUNG_UP"
	alone, err := failed.Sign(airline)
	want(t, err, nil)
	deletion, err := (&Deletion{Message: "DELETION", Agreement: "sha256:aa", Member: "bank"}).Sign(bank)
	want(t, err, nil)
	return fstest.MapFS{
		"a/receipt.txt":     {Data: signed(t, accounted("a"), airline, bank)},
		"b/receipt.txt":     {Data: signed(t, receipt(), bank, airline)},
		"c/receipt.txt":     {Data: alone},
		"bank-deletion.txt": {Data: deletion},
		"a/rows.arrow":      {Data: []byte("rows")},
	}
}

// testAltered changes, adds and takes away whole rows.
func testAltered(t *testing.T, fresh func(*testing.T) string) {
	b, bank := openBook(t, fresh(t)), openBook(t, fresh(t))
	for n := range 2 {
		fill(t, b, fmt.Sprint("run", n))
		errA, errB := meetingOf(two(t, b, bank))
		want(t, errors.Join(errA, errB), nil)
	}
	for alteration, place := range map[string]string{
		`UPDATE charges SET epsilon = '1/100' WHERE place = 2`:                    "entry 2",
		`UPDATE charges SET step = 'refund' WHERE place = 2`:                      "entry 2",
		`UPDATE charges SET epsilon = 'x' WHERE place = 1`:                        "entry 1",
		`UPDATE charges SET place = 9 WHERE place = 3`:                            "entry 3",
		`DELETE FROM charges WHERE place = 1`:                                     "entry 1",
		`DELETE FROM charges WHERE place = 4`:                                     "entry 4",
		`DELETE FROM records WHERE place = 0`:                                     "record 0",
		`DELETE FROM records WHERE place = 3`:                                     "record 3",
		`UPDATE records SET place = 90 WHERE place = 5`:                           "record 5",
		`UPDATE records SET place = -1 WHERE place = 0`:                           "record 0",
		`UPDATE records SET subject = 'run1' WHERE place = 3`:                     "record 3",
		`UPDATE records SET kind = 'files' WHERE place = 0`:                       "record 0",
		`UPDATE records SET leaf = replace(leaf, '2026', '2027') WHERE place = 4`: "record 4",
		`UPDATE records SET leaf = (SELECT leaf FROM records WHERE place = 1), hashes =
			(SELECT hashes FROM records WHERE place = 1), kind = 'charge', subject = 'run0' WHERE place = 2`: "record 2",
	} {
		err := b.within(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.Exec(alteration)
			want(t, err, nil)
			err = verifyIn(tx, keyOf(t, "airline", 1), keyOf(t, "bank", 2))
			if !errors.Is(err, ErrAltered) || !strings.Contains(err.Error(), place+" ") {
				t.Errorf("%s: %v", alteration, err)
			}
			return errRolledBack
		})
		want(t, err, errRolledBack)
	}
	verified(t, b)
}

// TestRewritten: an owner who writes the whole log anew, with every hash right,
// is betrayed by the checkpoint that its partner co-signed.
func TestRewritten(t *testing.T) {
	b, bank, ctx := openBook(t, freshFile(t)), openBook(t, freshFile(t)), t.Context()
	fill(t, b, "run")
	errA, errB := meetingOf(two(t, b, bank))
	want(t, errors.Join(errA, errB), nil)
	var old []Record
	for r, err := range b.each(ctx, ``) {
		want(t, err, nil)
		old = append(old, r)
	}
	_, err := b.db.Exec(`DELETE FROM records`)
	want(t, err, nil)
	for _, r := range old {
		if r.Kind == KindAgreement {
			r.Body = strings.Replace(r.Body, "a person", "nobody", 1)
		}
		want(t, b.append(ctx, r.Kind, r.Subject, r.Body, noon), nil)
	}
	_, err = b.Verify(ctx, keyOf(t, "airline", 1), keyOf(t, "bank", 2))
	if !errors.Is(err, ErrAltered) || !strings.Contains(err.Error(), "record 8 holds the co-signed checkpoint of the first 7 records") {
		t.Errorf("%v", err)
	}
}

// TestRewrittenBudget: an owner who writes the chain of the budget anew is
// betrayed by the log.
func TestRewrittenBudget(t *testing.T) {
	b, ctx := openBook(t, freshFile(t)), t.Context()
	fill(t, b, "run")
	var entries []entry
	want(t, b.within(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, ``, nil, func(e entry, _ string) error {
			entries = append(entries, e)
			return nil
		})
	}), nil)
	last := ""
	for _, e := range entries {
		e.Charge.Epsilon.SetInt64(0)
		hash, err := e.hash(last)
		want(t, err, nil)
		_, err = b.db.Exec(`UPDATE charges SET epsilon = '0', hash = $1 WHERE place = $2`, hash, e.Place)
		want(t, err, nil)
		last = hash
	}
	_, err := b.Verify(ctx, keyOf(t, "airline", 1), keyOf(t, "bank", 2))
	if !errors.Is(err, ErrAltered) || !strings.Contains(err.Error(), "entry 1 is not the one that the log has of it") {
		t.Errorf("%v", err)
	}
}

func TestVerifyFolder(t *testing.T) {
	airline, bank := keyOf(t, "airline", 1), keyOf(t, "bank", 2)
	s, err := VerifyFolder(receipts(t), airline, bank)
	want(t, err, nil)
	if s != (Summary{Completed: 2, Failed: 1, Deletions: 1}) {
		t.Errorf("%+v", s)
	}
	_, err = VerifyFolder(fstest.MapFS{"a": {}}, airline, bank)
	want(t, err, ErrNoReceipts)
	alone, err := receipt().Sign(airline)
	want(t, err, nil)
	other := accounted("a")
	other.Purpose = "another"
	for name, file := range map[string][]byte{
		"alone/receipt.txt":   alone,                           // completed, and signed by one
		"second/receipt.txt":  signed(t, other, airline, bank), // of a run that has one
		"mallory/receipt.txt": signed(t, receipt(), airline, keyOf(t, "mallory", 3)),
		"empty/receipt.txt":   nil,
		"x/deletion.txt":      alone,
	} {
		folder := receipts(t)
		folder[name] = &fstest.MapFile{Data: file}
		if _, err := VerifyFolder(folder, airline, bank); !errors.Is(err, ErrAltered) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFollow(t *testing.T) {
	airline, bank, folder := keyOf(t, "airline", 1), keyOf(t, "bank", 2), receipts(t)
	r := accounted("a")
	hash, err := r.Hash()
	want(t, err, nil)
	found, file, err := Follow(folder, Mark{hash, r.Agreement}, airline, bank)
	want(t, err, nil)
	if found.Run != "a" || file != "a/receipt.txt" {
		t.Errorf("%s in %s", found.Run, file)
	}
	failed := accounted("c")
	failed.State, failed.Code = Failed, "HUNG_UP"
	failedHash, err := failed.Hash()
	want(t, err, nil)
	for _, m := range []Mark{{hash, "sha256:00"}, {"sha256:00", r.Agreement}, {failedHash, r.Agreement}, {}} {
		if _, _, err := Follow(folder, m, airline, bank); !errors.Is(err, ErrAltered) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

func TestVerifyFiles(t *testing.T) {
	b, folder := openBook(t, freshFile(t)), fstest.MapFS{"results/a/rows.arrow": {Data: []byte("rows")}, "results/a/result.json": {Data: []byte("{}")}}
	sums, err := SumFiles(folder, "results/a/rows.arrow", "results/a/result.json")
	want(t, err, nil)
	want(t, b.KeepFiles(t.Context(), Files{Run: "a", Sums: sums}, noon), nil)
	checked, absent, err := b.VerifyFiles(t.Context(), folder)
	if err != nil || checked != 2 || absent != 0 {
		t.Errorf("%d checked, %d absent, %v", checked, absent, err)
	}
	folder["results/a/rows.arrow"] = &fstest.MapFile{Data: []byte("rowz")}
	if _, _, err = b.VerifyFiles(t.Context(), folder); !errors.Is(err, ErrAltered) || !strings.Contains(err.Error(), "results/a/rows.arrow") {
		t.Error(err)
	}
	delete(folder, "results/a/rows.arrow")
	checked, absent, err = b.VerifyFiles(t.Context(), folder)
	if err != nil || checked != 1 || absent != 1 {
		t.Errorf("%d checked, %d absent, %v", checked, absent, err)
	}
	_, err = SumFiles(folder, "nowhere")
	want(t, err, fs.ErrNotExist)
}

// FuzzMessages: whatever a partner sends in a meeting, it is refused or it is
// what this program would have sent.
func FuzzMessages(f *testing.F) {
	for _, seed := range []string{`{"seen":""}`, `{"checkpoint":"","proof":null}`, `{"cosigned":""}`, `{"checkpoint":"a","proof":["AAAA"]}`, `{}`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		m := meeting{Parties: Parties{Own: keyOf(t, "airline", 1), Peer: keyOf(t, "bank", 2)}}
		if _, err := m.readQuestion(message); err == nil && string(message) != `{"seen":""}` {
			t.Errorf("a question: %q", message)
		}
		if _, _, err := m.readAnswer(message); err == nil {
			t.Errorf("an answer that nobody signed: %q", message)
		}
		if _, err := m.readCosignature(message); err == nil && string(message) != `{"cosigned":""}` {
			t.Errorf("a co-signature that nobody signed: %q", message)
		}
	})
}

// FuzzCheckpoint: what is read is written again byte for byte.
func FuzzCheckpoint(f *testing.F) {
	f.Add("mandorla/airline+1f2e3d4c\n12\n" + "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
	f.Add("x\n0\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := parseCheckpoint(text); err == nil && c.text() != text {
			t.Errorf("%q reads as %q", text, c.text())
		}
	})
}

// TestCheckpointVector is a checkpoint as other programs for C2SP logs read it:
// the empty tree's root is SHA-256 of nothing, that of one leaf SHA-256(0 ‖ leaf).
func TestCheckpointVector(t *testing.T) {
	b, airline := openBook(t, freshFile(t)), keyOf(t, "airline", 1)
	signed, err := b.Checkpoint(t.Context(), airline)
	want(t, err, nil)
	start := fmt.Sprintf("mandorla/airline+%08x\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— airline ", airline.KeyHash())
	if !strings.HasPrefix(string(signed), start) {
		t.Errorf("%s", signed)
	}
	want(t, b.KeepEvent(t.Context(), Event{Agreement: "a"}, noon), nil)
	signed, err = b.Checkpoint(t.Context(), airline)
	want(t, err, nil)
	c, err := OpenCheckpoint(signed, airline)
	want(t, err, nil)
	var leaf string
	want(t, b.db.QueryRow(`SELECT leaf FROM records`).Scan(&leaf), nil)
	if root := hex.EncodeToString(c.Root[:]); root != shaOf("\x00"+leaf) || c.Size != 1 {
		t.Errorf("size %d, root %s", c.Size, root)
	}
}
