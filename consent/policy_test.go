package consent

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"mandorla/consent/optout"
)

// files are lists in memory.
type files map[string]string

func (f files) open(name string) (io.ReadCloser, error) {
	text, ok := f[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

// trimmed is a canonical form for tests.
func trimmed(dst []byte, cells ...[]byte) ([]byte, bool) {
	for _, c := range cells {
		dst = append(append(dst, bytes.ToLower(c)...), 0)
	}
	return dst, !bytes.Contains(dst, []byte("!"))
}

func partner(purposes ...string) Run {
	return Run{Agreement: Partner, Partner: "bank", Purposes: purposes, Start: start}
}

func mustCompile(t testing.TB, r Run, entries ...Entry) *Policy {
	t.Helper()
	p, err := Compile(entries, r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestReasons(t *testing.T) {
	words := []string{"eligible", "opt_out", "refused", "under_age", "jurisdiction", "no_purpose", "not_told", "future", "outdated", "unsupported", "unreadable", "missing"}
	for r, want := range words {
		if Reason(r).String() != want {
			t.Errorf("%d: %q, want %q", r, Reason(r).String(), want)
		}
	}
	if len(words) != int(reasons) {
		t.Errorf("%d words", len(words))
	}
	for a := range reasons {
		for b := range reasons {
			want := min(a, b)
			if want == Eligible {
				want = max(a, b)
			}
			if got := first(a, b); got != want {
				t.Errorf("first(%v, %v) is %v", a, b, got)
			}
		}
	}
}

// Each row has one reason, the strongest of its entries', whatever their order.
func TestPrecedence(t *testing.T) {
	entries := []Entry{
		{Kind: "jurisdiction", Column: "where"}, {Kind: "flag", Column: "flag"}, {Kind: "objection", Column: "objection"},
		{Kind: "age", Column: "age", Least: 18}, {Kind: "usp", Column: "usp"}, {Kind: "notice", Column: "notice"}, {Kind: "tcf", Column: "tcf", Purposes: p1},
	}
	const told, tc = "bank:Measurement@2026-01-01", "COwDzqZOwDzqZN4ABMENAPCAAP4AAP-AAAhoAFQAYABgAOABQAAAAA"
	good := map[string]string{"where": "DE", "flag": "yes", "objection": "", "age": "40", "usp": "1YNN", "notice": told, "tcf": tc}
	run := partner("Measurement")
	run.Jurisdictions = []string{"EU"}
	for _, c := range []struct {
		change map[string]string
		want   Reason
	}{
		{nil, Eligible},
		{map[string]string{"flag": ""}, Missing},
		{map[string]string{"flag": "", "usp": "x"}, Unreadable},
		{map[string]string{"flag": "", "usp": "2YNN"}, Unsupported},
		{map[string]string{"usp": "2YNN", "notice": "bank:Measurement@2027-01-01"}, NotTold},
		{map[string]string{"notice": "bank:Measurement", "tcf": "C" + strings.Repeat("_", 12) + tc[13:]}, Future},
		{map[string]string{"notice": "shop:Measurement@2026-01-01", "tcf": "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"}, NoPurpose},
		{map[string]string{"where": "US-CA", "tcf": "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"}, Jurisdiction},
		{map[string]string{"where": "US-CA", "age": "17"}, UnderAge},
		{map[string]string{"flag": "no", "age": "17"}, Refused},
		{map[string]string{"flag": "no", "objection": "1", "where": "??", "notice": "?", "age": "?"}, OptOut},
		{map[string]string{"flag": "", "usp": "1YYN"}, OptOut},
	} {
		cells := maps.Clone(good)
		maps.Copy(cells, c.change)
		for range 5 {
			rand.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
			p := mustCompile(t, run, entries...)
			var row []string
			for _, name := range p.Columns() {
				row = append(row, cells[name])
			}
			if got := one(p, row...); got != c.want {
				t.Errorf("%v: %v, want %v", c.change, got, c.want)
			}
		}
	}
}

// The counts by reason add up to the rows read, whatever the cells hold.
func TestCountsAddUp(t *testing.T) {
	cells := []string{"", " ", "yes", "no", "1", "0", "opt-out", "DE", "US-CA", "us-va", "1YNN", "1YYN", "40", "12", "2000-02-29", "2027-01-01", "\xff\xfe", strings.Repeat("A", 5000),
		"bank:Marketing@2026-01-01", "shop:Marketing@2026-01-01", "bank", "DBABh4A~BlgWEYCY.QA~BSFgmiU", "DBACLMA~BAAAAAAAAAA.QA~BaAAAAA", "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "a@x", "b@x"}
	lists := files{"l": "a@x\n", "20261101_1_Email.csv": "ID,Hash\n"}
	var entries []Entry
	for kind := range kinds {
		e := Entry{Kind: kind, Column: kind}
		switch kind {
		case "age":
			e.Least = 16
		case "list":
			e.Files, e.Canonical = []string{"l"}, trimmed
		case "drop":
			e.Files, e.Canonical = []string{"20261101_1_Email.csv"}, optout.DropEmail
		}
		entries = append(entries, e)
	}
	entries = append(entries, Entry{Kind: jurisdiction, Column: "where"})
	rnd := rand.New(rand.NewPCG(1, 2))
	seen := Counts{}
	for range 300 {
		run := Run{Agreement: []string{ServiceProvider, Affiliate, Partner, Sale}[rnd.IntN(4)], Partner: "bank", Purposes: []string{"dpv:Marketing"}, Start: start, Open: lists.open}
		if rnd.IntN(2) == 0 {
			run.Jurisdictions, run.ConsentIn = []string{"EU", "US"}, []string{"EU"}
		}
		chosen := append([]Entry{{Kind: "notice", Column: "notice"}}, entries[rnd.IntN(len(entries)):]...)
		p := mustCompile(t, run, chosen[:1+rnd.IntN(len(chosen))]...)
		var columns []Column
		for range p.Columns() {
			seed := rnd.Uint64()
			columns = append(columns, func(i int) ([]byte, bool) {
				r := rand.New(rand.NewPCG(seed, uint64(i)))
				return []byte(cells[r.IntN(len(cells))]), r.IntN(9) == 0
			})
		}
		rows := rnd.IntN(200)
		verdicts, counts := make([]Reason, rows), Counts{}
		p.Decide(columns, verdicts)
		cut := rnd.IntN(rows + 1)
		counts.Add(verdicts[:cut])
		counts.Add(verdicts[cut:])
		seen.Add(verdicts)
		sum := counts[Eligible]
		for word, n := range counts.Excluded() {
			if n == 0 || word == "eligible" {
				t.Errorf("%d rows are excluded as %s", n, word)
			}
			sum += n
		}
		if sum != uint64(rows) || counts.Rows() != uint64(rows) {
			t.Fatalf("%d rows, counted %d: %v", rows, sum, counts)
		}
	}
	for r, n := range seen {
		if n == 0 && Reason(r) != Outdated && Reason(r) != Future { // which these entries do not ask for, or hide
			t.Errorf("no row was %v", Reason(r))
		}
	}
}

// A verdict does not depend on the rows around it, nor on the entry before.
func TestRowsAreApart(t *testing.T) {
	p := mustCompile(t, Run{Agreement: Partner, Partner: "bank", Start: start, ConsentIn: []string{"EU"}, Jurisdictions: []string{"EU", "US"}},
		Entry{Kind: jurisdiction, Column: "where"}, Entry{Kind: "flag", Column: "flag", In: []string{"DE"}}, Entry{Kind: "usp", Column: "usp"})
	rows := [][]string{{"", "no", "1YNN"}, {"?", "", "1YYN"}, {"DE", "yes", "1YNN"}, {"FR", "yes", "1YNN"}, {"US-CA", "", "1---"}, {"", "yes", "1YNN"}, {"DE", "no", "1YNN"}}
	want := []Reason{Refused, OptOut, Eligible, NoPurpose, Eligible, Missing, Refused}
	var columns []Column
	for c := range 3 {
		columns = append(columns, func(i int) ([]byte, bool) { return []byte(rows[i][c]), false })
	}
	got := make([]Reason, len(rows))
	p.Decide(columns, got)
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestAgreementKinds(t *testing.T) {
	notice, flag := Entry{Kind: "notice", Column: "n"}, Entry{Kind: "flag", Column: "f"}
	run := partner("Marketing")
	run.Agreement = Affiliate
	if _, err := Compile([]Entry{flag}, run); !errors.Is(err, ErrNotice) {
		t.Errorf("an affiliate without a notice: %v", err)
	}
	forSale := notice
	forSale.For = []string{Sale}
	if _, err := Compile([]Entry{forSale}, run); !errors.Is(err, ErrNotice) {
		t.Errorf("an affiliate with a notice for sales alone: %v", err)
	}
	forSome := notice
	forSome.In = []string{"US"}
	if _, err := Compile([]Entry{{Kind: jurisdiction, Column: "where"}, forSome}, run); !errors.Is(err, ErrNotice) {
		t.Errorf("an affiliate with a notice for some rows: %v", err)
	}
	run.Brand = "hotel"
	p := mustCompile(t, run, notice)
	for cell, want := range map[string]Reason{"hotel:Marketing@2026-01-01": Eligible, "bank:Marketing@2026-01-01": NotTold, "": Missing} {
		if got := one(p, cell); got != want {
			t.Errorf("affiliate, %q: %v, want %v", cell, got, want)
		}
	}
	run.Agreement = Partner // where the brand is of no account
	if got := one(mustCompile(t, run, notice), "bank:Marketing@2026-01-01"); got != Eligible {
		t.Errorf("partner: %v", got)
	}
	financial := Entry{Kind: "financial", Column: "glba"}
	for joint, want := range map[bool]Reason{false: OptOut, true: Eligible} {
		run.JointMarketing = joint
		if got := one(mustCompile(t, run, financial), "yes"); got != want {
			t.Errorf("joint marketing %v: %v, want %v", joint, got, want)
		}
	}
	run.JointMarketing, run.FinancialIn = true, []string{"US-CA"}
	where := Entry{Kind: jurisdiction, Column: "where"}
	for place, want := range map[string]Reason{"US-CA": OptOut, "US-VA": Eligible, "DE": Eligible} {
		if got := one(mustCompile(t, run, where, financial), place, "yes"); got != want {
			t.Errorf("joint marketing in %s: %v, want %v", place, got, want)
		}
	}
	if got := one(mustCompile(t, run, financial), "yes"); got != OptOut {
		t.Errorf("joint marketing, nobody says where: %v", got)
	}
	run.FinancialIn = []string{"X"}
	if _, err := Compile([]Entry{financial}, run); err == nil {
		t.Error("a place that is none")
	}
	run.FinancialIn = nil
	only := Entry{Kind: "objection", Column: "o", For: []string{Sale, Partner}}
	if got := one(mustCompile(t, run, only), "yes"); got != OptOut {
		t.Error(got)
	}
	run.Agreement = ServiceProvider
	if p := mustCompile(t, run, only); len(p.Columns()) != 0 || one(p) != Eligible {
		t.Error("an entry for other kinds of agreement judges")
	}
}

func TestConsentWhereNeeded(t *testing.T) {
	run := partner("Marketing")
	run.ConsentIn = []string{"EEA"}
	objection, flag := Entry{Kind: "objection", Column: "o"}, Entry{Kind: "flag", Column: "f"}
	where := Entry{Kind: jurisdiction, Column: "where"}
	for _, c := range []struct {
		reach   []string
		entries []Entry
		cells   []string
		want    Reason
	}{
		{nil, []Entry{objection}, []string{""}, NoPurpose},
		{[]string{"US"}, []Entry{objection}, []string{""}, Eligible},
		{[]string{"US", "DE"}, []Entry{objection}, []string{""}, NoPurpose},
		{nil, []Entry{objection, flag}, []string{"", "yes"}, Eligible},
		{nil, []Entry{where, objection}, []string{"NO", ""}, NoPurpose},
		{nil, []Entry{where, objection}, []string{"US-TX", ""}, Eligible},
		{nil, []Entry{where, objection, flag}, []string{"NO", "", "yes"}, Eligible},
		{nil, []Entry{where, objection}, []string{"NO", "yes"}, OptOut},
		{nil, []Entry{{Kind: "tcf", Column: "t"}}, []string{"COwDzqZOwDzqZN4ABMENAPCAAP4AAP-AAAhoAFQAYABgAOABQAAAAA"}, Eligible},
		{nil, []Entry{{Kind: "tcf", Column: "t", Basis: "either"}}, []string{"COwDzqZOwDzqZN4ABMENAPCAAP4AAP-AAAhoAFQAYABgAOABQAAAAA"}, NoPurpose},
		{nil, []Entry{{Kind: "gpp", Column: "g"}}, []string{"DBABMA~COwDzqZOwDzqZN4ABMENAPCAAP4AAP-AAAhoAFQAYABgAOABQAAAAA"}, Eligible},
		{nil, []Entry{{Kind: "gpp", Column: "g"}}, []string{"DBACLMA~BAAAAAAAAAA.QA~BaAAAAA"}, NoPurpose},
		{nil, []Entry{where, {Kind: "gpp", Column: "g"}}, []string{"NO", "DBABMA~COwDzqZOwDzqZN4ABMENAPCAAP4AAP-AAAhoAFQAYABgAOABQAAAAA"}, Eligible},
	} {
		run.Jurisdictions = c.reach
		if got := one(mustCompile(t, run, c.entries...), c.cells...); got != c.want {
			t.Errorf("%v, %v, %q: %v, want %v", c.reach, c.entries, c.cells, got, c.want)
		}
	}
}

// A consent under the law of elsewhere is none.
func TestConsentOfElsewhere(t *testing.T) {
	run := partner("Marketing")
	run.ConsentIn = []string{"EEA", "US-CA"}
	p := mustCompile(t, run, Entry{Kind: jurisdiction, Column: "where"}, Entry{Kind: "gpp", Column: "g"})
	both := gppHeader2(2, 8) + tcString(start, 4, only(1, 3, 4), 0, 9, "") + "~BAAAAAAA"
	for at, want := range map[string]Reason{"DE": Eligible, "US-CA": NoPurpose} {
		if got := one(p, at, both); got != want {
			t.Errorf("%s: %v, want %v", at, got, want)
		}
	}
}

// What is written before a run starts holds for that run.
func TestWithdrawal(t *testing.T) {
	lists := files{"optout.txt": "joe@x\n"}
	run := partner()
	run.Open = lists.open
	entry := Entry{Kind: "list", Column: "email", Files: []string{"optout.txt"}, Canonical: trimmed}
	if got := one(mustCompile(t, run, entry), "Ann@x"); got != Eligible {
		t.Fatal(got)
	}
	lists["optout.txt"] += "ann@x\n" // at 10:00
	run.Start = time.Date(2026, 11, 25, 10, 1, 0, 0, time.UTC)
	if got := one(mustCompile(t, run, entry), "Ann@x"); got != OptOut {
		t.Errorf("the withdrawal is not honoured: %v", got)
	}
}

func TestLists(t *testing.T) {
	lists := files{"plain": "heading!\nann@x\n", "parts": "Ann\tLee\nBob\t\n", "digests": "79bd3b7c5e8e1b8ea2a1a3e9b4e2a2b1d3f4a5b6c7d8e9f00112233445566778\n"}
	run := partner()
	run.Open = lists.open
	p := mustCompile(t, run, Entry{Kind: "list", Column: "email", Files: []string{"plain"}, Canonical: trimmed},
		Entry{Kind: "list", Columns: []string{"first", "last"}, Files: []string{"parts"}, Canonical: trimmed})
	for _, c := range []struct {
		cells []string
		want  Reason
	}{{[]string{"ann@x", "", ""}, OptOut}, {[]string{"bob@x", "ann", "LEE"}, OptOut}, {[]string{"", "ann", ""}, Eligible}, {[]string{"", "bob", ""}, Eligible}, {[]string{"!", "ann", "roe"}, Eligible}} {
		if got := one(p, c.cells...); got != c.want {
			t.Errorf("%q: %v, want %v", c.cells, got, c.want)
		}
	}
	if p.Unusable() != 1 || !slices.Equal(p.Columns(), []string{"email", "first", "last"}) {
		t.Errorf("%d unusable, columns %q", p.Unusable(), p.Columns())
	}
	p = mustCompile(t, run, Entry{Kind: "list", Column: "email", Files: []string{"digests", "plain"}, Digests: true, Canonical: trimmed})
	if p.Unusable() != 2 || one(p, "ann@x") != Eligible {
		t.Errorf("%d unusable", p.Unusable())
	}
	run.MaxEntries = 1
	lists["two"] = "a\nb\n"
	if _, err := Compile([]Entry{{Kind: "list", Column: "c", Files: []string{"two"}, Canonical: trimmed}}, run); !errors.Is(err, optout.ErrTooMany) || !errors.Is(err, ErrEntry) {
		t.Error(err)
	}
	if _, err := Compile([]Entry{{Kind: "list", Column: "c", Files: []string{"none"}, Canonical: trimmed}}, run); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestDropBlocksSale(t *testing.T) {
	lists := files{"20261101_7_Email.csv": "ID,Hash\nAb3000000001,/PMxDhzUvAVsMYCZ8QMSKUVPDUJrDd2n0UUDnXbWnIY=\n", "Email.csv": "ID,Hash\n"}
	entry := Entry{Kind: "drop", Column: "email", Files: []string{"20261101_7_Email.csv"}, Canonical: optout.DropEmail}
	run := partner()
	run.Agreement, run.Open = Sale, lists.open
	p := mustCompile(t, run, entry)
	if d := p.Downloads(start); len(d) != 1 || d[0].Stale || d[0].Newest.Day() != 1 || d[0].List.Len() != 1 {
		t.Errorf("%+v", d)
	}
	run.Start = time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC)
	if _, err := Compile([]Entry{entry}, run); !errors.Is(err, ErrStale) {
		t.Errorf("a sale with a download of 49 days ago: %v", err)
	}
	run.Agreement = Partner
	if d := mustCompile(t, run, entry).Downloads(run.Start); !d[0].Stale {
		t.Error("the download is not reported as stale")
	}
	run.Agreement, run.Start, entry.Files = Sale, start, []string{"Email.csv"}
	if _, err := Compile([]Entry{entry}, run); !errors.Is(err, ErrStale) {
		t.Errorf("a sale with a download of nobody knows when: %v", err)
	}
}

// A row that DROP names is out and is in the status file, whatever else is.
func TestDropStatus(t *testing.T) {
	lists := files{"20261101_7_Phone.csv": "ID,Hash\nAb3000000001,vGM7y5n+hBXRSEAklhHDPCbysyNgYTmXdMcagGUOY8E=\nAb3000000002,ptzVkgbv9DonwvPCHmXmJ2SEOaolSh37z3ZzY/Gmm+U=\n"}
	run := partner()
	run.Open = lists.open
	p := mustCompile(t, run, Entry{Kind: "objection", Column: "o"}, Entry{Kind: "drop", Column: "phone", Files: []string{"20261101_7_Phone.csv"}, Canonical: optout.DropPhone})
	if got := one(p, "yes", "+1(415)555-9317"); got != OptOut {
		t.Error(got)
	}
	var out bytes.Buffer
	if err := p.Downloads(start)[0].List.WriteStatus(&out, optout.Deleted); err != nil || out.String() != "Id,Status\nAb3000000001,3\nAb3000000002,5\n" && out.String() != "Id,Status\nAb3000000002,5\nAb3000000001,3\n" {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestEntriesRefused(t *testing.T) {
	run := partner("Marketing")
	run.Open = files{}.open
	list := Entry{Kind: "list", Column: "c", Files: []string{"f"}, Canonical: trimmed}
	noFiles, noForm := list, list
	noFiles.Files, noForm.Canonical = nil, nil
	for what, e := range map[string]Entry{
		"kind":               {Kind: "flags", Column: "c"},
		"column":             {Kind: "flag"},
		"two columns":        {Kind: "list", Column: "c", Columns: []string{"d"}, Files: []string{"f"}, Canonical: trimmed},
		"no Least":           {Kind: "flag", Column: "c", Least: 18},
		"no Columns":         {Kind: "flag", Columns: []string{"c"}},
		"empty":              {Kind: "list", Columns: []string{"c", ""}, Files: []string{"f"}, Canonical: trimmed},
		"most":               {Kind: "list", Columns: strings.Split("abcdefghi", ""), Files: []string{"f"}, Canonical: trimmed},
		"Least":              {Kind: "age", Column: "c"},
		"Least above":        {Kind: "age", Column: "c", Least: 131},
		"Basis":              {Kind: "tcf", Column: "c", Basis: "contract"},
		"Purposes":           {Kind: "tcf", Column: "c", Purposes: []int{25}},
		"Purposes below":     {Kind: "gpp", Column: "c", Purposes: []int{0}},
		"Vendor":             {Kind: "gpp", Column: "c", Vendor: -1},
		"MaxDays":            {Kind: "notice", Column: "c", MaxDays: -1},
		"For":                {Kind: "flag", Column: "c", For: []string{"rental"}},
		"In":                 {Kind: "flag", Column: "c", In: []string{"DE"}},
		"In code":            {Kind: "flag", Column: "c", In: []string{"Germany"}},
		"Country":            {Kind: "jurisdiction", Column: "c", Country: "USA"},
		"Country of a state": {Kind: "jurisdiction", Column: "c", Country: "US-CA"},
		"Country elsewhere":  {Kind: "flag", Country: "US"},
		"For jurisdiction":   {Kind: "jurisdiction", Column: "c", For: []string{Sale}},
		"Files":              noFiles,
		"Canonical":          noForm,
	} {
		if _, err := Compile([]Entry{e}, run); !errors.Is(err, ErrEntry) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Compile([]Entry{{Kind: jurisdiction, Column: "a"}, {Kind: jurisdiction, Column: "b"}}, run); !errors.Is(err, ErrEntry) {
		t.Errorf("two jurisdictions: %v", err)
	}
	for what, change := range map[string]func(*Run){
		"agreement": func(r *Run) { r.Agreement = "rental" }, "partner": func(r *Run) { r.Partner = "" }, "start": func(r *Run) { r.Start = time.Time{} },
		"jurisdiction": func(r *Run) { r.Jurisdictions = []string{"Europe"} }, "consent": func(r *Run) { r.ConsentIn = []string{""} },
		"purpose": func(r *Run) { r.Purposes = []string{"dpv:Magic"} }, "no purpose": func(r *Run) { r.Purposes = nil },
	} {
		r := run
		change(&r)
		if _, err := Compile([]Entry{{Kind: "tcf", Column: "c"}}, r); !errors.Is(err, ErrEntry) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Compile([]Entry{{Kind: "notice", Column: "c"}}, Run{Agreement: Partner, Partner: "bank", Start: start}); !errors.Is(err, ErrEntry) {
		t.Errorf("a notice without purposes: %v", err)
	}
}

// No entry, nobody out: what a dataset without eligibility gets.
func TestNoEntries(t *testing.T) {
	p := mustCompile(t, partner())
	verdicts := []Reason{Missing, Missing}
	if p.Decide(nil, verdicts); !slices.Equal(verdicts, []Reason{Eligible, Eligible}) || p.Downloads(start) != nil || p.Unusable() != 0 {
		t.Error(verdicts)
	}
}

// Entries of every kind share their columns.
func TestColumnsAreShared(t *testing.T) {
	p := mustCompile(t, partner("Marketing"), Entry{Kind: "flag", Column: "c"}, Entry{Kind: "notice", Column: "n", DateColumn: "d"}, Entry{Kind: "objection", Column: "c"}, Entry{Kind: jurisdiction, Column: "d"})
	if got := p.Columns(); len(got) != 3 || !slices.Contains(got, "c") || !slices.Contains(got, "n") || !slices.Contains(got, "d") {
		t.Errorf("%q", got)
	}
}
