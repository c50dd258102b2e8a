package legal

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func date(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func builtInOn(t *testing.T, day string) Day {
	t.Helper()
	f, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	return f.On(date(day))
}

func TestBuiltIn(t *testing.T) {
	now := "2026-12-01"
	for _, c := range []struct {
		places []string
		kind   string
		want   string // consent notice gpc financial deletion age unlisted
	}{
		{[]string{"DE"}, Partner, "opt-in notice age=16"},
		{[]string{"DE"}, Affiliate, "opt-out notice age=16"},
		{[]string{"DE"}, ServiceProvider, "none notice"},
		{[]string{"DE-BY"}, Sale, "opt-in notice age=16"},
		{[]string{"EU"}, Partner, "opt-in notice age=16"},
		{[]string{"NO"}, Sale, "opt-in notice age=16"},
		{[]string{"GB"}, Partner, "opt-in notice age=13"},
		{[]string{"GB", "DE"}, Affiliate, "opt-out notice age=16"},
		{[]string{"CH"}, Partner, "opt-out notice"},
		{[]string{"CH"}, Sale, "opt-in notice"},
		{[]string{"US-CA"}, Sale, "opt-out notice gpc financial=opt-in deletion age=16"},
		{[]string{"US-CA"}, Partner, "opt-out notice gpc financial=opt-in age=16"},
		{[]string{"US-CA"}, Affiliate, "opt-out notice gpc financial=opt-out age=13"},
		{[]string{"US-CA"}, ServiceProvider, "none notice"},
		{[]string{"US-VA"}, Sale, "opt-out notice financial=opt-out-unless-joint-marketing age=13"},
		{[]string{"US-TX"}, Partner, "opt-out notice gpc financial=opt-out-unless-joint-marketing age=13"},
		{[]string{"US-OR"}, Partner, "opt-out notice gpc financial=opt-out-unless-joint-marketing age=16"},
		{[]string{"US-CO"}, Sale, "opt-out notice gpc financial=opt-out-unless-joint-marketing age=18"},
		{[]string{"US-CT"}, Sale, "opt-out notice gpc financial=opt-out-unless-joint-marketing age=18"},
		{[]string{"US-DE"}, Sale, "opt-out notice gpc financial=opt-out-unless-joint-marketing age=18"},
		{[]string{"US-NJ"}, Sale, "opt-out notice gpc financial=opt-out-unless-joint-marketing age=17"},
		{[]string{"US-WY"}, Affiliate, "opt-out notice age=13"},
		{[]string{"US-WY"}, Sale, "opt-in notice gpc financial=opt-out-unless-joint-marketing age=13 unlisted=US-WY"},
		{[]string{"US"}, Partner, "opt-in notice gpc financial=opt-in age=18 unlisted=US"},
		{[]string{"US-VA", "US-CT"}, Partner, "opt-out notice gpc financial=opt-out-unless-joint-marketing age=18"},
		{[]string{"JP"}, Affiliate, "opt-in notice gpc unlisted=JP"},
		{[]string{"JP", "US-VA", "JP"}, Sale, "opt-in notice gpc financial=opt-out-unless-joint-marketing age=13 unlisted=JP"},
		{[]string{"US-VA"}, "barter", "opt-in notice gpc unlisted=US-VA"},
		{nil, ServiceProvider, "opt-in notice gpc"},
	} {
		if got := brief(builtInOn(t, now).Needs(c.places, c.kind)); got != c.want {
			t.Errorf("%v, %s:\n got %s\nwant %s", c.places, c.kind, got, c.want)
		}
	}
}

func brief(n Needs) string {
	words := []string{n.Consent.String()}
	add := func(is bool, word string) {
		if is {
			words = append(words, word)
		}
	}
	add(n.Notice, "notice")
	add(n.GPC, "gpc")
	add(n.Financial != NoFinancial, "financial="+n.Financial.String())
	add(n.DeletionList, "deletion")
	add(n.LeastAge > 0, fmt.Sprintf("age=%d", n.LeastAge))
	add(len(n.Unlisted) > 0, "unlisted="+strings.Join(n.Unlisted, ","))
	return strings.Join(words, " ")
}

// TestDays: lines begin and end with their days.
func TestDays(t *testing.T) {
	for _, c := range []struct {
		day, place string
		want       func(Needs) bool
	}{
		{"2026-07-31", "US-CA", func(n Needs) bool { return !n.DeletionList }},
		{"2026-08-01", "US-CA", func(n Needs) bool { return n.DeletionList }},
		{"2026-06-30", "US-CT", func(n Needs) bool { return n.LeastAge == 13 }},
		{"2026-07-01", "US-CT", func(n Needs) bool { return n.LeastAge == 18 }},
		{"2025-12-31", "US-OR", func(n Needs) bool { return !n.GPC }},
		{"2026-01-01", "US-OR", func(n Needs) bool { return n.GPC }},
	} {
		if n := builtInOn(t, c.day).Needs([]string{c.place}, Sale); !c.want(n) {
			t.Errorf("%s on %s: %s", c.place, c.day, brief(n))
		}
	}
	f := parse(t, small("until: 2026-03-31, ", "2026-01-01"))
	if brief(f.On(date("2026-03-31").Add(23*time.Hour)).Needs([]string{"AA"}, Sale)) != "opt-out" {
		t.Error("the last day is not whole")
	}
	if brief(f.On(date("2026-04-01")).Needs([]string{"AA"}, Sale)) != "opt-in notice gpc unlisted=AA" {
		t.Error("a line outlives its last day")
	}
}

// small is a file of one line.
func small(extra, asOf string) string {
	return "format: 1\njurisdictions: [{code: AA}]\nlines:\n  - {in: AA, kinds: [sale], consent: opt-out, " + extra +
		"as_of: " + asOf + ", statute: Act 1, url: https://example.org/1, why: It says so.}\n"
}

func parse(t *testing.T, text string) *File {
	t.Helper()
	f, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestStrictestWins(t *testing.T) {
	codes := []string{"EEA", "EU", "DE", "GB", "CH", "US", "US-CA", "US-CO", "US-WY", "JP", "IS"}
	day := builtInOn(t, "2026-12-01")
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		some := slices.Clone(codes)
		rnd.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		some = some[:1+rnd.IntN(5)]
		kind := Kinds()[rnd.IntN(4)]
		all := day.Needs(some, kind)
		for _, a := range aspects {
			most := 0
			for _, code := range some {
				most = max(most, a.rank(day.Needs([]string{code}, kind)))
			}
			if a.rank(all) != most {
				t.Fatalf("%v, %s: %s is not the strictest of all", some, kind, a.name)
			}
		}
	}
}

// TestPartsAreNoStricter: a place asks at least what its listed parts do.
func TestPartsAreNoStricter(t *testing.T) {
	day := builtInOn(t, "2026-12-01")
	for _, p := range append(slices.Clone(day.places), place{code: "US-WY"}, place{code: "DE-BY"}) {
		for outer := day.parent(p.code); outer != ""; outer = day.parent(outer) {
			for _, kind := range Kinds() {
				for _, a := range aspects {
					if a.rank(day.Needs([]string{p.code}, kind)) > a.rank(day.Needs([]string{outer}, kind)) {
						t.Errorf("%s, %s: %s is laxer than in %s", outer, kind, a.name, p.code)
					}
				}
			}
		}
	}
}

// TestKindsAscend: a sale is asked at least what a partnership is, and so on.
func TestKindsAscend(t *testing.T) {
	day := builtInOn(t, "2026-12-01")
	for _, p := range day.places {
		for i := range len(Kinds()) - 1 {
			mild, strict := day.Needs([]string{p.code}, Kinds()[i]), day.Needs([]string{p.code}, Kinds()[i+1])
			if mild.Consent > strict.Consent || mild.LeastAge > strict.LeastAge || mild.Financial > strict.Financial {
				t.Errorf("%s: %s is asked more than %s", p.code, Kinds()[i], Kinds()[i+1])
			}
		}
	}
}

func TestNeedsNamesItsLines(t *testing.T) {
	n := builtInOn(t, "2026-12-01").Needs([]string{"US-CA", "US-CA", "US-VA"}, Sale)
	var in []string
	for _, l := range n.Lines {
		in = append(in, l.In)
	}
	if want := []string{"US", "US", "US-CA", "US-CA", "US-CA", "US-CA", "US-VA"}; !slices.Equal(in, want) {
		t.Errorf("lines of %v", in)
	}
}

func TestWords(t *testing.T) {
	day := builtInOn(t, "2026-12-01")
	got := strings.Join(day.Needs([]string{"US-CA", "JP"}, Sale).Words(), "\n")
	want := `Each person must have consented.
People must have been told.
A Global Privacy Control signal is an objection.
For a financial institution's data, each person must have consented.
The state's list of deletion requests is applied first.
Nobody under 16 takes part.
The rules say nothing of JP, so consent is needed there.`
	if got != want {
		t.Error(got)
	}
	f := parse(t, strings.Replace(small("", "2026-01-01"), "opt-out", "none", 1))
	if got := f.On(date("2026-02-01")).Needs([]string{"AA"}, Sale).Words(); !slices.Equal(got, []string{"The rules ask for nothing here."}) {
		t.Error(got)
	}
}

func TestAge(t *testing.T) {
	f := parse(t, small("", "2026-01-01"))
	for _, c := range []struct {
		after                int
		warn, blocks, spoken bool
	}{
		{0, false, false, false}, {90, false, false, false}, {91, true, false, true}, {180, true, false, true}, {181, true, true, true}, {4000, true, true, true},
		{-1, false, false, false}, {-2, true, true, true},
	} {
		age := f.Age(date("2026-01-01").AddDate(0, 0, c.after))
		if age.Warn() != c.warn || age.Blocks(Sale) != c.blocks || (age.Words() != "") != c.spoken {
			t.Errorf("after %d days: warn %v, blocks %v, %q", c.after, age.Warn(), age.Blocks(Sale), age.Words())
		}
		if age.Blocks(Partner) || age.Blocks(ServiceProvider) || age.Blocks(Affiliate) {
			t.Errorf("after %d days more than a sale is blocked", c.after)
		}
	}
}

// TestAgeIsTheOldestLines: a line that nobody looked at makes all of them old.
func TestAgeIsTheOldestLines(t *testing.T) {
	text := small("", "2026-01-01")
	_, line, _ := strings.Cut(text, "lines:\n")
	f := parse(t, text+strings.Replace(line, "2026-01-01", "2025-06-01", 1)+line)
	if !f.AsOf().Equal(date("2025-06-01")) {
		t.Error(f.AsOf())
	}
}

func TestChanged(t *testing.T) {
	old := parse(t, small("gpc: true, ", "2026-01-01"))
	now := date("2026-06-01")
	if all := Changed(old.On(now), old.On(now)); len(all) != 0 {
		t.Error(all)
	}
	newer := parse(t, strings.Replace(small("least_age: 16, ", "2026-01-01"), "[{code: AA}]", "[{code: AA}, {code: BB}]", 1))
	got := Changed(old.On(now), newer.On(now))
	want := []Change{
		{"AA", Sale, false, "AA, sale: gpc is laxer. Before: A Global Privacy Control signal is an objection. Now: No browser signal has to be honoured."},
		{"AA", Sale, true, "AA, sale: least age is stricter. Before: No least age is set. Now: Nobody under 16 takes part."},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	gone := parse(t, strings.ReplaceAll(small("", "2026-01-01"), "AA", "BB"))
	if all := Changed(newer.On(now), gone.On(now)); len(all) == 0 || all[0].Jurisdiction != "AA" || !all[0].Stricter {
		t.Errorf("a line that is gone: %+v", all)
	}
}

// TestChangedByTheDay: a law that comes into force is a change of one file.
func TestChangedByTheDay(t *testing.T) {
	var words []string
	for _, c := range Changed(builtInOn(t, "2026-07-31"), builtInOn(t, "2026-08-01")) {
		words = append(words, fmt.Sprint(c.Jurisdiction, " ", c.Kind, " ", c.Stricter))
	}
	if want := []string{"US sale true", "US-CA sale true"}; !slices.Equal(words, want) {
		t.Error(words)
	}
}

func TestParseRefuses(t *testing.T) {
	whole := small("", "2026-01-01")
	for _, c := range []struct{ old, new, why string }{
		{"format: 1", "format: 2", "format must be 1"},
		{"format: 1\n", "", "format must be 1"},
		{"format: 1", "format: 1\nextra: 1", "field extra not found"},
		{"consent:", "konsent:", "field konsent not found"},
		{"opt-out", "maybe", "consent must be"},
		{"[sale]", "[sale, sale]", "kinds must be"},
		{"[sale]", "[rent]", "kinds must be"},
		{"[sale]", "[]", "kinds must be"},
		{"in: AA", "in: BB", "in must be"},
		{"consent: opt-out, ", "", "asks for nothing"},
		{"consent: opt-out, ", "least_age: 100, ", "least_age must be"},
		{"consent: opt-out, ", "least_age: -1, ", "least_age must be"},
		{"consent: opt-out, ", "financial: none, ", "financial must be"},
		{"consent: opt-out, ", "notice: perhaps, ", "cannot unmarshal"},
		{"as_of: 2026-01-01, ", "", "as_of is missing"},
		{"2026-01-01", "2026-02-30", "must be a day"},
		{"2026-01-01", "2026-01-01T00:00:00Z", "must be a day"},
		{"2026-01-01", "2026-01-01, from: 2026-02-02, until: 2026-02-01", "until lies before"},
		{"statute: Act 1, ", "", "statute must"},
		{"Act 1", `"a\nb"`, "statute must"},
		{"It says so.", strings.Repeat("x", 501), "why must"},
		{"why: It says so.", "why: ", "empty value"},
		{"https://example.org/1", "http://example.org/1", "url must"},
		{"https://example.org/1", "https://u:p@example.org/1", "url must"},
		{"https://example.org/1", "https:///1", "url must"},
		{"[{code: AA}]", "[{code: AA}, {code: AA}]", "stands there twice"},
		{"[{code: AA}]", "[{code: AA, within: BB}, {code: BB}]", "within must be"},
		{"[{code: AA}]", "[{code: AA, within: AA}]", "within must be"},
		{"[{code: AA}]", "[{code: AA}, {code: BB-1}]", "has to stand above"},
		{"[{code: AA}]", "[{code: AA}, {code: AA-1, within: AA}]", "by its name"},
		{"[{code: AA}]", "[{code: AA}, {code: UK}]", "write GB"},
		{"[{code: AA}]", "[{code: AA}, {code: aa}]", "code must be"},
		{"[{code: AA}]", "[{code: &a AA}]", "no anchors"},
		{"[{code: AA}]", "[{code: !!str AA}]", "no tags"},
		{"format: 1", "format: 1\nformat: 1", "already defined"},
		{whole, "", "empty"},
		{whole, "format: 1\njurisdictions: [{code: AA}]\n", "lines are missing"},
		{whole, whole + "---\n" + whole, "more than one document"},
		{whole, "[", "line"},
		{whole, "- 1\n", "cannot unmarshal"},
		{whole, strings.Repeat("#", MaxSize+1), "larger than"},
	} {
		if !strings.Contains(whole, c.old) {
			t.Fatalf("%q is not in the text", c.old)
		}
		_, err := Parse([]byte(strings.Replace(whole, c.old, c.new, 1)))
		if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), c.why) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40q: %v, want %q", c.new, err, c.why)
		}
	}
}

