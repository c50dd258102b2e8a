package synth

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func write(t testing.TB, o Options) (string, Truth) {
	t.Helper()
	dir := t.TempDir()
	truth, err := Write(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return dir, truth
}

// TestTruth compares the truth with a join over the files.
func TestTruth(t *testing.T) {
	for _, o := range []Options{{1, 1, 0}, {2, 0.5, 1}, {49, 1, 1}, {50, 0.3, 1}, {101, 0, 2}, {333, 1, 3},
		{1000, 0.4, 4}, {10_000, 0.4, 1}, {4_001, 0.873, math.MaxUint64}} {
		dir, truth := write(t, o)
		if want := figures(t, dir, o); !reflect.DeepEqual(truth, want) {
			t.Errorf("%+v:\n got %+v\nwant %+v", o, truth, want)
		}
		var read Truth
		if b, err := os.ReadFile(filepath.Join(dir, truthFile)); err != nil || json.Unmarshal(b, &read) != nil || !reflect.DeepEqual(read, truth) {
			t.Errorf("%+v: truth.json says %+v, %v", o, read, err)
		}
	}
}

// TestTruthOfAnyTables is the same for tables drawn at random.
func TestTruthOfAnyTables(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		o := Options{rapid.Uint64Range(1, 200).Draw(r, "rows"), rapid.Float64Range(0, 1).Draw(r, "overlap"), rapid.Uint64().Draw(r, "seed")}
		truth, err := Write(dir, o)
		if err != nil {
			r.Fatal(err)
		}
		if want := figures(t, dir, o); !reflect.DeepEqual(truth, want) {
			r.Errorf("got %+v\nwant %+v", truth, want)
		}
	})
}

