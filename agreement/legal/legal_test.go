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
	words := []string{consentWords[n.Consent]}
	add := func(is bool, word string) {
		if is {
			words = append(words, word)
		}
	}
	add(n.Notice, "notice")
	add(n.GPC, "gpc")
	add(n.Financial != NoFinancial, "financial="+financialWords[n.Financial])
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

// aspects are the things that can be needed, each with how strict it is.
var aspects = []struct {
	name string
	rank func(Needs) int
}{
	{"consent", func(n Needs) int { return int(n.Consent) }},
	{"notice", func(n Needs) int { return bit(n.Notice) }},
	{"gpc", func(n Needs) int { return bit(n.GPC) }},
	{"financial", func(n Needs) int { return int(n.Financial) }},
	{"deletion list", func(n Needs) int { return bit(n.DeletionList) }},
	{"least age", func(n Needs) int { return n.LeastAge }},
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
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

func FuzzParse(f *testing.F) {
	f.Add(builtIn)
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
			if n := day.Needs([]string{"EU", "US-CA", "XX"}, kind); n.Consent == Unsaid {
				t.Error("no consent is said")
			}
		}
		if file.AsOf().IsZero() {
			t.Error("a file has no day")
		}
	})
}

// TestWordTest: the rules never call codes what they are not.
func TestWordTest(t *testing.T) {
	if strings.Contains(strings.ToLower(string(builtIn)), "anonym") {
		t.Error("the built-in rules hold the word")
	}
}
