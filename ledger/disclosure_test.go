package ledger

import (
	"slices"
	"testing"
	"time"
)

func disclosure(run, recipient, file string, marks ...string) *Disclosure {
	return &Disclosure{Run: run, Agreement: "sha256:aa", Name: "skyline-2026", Recipient: recipient, Columns: []string{"email"}, Rows: 1200,
		At: "2026-03-01T12:00:00Z", DeleteBy: "2026-03-31", Waits: "2026-04-02", File: "sha256:" + file, Marks: marks}
}

func TestDisclosures(t *testing.T) {
	b, ctx := openBook(t, freshFile(t)), t.Context()
	for _, d := range []*Disclosure{disclosure("r1", "bank", "f1", "m1", "m2"), disclosure("r1", "mailhouse", "f2", "m3"), disclosure("r2", "bank", "f3", "m1")} {
		want(t, b.KeepDisclosure(ctx, d, noon), nil)
	}
	for _, change := range []func(*Disclosure){func(d *Disclosure) { d.Run = "" }, func(d *Disclosure) { d.Recipient = "" }, func(d *Disclosure) { d.File = "f" },
		func(d *Disclosure) { d.Columns = nil }, func(d *Disclosure) { d.DeleteBy = "soon" }, func(d *Disclosure) { d.Waits = "" }} {
		d := disclosure("r1", "bank", "f1")
		change(d)
		want(t, b.KeepDisclosure(ctx, d, noon), ErrRecord)
	}
	all, err := b.Disclosures(ctx, "r1")
	if err != nil || len(all) != 2 || all[1].Recipient != "mailhouse" {
		t.Errorf("%v, %v", all, err)
	}
	hits, err := b.Traced(ctx, "m1", "m2", "m9")
	if err != nil || len(hits) != 2 || hits[0].Disclosure.File != "sha256:f1" || hits[0].Values != 2 || hits[1].Values != 1 {
		t.Errorf("%v, %v", hits, err)
	}
	for day, late := range map[string]bool{"2026-04-02T23:59:59Z": false, "2026-04-03T00:00:00Z": true} {
		now, _ := time.Parse(time.RFC3339, day)
		if all[0].Late(now) != late {
			t.Errorf("%s: late %v", day, !late)
		}
	}
	verified(t, b)
}

// TestUndeleted: a receipt counts for the file, run, agreement and recipient that
// it names, and for no other.
func TestUndeleted(t *testing.T) {
	b, ctx, bank := openBook(t, freshFile(t)), t.Context(), keyOf(t, "bank", 2)
	owed := func() (files []string) {
		t.Helper()
		all, err := b.Undeleted(ctx, "sha256:aa")
		want(t, err, nil)
		for _, d := range all {
			files = append(files, d.File)
		}
		return files
	}
	for _, d := range []*Disclosure{disclosure("r1", "bank", "f1"), disclosure("r1", "mailhouse", "f1"), disclosure("r2", "bank", "f3")} {
		want(t, b.KeepDisclosure(ctx, d, noon), nil)
	}
	keep := func(agreement string, gone Deleted) {
		t.Helper()
		note, err := (&Deletion{Message: "DELETION", Agreement: agreement, Member: "bank", Deleted: []Deleted{gone}}).Sign(bank)
		want(t, err, nil)
		want(t, b.KeepDeletion(ctx, note, noon, bank), nil)
	}
	keep("sha256:bb", DeletedFile("r1", "sha256:f1", 1, 10))
	keep("sha256:aa", DeletedFile("r2", "sha256:f1", 1, 10))
	keep("sha256:aa", Deleted{Run: "r1", What: "results"})
	if got := owed(); !slices.Equal(got, []string{"sha256:f1", "sha256:f1", "sha256:f3"}) {
		t.Errorf("%v", got)
	}
	keep("sha256:aa", DeletedFile("r1", "sha256:f1", 1, 10))
	if got := owed(); !slices.Equal(got, []string{"sha256:f1", "sha256:f3"}) {
		t.Errorf("%v", got)
	}
	keep("sha256:aa", DeletedFile("r2", "sha256:f3", 1, 10))
	if got, err := b.Undeleted(ctx, "sha256:aa"); err != nil || len(got) != 1 || got[0].Recipient != "mailhouse" {
		t.Errorf("%v, %v", got, err)
	}
}