// TestDirt sees that every kind of dirt is there, about as often as it should be.
func TestDirt(t *testing.T) {
	const rows = 20_000
	dir, truth := write(t, Options{rows, 0.5, 7})
	c, k := truth.Customers, truth.Cardholders
	for _, share := range []struct {
		name     string
		n, of    uint64
		low, top float64
	}{
		{"overlap", truth.Count, rows, 0.38, 0.45},
		{"by phone", truth.Levels[1].Count, truth.Count, 0.12, 0.26},
		{"refused", c.Refused, rows, 0.04, 0.06},
		{"no consent said", k.Missing, rows, 0.02, 0.04},
		{"empty e-mails", c.EmptyEmails, c.Eligible, 0.05, 0.09},
		{"invalid e-mails", c.InvalidEmails, c.Eligible, 0.03, 0.07},
		{"invalid e-mails of the bank", k.InvalidEmails, k.Eligible, 0.02, 0.04},
		{"empty phones", k.EmptyPhones, k.Eligible, 0.06, 0.10},
		{"invalid phones", c.InvalidPhones, c.Eligible, 0.02, 0.04},
		{"lost e-mails", c.LostEmails, rows, 0.01, 0.02},
		{"lost phones", c.LostPhones, rows, 0.03, 0.07},
	} {
		if got := float64(share.n) / float64(share.of); got < share.low || got > share.top {
			t.Errorf("%s: %.3f, not between %.2f and %.2f", share.name, got, share.low, share.top)
		}
	}
	for _, cell := range truth.Cells {
		if cell.Count == 0 || cell.CustomerCents == 0 || cell.CardholderCents == 0 {
			t.Errorf("nobody in cell %s, %s", cell.Tier, cell.Product)
		}
	}
	body, err := os.ReadFile(filepath.Join(dir, customersFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, some := range []string{"+miles@", "@googlemail.com", "@example.org", "(0158) ", "+49 (0) 158", "0049 158", "Müller", "@GMAIL.COM"} {
		if !strings.Contains(string(body), some) {
			t.Errorf("no row of the customers has %q", some)
		}
	}
	if !utf8.Valid(body) {
		t.Error("the customers are not UTF-8")
	}
}

// TestInvented sees that no identifier can be somebody's.
func TestInvented(t *testing.T) {
	dir, _ := write(t, Options{5000, 0.5, 9})
	domains := []string{"gmail.com", "googlemail.com", "example.com", "example.org", "example.net"}
	for _, name := range []string{customersFile, cardholdersFile} {
		for _, l := range read(t, filepath.Join(dir, name)) {
			if local, domain, ok := strings.Cut(l.ids[0], "@"); ok && (!slices.Contains(domains, domain) || !strings.Contains(local, "_")) {
				t.Fatalf("%s: an address of domain %q without an underscore", name, domain)
			}
			if l.ids[1] != "" && (len(l.ids[1]) != len("+4915812345678") || l.ids[1][:6] != "+49158" || l.ids[1][6] > '7') {
				t.Fatalf("%s: a phone number outside the range", name)
			}
		}
	}
}

// TestColumns pins what the tables look like.
func TestColumns(t *testing.T) {
	dir, _ := write(t, Options{10, 0.5, 1})
	for name, want := range map[string]string{
		customersFile:   "customer_id,first_name,last_name,email,phone,postcode,home_country,tier,spend,consent",
		cardholdersFile: "card_id,email,phone,given_name,family_name,zip,product,spend,consent",
	} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if head, _, _ := strings.Cut(string(b), "\n"); head != want {
			t.Errorf("%s: columns %s", name, head)
		}
		if n := strings.Count(string(b), "\n"); n != 11 {
			t.Errorf("%s: %d lines", name, n)
		}
	}
}

// TestSeed pins the bytes of one seed, and sees that another gives others.
func TestSeed(t *testing.T) {
	hash := func(o Options) string {
		dir, _ := write(t, o)
		h := sha256.New()
		for _, name := range []string{customersFile, cardholdersFile, truthFile} {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			h.Write(b)
		}
		return hex.EncodeToString(h.Sum(nil)[:8])
	}
	const want = "29fe4f54e0d8a94f"
	if got := hash(Options{500, 0.4, 1}); got != want {
		t.Errorf("seed 1 gives %s, not %s: tables made earlier cannot be made again", got, want)
	}
	if hash(Options{500, 0.4, 2}) == want {
		t.Error("seed 2 gives what seed 1 does")
	}
}

func TestRefused(t *testing.T) {
	for _, o := range []Options{{}, {Rows: mostRows + 1}, {Rows: 10, Overlap: -0.1}, {Rows: 10, Overlap: 1.1}, {Rows: 10, Overlap: math.NaN()}} {
		dir := filepath.Join(t.TempDir(), "out")
		if _, err := Write(dir, o); err == nil {
			t.Errorf("%+v: no error", o)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%+v: a folder was made", o)
		}
	}
}

// TestWhole sees that a file that cannot be written leaves none behind.
func TestWhole(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, cardholdersFile), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, Options{10, 0.5, 1}); err == nil {
		t.Fatal("a folder was replaced by a file")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if n := e.Name(); n != customersFile && n != cardholdersFile {
			t.Errorf("%s was left behind", n)
		}
	}
}

// TestPermutation sees that every number below n is met once and comes back.
func TestPermutation(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.Uint64Range(1, 3000).Draw(r, "n")
		p := newPermutation(n, rapid.Uint64().Draw(r, "key"))
		met := make([]bool, n)
		for i := range n {
			j := p.to(i)
			if met[j] {
				r.Fatalf("%d is met twice", j)
			}
			met[j] = true
			if p.back(j) != i {
				r.Fatalf("%d does not come back", i)
			}
		}
	})
}

// TestShuffled sees that a row's place does not tell whether it is shared.
func TestShuffled(t *testing.T) {
	w := newWorld(Options{Rows: 20_000, Overlap: 0.5, Seed: 5})
	for _, table := range []table{airline, bank} {
		var halves [2]int
		for place := range w.rows {
			if w.holder(table, w.order[table].back(place)) < w.shared {
				halves[2*place/w.rows]++
			}
		}
		if ratio := float64(halves[0]) / float64(halves[1]); ratio < 0.94 || ratio > 1.06 {
			t.Errorf("table %d: %v shared rows in its halves", table, halves)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	const rows = 20_000
	for b.Loop() {
		if _, err := Write(b.TempDir(), Options{rows, 0.4, 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(2*rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}
