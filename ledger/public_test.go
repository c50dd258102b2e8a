package ledger

import (
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func runsOf(list []*Receipt) iter.Seq2[*Receipt, error] {
	return func(yield func(*Receipt, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// randomReceipts are runs of an airline with two or three members, some failed,
// some of before there were accounts.
func randomReceipts(r *rand.Rand) (list []*Receipt) {
	for n := range r.IntN(40) {
		x := accounted(fmt.Sprint("run", n))
		x.Purpose = []string{"card", "hotel", "<audit>"}[r.IntN(3)]
		x.Transcript = []string{"", "ab"}[r.IntN(2)]
		x.Members = map[string]Member{"airline": {Started: fmt.Sprintf("2026-%02d-01T00:00:00Z", 1+r.IntN(12))}}
		for _, partner := range []string{"bank", "hotel"} {
			if r.IntN(2) == 0 || len(x.Members) == 1 && partner == "hotel" {
				x.Members[partner] = Member{}
			}
		}
		x.Account.Parts = map[string]Part{"airline": {Eligibility: Eligibility{Eligible: uint64(r.IntN(1e6))}.Round()}}
		if r.IntN(4) == 0 {
			x.State, x.Code = Failed, "HUNG_UP"
		}
		if r.IntN(8) == 0 {
			x.Account = nil
		}
		list = append(list, x)
	}
	return list
}

// TestPublicIsTheSum: each figure is the plain sum over the receipts.
func TestPublicIsTheSum(t *testing.T) {
	for seed := range uint64(200) {
		list := randomReceipts(rand.New(rand.NewPCG(seed, 2)))
		f, err := Public("airline", runsOf(list), nil)
		want(t, err, nil)
		sum := func(partner, purpose string) (a Aim) {
			a.Purpose = purpose
			for _, r := range list {
				_, member := r.Members[partner]
				if partner != "" && !member || purpose != "" && r.Purpose != purpose {
					continue
				}
				crossed := r.Transcript != ""
				if r.State == Completed {
					a.Runs++
					crossed = true
				}
				if r.State == Failed {
					a.Failed++
				}
				if crossed && r.Account != nil {
					a.People += r.Account.Parts["airline"].Eligibility.Eligible
				}
			}
			return a
		}
		if all := sum("", ""); f.Runs != all.Runs || f.Failed != all.Failed || f.People != all.People {
			t.Fatalf("seed %d: %+v, want %+v", seed, f, all)
		}
		lines := 0
		for _, p := range f.Partners {
			for _, aim := range p.Purposes {
				if lines++; aim != sum(p.Name, aim.Purpose) {
					t.Fatalf("seed %d, %s: %+v, want %+v", seed, p.Name, aim, sum(p.Name, aim.Purpose))
				}
			}
		}
		pairs := map[string]bool{}
		for _, r := range list {
			for m := range r.Members {
				if m != "airline" {
					pairs[m+r.Purpose] = true
				}
			}
		}
		if lines != len(pairs) {
			t.Fatalf("seed %d: %d lines, want %d", seed, lines, len(pairs))
		}
	}
}

func TestPublicPages(t *testing.T) {
	x := accounted("a")
	x.Purpose = "<script>"
	x.Members["airline"] = Member{Started: "2026-03-01T10:00:00Z"}
	f, err := Public("airline", runsOf([]*Receipt{x}), nil)
	want(t, err, nil)
	b, err := f.JSON()
	want(t, err, nil)
	var again Figures
	want(t, json.Unmarshal(b, &again), nil)
	if again.People != 12000 || again.From != "2026-03-01" || again.Until != "2026-03-01" || again.Partners[0].Name != "bank" {
		t.Errorf("%s", b)
	}
	var page strings.Builder
	want(t, f.HTML(&page), nil)
	for _, part := range []string{"<td>bank</td><td>&lt;script&gt;</td>", ">12000</td>", "From 2026-03-01", "<title>What airline does"} {
		if !strings.Contains(page.String(), part) {
			t.Errorf("no %s in %s", part, page.String())
		}
	}
	none, err := Public("airline", runsOf(nil), nil)
	want(t, err, nil)
	page.Reset()
	want(t, none.HTML(&page), nil)
	if !strings.Contains(page.String(), "There were no comparisons") {
		t.Error(page.String())
	}
}

// TestPublicGroup: the page names every sister brand as a partner, and apart from
// them whoever counts, with what it learns.
func TestPublicGroup(t *testing.T) {
	x := accounted("a")
	x.Analysis, x.Topology, x.Purpose = "multi", "RING", "group"
	x.Members = map[string]Member{"airline": {Dataset: "people", Started: "2026-03-01T10:00:00Z"}, "cars": {Dataset: "people"}, "stay": {Dataset: "people"}, "office": {}}
	f, err := Public("airline", runsOf([]*Receipt{x, x}), nil)
	want(t, err, nil)
	if len(f.Partners) != 2 || f.Partners[0].Name != "cars" || f.Partners[1].Name != "stay" || !slices.Equal(f.Counters, []string{"office"}) || f.Runs != 2 || f.Crossed() {
		t.Errorf("%+v", f)
	}
	var page strings.Builder
	want(t, f.HTML(&page), nil)
	for _, part := range []string{"<td>cars</td>", "<td>stay</td>", "<p>office has no list", "exactly how many", "<li>how many customers several of us", "No company saw another", "how to say no"} {
		if !strings.Contains(page.String(), part) {
			t.Errorf("no %s in %s", part, page.String())
		}
	}
}

// TestPublicDoesNotVouch: a page of runs in which data on single people crossed does
// not say that nobody saw the other's list.
func TestPublicDoesNotVouch(t *testing.T) {
	for analysis, crossed := range map[string]bool{"size": false, "match": false, "suppress": false, "append": true, "net_names": true, "of tomorrow": true} {
		x := accounted("a")
		x.Analysis = analysis
		f, err := Public("airline", runsOf([]*Receipt{x}), nil)
		want(t, err, nil)
		var page strings.Builder
		want(t, f.HTML(&page), nil)
		if f.Crossed() != crossed || strings.Contains(page.String(), "No company saw another") == crossed {
			t.Errorf("%s: %v", analysis, f.Crossed())
		}
	}
}

func TestRounded(t *testing.T) {
	for n, to := range map[uint64]uint64{0: 0, 49: 0, 50: 100, 149: 100, 150: 200, 949: 900, 9949: 9900, 9950: 10000, 9999: 10000,
		10000: 10000, 10499: 10000, 10500: 11000, 16737: 17000, 99499: 99000, 99500: 100000, 10234567: 10000000} {
		if got := Rounded(n); got != to {
			t.Errorf("%d is rounded to %d, want %d", n, got, to)
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 10000 {
		n := r.Uint64() >> r.IntN(64)
		once := Rounded(n)
		if Rounded(once) != once || n >= 10000 && math.Abs(float64(once)-float64(n)) > float64(n)/18 {
			t.Fatalf("%d is rounded to %d, and again to %d", n, once, Rounded(once))
		}
	}
}

// TestAccounts that say more than they may are neither signed nor read.
func TestAccounts(t *testing.T) {
	airline := keyOf(t, "airline", 1)
	want(t, func() error { _, err := accounted("a").Sign(airline); return err }(), nil)
	for what, spoil := range map[string]func(*Account){
		"exact read":     func(a *Account) { a.Parts["bank"] = Part{Eligibility: Eligibility{Read: 123}} },
		"exact eligible": func(a *Account) { a.Parts["bank"] = Part{Eligibility: Eligibility{Eligible: 1}} },
		"exact reason": func(a *Account) {
			a.Parts["bank"] = Part{Eligibility: Eligibility{Excluded: map[string]uint64{"NO": 120}}}
		},
		"stranger":  func(a *Account) { a.Parts["mallory"] = Part{} },
		"unsorted":  func(a *Account) { a.Parts["bank"] = Part{Columns: []string{"b", "a"}} },
		"unsorted2": func(a *Account) { a.Parts["bank"] = Part{Received: []string{"b", "a"}} },
		"epsilon":   func(a *Account) { a.Epsilon = "a lot" },
		"negative":  func(a *Account) { a.Delta = "-1" },
		"terms":     func(a *Account) { a.Delta = "2/4" },
		"huge":      func(a *Account) { a.Epsilon = "1e999999999" },
	} {
		r := accounted("a")
		spoil(r.Account)
		if _, err := r.Sign(airline); err == nil {
			t.Errorf("%s: signed", what)
		}
	}
}

func TestParticipations(t *testing.T) {
	b, ctx := openBook(t, freshFile(t)), t.Context()
	fill(t, b, "a")
	fill(t, b, "b")
	got, err := b.Participations(ctx, "airline", []string{"b", "a"})
	want(t, err, nil)
	if len(got) != 2 || got[0].Run != "b" || !slices.Equal(got[0].Partners, []string{"bank"}) ||
		!slices.Equal(got[0].Columns, []string{"email", "tier"}) || got[0].Purpose != receipt().Purpose {
		t.Errorf("%+v", got)
	}
	_, err = b.Participations(ctx, "airline", []string{"c"})
	want(t, err, ErrUnknownRun)
}

// FuzzDeletion: what is read is written again byte for byte.
func FuzzDeletion(f *testing.F) {
	bank := keyOf(f, "bank", 2)
	good, err := (&Deletion{Message: "DELETION", Member: "bank", Deleted: []Deleted{{What: "results"}}}).Sign(bank)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("{}\n\n— bank x\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, by, err := ReadDeletion(data, bank)
		if err != nil {
			return
		}
		again, err := d.Sign(bank)
		if err != nil || string(again) != string(data) || !slices.Equal(by, []string{"bank"}) {
			t.Errorf("%q, signed by %v, reads as %q (%v)", data, by, again, err)
		}
	})
}

// TestPublicSaysWhoWasGivenRows: where rows were handed over, the page says to whom, and
// not that nobody saw a list.
func TestPublicSaysWhoWasGivenRows(t *testing.T) {
	x := accounted("a")
	x.Analysis = "match"
	for _, c := range []struct {
		gone  []*Disclosure
		names []string
	}{{nil, []string{}}, {[]*Disclosure{{Recipient: "mailhouse"}, {Recipient: "bank"}, {Recipient: "mailhouse"}}, []string{"bank", "mailhouse"}}} {
		f, err := Public("airline", runsOf([]*Receipt{x}), c.gone)
		want(t, err, nil)
		var page strings.Builder
		want(t, f.HTML(&page), nil)
		given := len(c.gone) > 0
		if !slices.Equal(f.Recipients, c.names) || strings.Contains(page.String(), "<li>mailhouse</li>") != given || strings.Contains(page.String(), "No company saw") == given {
			t.Errorf("%q:\n%s", f.Recipients, page.String())
		}
	}
}
