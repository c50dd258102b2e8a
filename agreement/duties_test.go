package agreement

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// officers is the sale signed by two people a member, the second the officer.
func officers(t testing.TB, h house, more ...string) *Agreement {
	t.Helper()
	text := strings.Replace(two(t, h), "kind: partner", "kind: sale", 1)
	text = strings.Replace(text, validLine, validLine+strings.Join(more, ""), 1)
	file := []byte(text)
	for _, name := range []string{"airline", "airline-legal", "bank", "bank-legal"} {
		var err error
		if file, err = Sign(file, h.signer(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	return mustParse(t, file)
}

// terms are what every sale has to agree on.
var terms = []string{"jurisdictions: [DE, US-CA]\n", "retention: 90 days\n", "onward_transfer: to nobody\n", "delete_by: 2027-03-31\n"}

// dutiful are the facts of an airline that meets every duty.
func dutiful(h house) Facts {
	return Facts{Self: "airline", Now: noon, Sources: []string{"/data/flyers.csv"}, Officer: h.vkey["airline-legal"],
		Entries: []string{"flag", "objection", "gpc", "notice", "age", "financial", "drop"},
		Drops:   []Drop{{noon.AddDate(0, 0, -1)}},
		Law:     Law{AsOf: noon.AddDate(0, -1, 0), Needs: map[string]Need{"DE": {Consent: true, OptOut: true, Signal: true, Notice: true, Age: true, Financial: true, Deletion: true}, "US-CA": {Consent: true, OptOut: true, Signal: true, Notice: true, Age: true, Financial: true, Deletion: true}}}}
}

// codes are those of all refusals.
func codes(a *Agreement, f Facts) (all []string) {
	for _, r := range Refusals(a, f) {
		all = append(all, string(r.Code))
	}
	return all
}

func TestDutiesMet(t *testing.T) {
	h := newHouse(t)
	for _, a := range []*Agreement{
		officers(t, h, terms...), mustParse(t, h.signed(t, sample)),
		mustParse(t, h.signed(t, with(t, "kind: partner", "kind: affiliate"))),
		mustParse(t, h.signed(t, with(t, "kind: partner", "kind: service-provider"))),
		mustParse(t, h.signed(t, with(t, "kind: partner", "kind: partner\njurisdictions: [DE, US-CA]"))),
	} {
		if err := Refuse(a, dutiful(h)); err != nil {
			t.Errorf("%s: %v", a.Terms.Kind, err)
		}
	}
	// An agreement of before there were conditions asks no more than it did.
	if err := Refuse(mustParse(t, h.signed(t, sample)), Facts{Self: "airline", Now: noon}); err != nil {
		t.Errorf("an agreement without newer keys: %v", err)
	}
}

func TestDutiesByKind(t *testing.T) {
	h := newHouse(t)
	all := []string{"CONSENT_REQUIRED", "OPT_OUT_REQUIRED", "GPC_REQUIRED", "NOTICE_REQUIRED", "AGE_REQUIRED", "FINANCIAL_OPT_OUT_REQUIRED"}
	parse := func(head string) *Agreement { return mustParse(t, h.signed(t, with(t, "kind: partner", head))) }
	bare := func(f *Facts) { f.Entries = nil }
	for name, c := range map[string]struct {
		a      *Agreement
		change func(*Facts)
		want   []string
	}{
		"affiliate, no notice": {parse("kind: affiliate"), bare, []string{"AFFILIATE_NOTICE_MISSING"}},
		"partner, bare":        {parse("kind: partner\njurisdictions: [DE, US-CA]"), bare, all},
		"joint marketing":      {parse("kind: partner\njurisdictions: [DE, US-CA]\njoint_marketing: true"), bare, all},
		"joint marketing that the law excuses": {parse("kind: partner\njurisdictions: [DE, US-CA]\njoint_marketing: true"), func(f *Facts) {
			f.Entries, f.Law.Needs = nil, map[string]Need{"DE": {}, "US-CA": {Financial: true, Joint: true}}
		}, nil},
		"the same, not joint": {parse("kind: partner\njurisdictions: [DE, US-CA]"), func(f *Facts) {
			f.Entries, f.Law.Needs = nil, map[string]Need{"DE": {}, "US-CA": {Financial: true, Joint: true}}
		}, all[5:]},
		"partner, nowhere":         {parse("kind: partner"), bare, nil},
		"vendor, bare":             {parse("kind: service-provider\njurisdictions: [DE]"), bare, nil},
		"an unknown place":         {parse("kind: partner\njurisdictions: [FR]"), bare, all[:1]},
		"an unknown place, a flag": {parse("kind: partner\njurisdictions: [FR]"), func(f *Facts) { f.Entries = []string{"flag"} }, nil},
		"objections are no consent": {parse("kind: partner\njurisdictions: [DE]"),
			func(f *Facts) { f.Entries = []string{"objection", "gpc", "usp", "list", "age", "notice", "financial"} }, all[:1]},
		"only one place asks": {parse("kind: partner\njurisdictions: [DE, US-CA]"), func(f *Facts) {
			f.Entries, f.Law.Needs = nil, map[string]Need{"DE": {}, "US-CA": {Financial: true}}
		}, all[5:]},
		"nothing is asked": {parse("kind: partner\njurisdictions: [DE]"), func(f *Facts) { f.Entries, f.Law.Needs = nil, map[string]Need{"DE": {}} }, nil},
	} {
		f := dutiful(h)
		c.change(&f)
		if got := codes(c.a, f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestSale(t *testing.T) {
	h := newHouse(t)
	whole := officers(t, h, terms...)
	days := func(n int) time.Time { return noon.AddDate(0, 0, -n) }
	for name, c := range map[string]struct {
		change func(*Facts)
		want   string // empty: nothing
	}{
		"no officer":               {func(f *Facts) { f.Officer = "" }, "SALE_NO_OFFICER"},
		"an officer who is nobody": {func(f *Facts) { f.Officer = h.vkey["stranger"] }, "SALE_NO_OFFICER"},
		"one who has not signed":   {func(f *Facts) { f.Officer = h.vkey["airline-spare"] }, "SALE_NO_OFFICER"},
		"the other's officer":      {func(f *Facts) { f.Officer = h.vkey["bank-legal"] }, "SALE_NO_OFFICER"},
		"the node is the officer":  {func(f *Facts) { f.Officer = h.vkey["airline"] }, ""},
		"no rules":                 {func(f *Facts) { f.Law.AsOf = time.Time{} }, "LEGAL_RULES_STALE"},
		"rules of 180 days":        {func(f *Facts) { f.Law.AsOf = days(180) }, ""},
		"rules of 181 days":        {func(f *Facts) { f.Law.AsOf = days(181) }, "LEGAL_RULES_STALE"},
		"rules of the future":      {func(f *Facts) { f.Law.AsOf = days(-2) }, "LEGAL_RULES_STALE"},
		"rules of tomorrow":        {func(f *Facts) { f.Law.AsOf = days(-1) }, ""},
		"no list":                  {func(f *Facts) { f.Drops = nil }, "SALE_STALE_DROP"},
		"a list nobody asks for":   {func(f *Facts) { f.Drops, f.Law.Needs = nil, map[string]Need{"DE": {}, "US-CA": {}} }, ""},
		"a list of 45 days":        {func(f *Facts) { f.Drops = []Drop{{days(45)}} }, ""},
		"a list of 46 days":        {func(f *Facts) { f.Drops = []Drop{{days(0)}, {days(46)}} }, "SALE_STALE_DROP"},
		"a list of no day":         {func(f *Facts) { f.Drops = []Drop{{}} }, "SALE_STALE_DROP"},
		"a list of the future":     {func(f *Facts) { f.Drops = []Drop{{days(-1)}} }, "SALE_STALE_DROP"},
	} {
		f := dutiful(h)
		c.change(&f)
		if got := strings.Join(codes(whole, f), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for i, missing := range terms {
		key, _, _ := strings.Cut(missing, ":")
		rest := slices.Concat(terms[:i], terms[i+1:])
		err := Refuse(officers(t, h, rest...), dutiful(h))
		var r *Refusal
		if !errors.As(err, &r) || r.Code != CodeSaleTermsMissing || !strings.Contains(err.Error(), key) {
			t.Errorf("without %s: %v", key, err)
		}
	}
}

// A vendor's dataset serves one client, unless it holds no client's data.
func TestCombined(t *testing.T) {
	h := newHouse(t)
	parse := func(h house, head string) *Agreement {
		return mustParse(t, h.signed(t, with(t, "kind: partner", head)))
	}
	mine := newHouse(t)
	mine.skey["airline"], mine.vkey["airline"] = h.skey["airline"], h.vkey["airline"] // of another bank
	const client, own, theirs = "kind: service-provider\nvendor: airline", "kind: service-provider\nvendor: airline\nvendor_data: own", "kind: service-provider\nvendor: bank"
	for name, c := range map[string]struct {
		a, other string
		with     house
		source   string
		refused  bool
	}{
		"two clients":               {client, client, mine, "/data/flyers.csv", true},
		"two clients, two sources":  {client, client, mine, "/data/other.csv", false},
		"one client twice":          {client, client + "\nretention: 90 days", h, "/data/flyers.csv", false},
		"the same agreement":        {client, client, h, "/data/flyers.csv", false},
		"its own data":              {own, own, mine, "/data/flyers.csv", false},
		"own here, a client's":      {own, client, mine, "/data/flyers.csv", true},
		"a client's, own there":     {client, own, mine, "/data/flyers.csv", true},
		"two vendors of one client": {theirs, theirs, mine, "/data/flyers.csv", false},
		"a client's, for itself":    {"kind: partner", client, mine, "/data/flyers.csv", true},
		"nobody says who works":     {"kind: service-provider", "kind: partner", mine, "/data/flyers.csv", true},
		"partners":                  {"kind: partner", "kind: partner", mine, "/data/flyers.csv", false},
	} {
		f := dutiful(h)
		f.Others = []Other{{"airline", parse(c.with, c.other), []string{"/data/first.csv", c.source}}}
		a := parse(h, c.a)
		err := Refuse(a, f)
		var r *Refusal
		if (err != nil) != c.refused || err != nil && (!errors.As(err, &r) || r.Code != CodeProcessorCombine || strings.Contains(r.Told, "skyline")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWarnings(t *testing.T) {
	h := newHouse(t)
	a := mustParse(t, h.signed(t, with(t, "kind: partner", "kind: partner\njurisdictions: [DE]")))
	for days, want := range map[int]string{0: "", 90: "", 91: "more than 90 days", 400: "Beyond 180 days"} {
		f := dutiful(h)
		f.Law.AsOf = noon.AddDate(0, 0, -days)
		if got := strings.Join(Warnings(a, f), " "); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%d days: %q", days, got)
		}
	}
	if got := Warnings(a, Facts{Now: noon}); len(got) != 1 || !strings.Contains(got[0], "no legal rules") {
		t.Errorf("without rules: %q", got)
	}
	if got := Warnings(mustParse(t, h.signed(t, sample)), Facts{Now: noon}); got != nil {
		t.Errorf("nothing asks for rules: %q", got)
	}
}

// Codes are for good, each has its sentence, and refusals say what to do without
// telling the partner of files.
func TestCodes(t *testing.T) {
	want := []Code{"AFFILIATE_NOTICE_MISSING", "AGE_REQUIRED", "CONSENT_REQUIRED", "FINANCIAL_OPT_OUT_REQUIRED", "GPC_REQUIRED", "LEGAL_RULES_STALE",
		"NOTICE_REQUIRED", "OPT_OUT_REQUIRED", "POLICY_ACTIVATE", "POLICY_ANALYSIS", "POLICY_ELIGIBILITY", "POLICY_JURISDICTION", "POLICY_KIND", "POLICY_PARTNER",
		"POLICY_RULES_CONTRADICT", "ROLE_PROCESSOR_COMBINE", "SALE_NO_OFFICER", "SALE_STALE_DROP", "SALE_TERMS_MISSING"}
	got := slices.Sorted(maps.Keys(sentences))
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	for _, c := range got {
		if c.Sentence() == "" {
			t.Errorf("%s has no sentence", c)
		}
	}
	h := newHouse(t)
	refusals := Refusals(officers(t, h), Facts{Self: "airline", Now: noon})
	refusals = append(refusals, Refusals(officers(t, h, terms...), Facts{Self: "airline", Now: noon})...)
	for _, r := range refusals {
		if !errors.Is(r, ErrRefused) || !strings.HasPrefix(r.Error(), string(r.Code)+": ") || strings.Contains(r.Error(), "\n") || r.Told == "" || strings.Contains(r.Told, ".yaml") {
			t.Errorf("%s: %q", r.Code, r.Told)
		}
	}
	if len(refusals) < 5 {
		t.Errorf("only %d refusals", len(refusals))
	}
}