func TestBounds(t *testing.T) {
	head, line, _ := strings.Cut(small("", "2026-01-01"), "lines:\n")
	if _, err := Parse([]byte(head + "lines:\n" + strings.Repeat("  - {in: AA}\n", maxLines+1))); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "more than 4096 lines") {
		t.Error(err)
	}
	many := "format: 1\njurisdictions:\n" + strings.Repeat("- {code: AA}\n", maxPlaces+1) + "lines:\n" + line
	if _, err := Parse([]byte(many)); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "more than 512") {
		t.Error(err)
	}
}

func TestErrorsNameTheLine(t *testing.T) {
	_, err := Parse([]byte(strings.Replace(small("", "2026-01-01"), "https", "ftp", 1)))
	if err == nil || !strings.Contains(err.Error(), "line 4: url") {
		t.Error(err)
	}
}

func TestID(t *testing.T) {
	a, b := parse(t, small("", "2026-01-01")), parse(t, small("", "2026-01-02"))
	if a.ID() == b.ID() || len(a.ID()) != len("sha256:")+64 {
		t.Error(a.ID(), b.ID())
	}
	text := BuiltInText()
	text[0]++
	if slices.Equal(text, BuiltInText()) {
		t.Error("the built-in text can be changed")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(BuiltInText())
	f.Add([]byte(small("gpc: true, ", "2026-01-01")))
	f.Add([]byte("format: 1\nlines: [1]\njurisdictions: {}\n"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data)
		if err != nil {
			if !errors.Is(err, ErrMalformed) || strings.Contains(err.Error(), "\n") {
				t.Error(err)
			}
			return
		}
		day := file.On(date("2026-06-01"))
		for _, kind := range Kinds() {
			if n := day.Needs([]string{"EU", "US-CA", "XX"}, kind); n.Consent == Unsaid || len(n.Words()) == 0 {
				t.Error("no consent is said")
			}
		}
		if len(Changed(day, day)) != 0 || file.Age(date("2026-06-01")).AsOf.IsZero() {
			t.Error("a file differs from itself")
		}
	})
}

// TestWordTest: the rules never call codes what they are not.
func TestWordTest(t *testing.T) {
	if strings.Contains(strings.ToLower(string(BuiltInText())), "anonym") {
		t.Error("the built-in rules hold the word")
	}
}
