package consent

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestObjections(t *testing.T) {
	for want, cells := range map[Reason][]string{
		OptOut:     {"yes", "1", "TRUE", " 1 ", "opt-out", "Opt-Out", "granted"},
		Eligible:   {"", "  ", "no", "0", "false", "opt-in", "denied"},
		Unreadable: {"?", "2", "maybe", strings.Repeat("x", 100)},
	} {
		for _, kind := range []string{"objection", "gpc", "financial"} {
			p := policyFor(t, Entry{Kind: kind, Column: "c"}, Run{})
			for _, cell := range cells {
				if got := one(p, cell); got != want {
					t.Errorf("%s, %q: %v, want %v", kind, cell, got, want)
				}
			}
		}
	}
}

func TestUSPrivacyColumn(t *testing.T) {
	p := policyFor(t, Entry{Kind: "usp", Column: "c"}, Run{})
	for cell, want := range map[string]Reason{"1YNN": Eligible, "1---": Eligible, " 1YYN\n": OptOut, "": Missing, "1yyn": Unreadable, "2YNN": Unsupported, "1YN": Unreadable} {
		if got := one(p, cell); got != want {
			t.Errorf("%q: %v, want %v", cell, got, want)
		}
	}
}

func TestAge(t *testing.T) {
	on := func(year, month, day int) time.Time {
		return time.Date(year, time.Month(month), day, 10, 0, 0, 0, time.UTC)
	}
	for _, c := range []struct {
		cell string
		now  time.Time
		want Reason
	}{
		{"18", on(2026, 11, 25), Eligible}, {"17", on(2026, 11, 25), UnderAge}, {"18.0", on(2026, 11, 25), Eligible}, {"0", on(2026, 11, 25), UnderAge}, {"130", on(2026, 11, 25), Eligible},
		{"2008-11-25", on(2026, 11, 25), Eligible}, {"2008-11-26", on(2026, 11, 25), UnderAge}, {"20081126", on(2026, 11, 26), Eligible}, {"1970-01-01 00:00:00", on(2026, 11, 25), Eligible},
		{"2008-11-25T00:00:00Z", on(2026, 11, 25), Eligible},
		{"2008-02-29", on(2026, 2, 28), UnderAge}, {"2008-02-29", on(2026, 3, 1), Eligible}, {"2010-02-28", on(2028, 2, 29), Eligible}, {"2010-03-01", on(2028, 2, 29), UnderAge},
		{"", on(2026, 11, 25), Missing}, {"131", on(2026, 11, 25), Unreadable}, {"-1", on(2026, 11, 25), Unreadable}, {"1990", on(2026, 11, 25), Unreadable}, {"18.5", on(2026, 11, 25), Unreadable},
		{"01/02/2000", on(2026, 11, 25), Unreadable}, {"2000-02-30", on(2026, 11, 25), Unreadable}, {"2026-11-26", on(2026, 11, 25), Future}, {"1800-01-01", on(2026, 11, 25), Unreadable}, {"adult", on(2026, 11, 25), Unreadable},
	} {
		p := policyFor(t, Entry{Kind: "age", Column: "c", Least: 18}, Run{Start: c.now})
		if got := one(p, c.cell); got != c.want {
			t.Errorf("%q on %v: %v, want %v", c.cell, c.now, got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-02": "2026-01-02T00:00:00Z", "20260102": "2026-01-02T00:00:00Z", "2026-01-02T10:20:30Z": "2026-01-02T10:20:30Z", "2026-01-02 10:20:30": "2026-01-02T10:20:30Z",
		"2026-01-02T10:20:30.123456z": "2026-01-02T10:20:30Z", "2026-01-02T00:20:30+01:00": "2026-01-01T23:20:30Z", "2026-01-02T23:20:30.5-01:30": "2026-01-03T00:50:30Z", "2024-02-29": "2024-02-29T00:00:00Z",
		"": "", "2026-1-2": "", "2026/01/02": "", "02.01.2026": "", "2026-02-29": "", "2026-13-01": "", "2026-00-10": "", "0000-01-01": "", "2026-01-02T10:20": "", "2026-01-02T24:00:00": "", "2026-01-02T10:60:00Z": "",
		"2026-01-02T10:20:30X": "", "2026-01-02T10:20:30+0100": "", "2026-01-02T10:20:30+01:99": "", "2026-01-02T10:20:30.Z": "", "2026-01-02X10:20:30": "", "2026-01-02 ": "", "+026-01-02": "", "2026-01-0२": "",
	} {
		at, ok := DateOf([]byte(text))
		if ok != (want != "") || ok && at.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q: %v, %v, want %s", text, at, ok, want)
		}
	}
}

func TestJurisdiction(t *testing.T) {
	run := Run{Jurisdictions: []string{"EU", "us-ca", "GB"}}
	p := policyFor(t, Entry{Kind: jurisdiction, Column: "c"}, run)
	for cell, want := range map[string]Reason{"DE": Eligible, "de": Eligible, "FR-75": Eligible, "GB-SCT": Eligible, "US-CA": Eligible, "us-ca": Eligible, "US": Jurisdiction, "US-VA": Jurisdiction, "NO": Jurisdiction, "CH": Jurisdiction,
		"": Missing, "D": Unreadable, "DEU": Unreadable, "Germany": Unreadable, "US_CA": Unreadable, "US-": Unreadable, "US-CALI": Unreadable, "12": Unreadable, "U1": Unreadable, "US-C!": Unreadable, "ÄÖ": Unreadable} {
		if got := one(p, cell); got != want {
			t.Errorf("%q: %v, want %v", cell, got, want)
		}
	}
	p = policyFor(t, Entry{Kind: jurisdiction, Column: "c", Country: "US"}, run)
	for cell, want := range map[string]Reason{"CA": Eligible, "ca": Eligible, "US-CA": Eligible, "VA": Jurisdiction, "DE": Jurisdiction, "US": Jurisdiction, "DE-BE": Unreadable, "California": Unreadable, "": Missing} {
		if got := one(p, cell); got != want {
			t.Errorf("in the US, %q: %v, want %v", cell, got, want)
		}
	}
	p = mustCompile(t, partner(), Entry{Kind: jurisdiction, Column: "where", Country: "US"}, Entry{Kind: "objection", Column: "o", In: []string{"DE"}})
	for cells, want := range map[[2]string]Reason{{"TX", "yes"}: Eligible, {"", "yes"}: OptOut, {"", "no"}: Missing, {"Texas", "yes"}: OptOut} {
		if got := one(p, cells[0], cells[1]); got != want {
			t.Errorf("%q: %v, want %v", cells, got, want)
		}
	}
	if got := one(policyFor(t, Entry{Kind: jurisdiction, Country: "IT"}, run)); got != Eligible {
		t.Errorf("everybody in Italy: %v", got)
	}
	if got := one(policyFor(t, Entry{Kind: jurisdiction, Country: "BR"}, run)); got != Jurisdiction {
		t.Errorf("everybody in Brazil: %v", got)
	}
	if got := one(policyFor(t, Entry{Kind: jurisdiction, Column: "c"}, Run{}), "BR"); got != Eligible {
		t.Errorf("an agreement that reaches everywhere: %v", got)
	}
}

func TestNotice(t *testing.T) {
	run := Run{Purposes: []string{"dpv:Measurement", "Marketing"}}
	for cell, want := range map[string]Reason{
		"bank:Measurement+Marketing@2026-01-02":                                           Eligible,
		" BANK : dpv:measurement + DPV:MARKETING + ServiceOptimisation @ 2026-01-02;":     Eligible,
		"shop:Marketing@2026-01-02;bank:Marketing@2026-01-02;bank:Measurement@2025-12-31": Eligible,
		"bank:Measurement+Marketing@2026-11-25T10:01:00Z":                                 Eligible,
		"bank:Measurement+Marketing@2026-11-25T11:01:01+01:00":                            NotTold,
		"bank:Measurement+Marketing@2026-11-26":                                           NotTold,
		"bank:Measurement@2026-01-02":                                                     NotTold,
		"bank:Measurement@2026-01-02;bank:Marketing@2027-01-01":                           NotTold,
		"bank@2026-01-02":                            NotTold,
		"shop:Measurement+Marketing@2026-01-02":      NotTold,
		"banks:Measurement+Marketing@2026-01-02":     NotTold,
		"":                                           Missing,
		"bank:Measurement+Marketing":                 Unreadable,
		"bank:Measurement+Marketing@":                Unreadable,
		"bank:Measurement+Marketing@02.01.2026":      Unreadable,
		"bank:Measurement++Marketing@2026-01-02":     Unreadable,
		"bank:@2026-01-02":                           Unreadable,
		":Marketing@2026-01-02":                      Unreadable,
		"bank:Measurement+Marketing@2026-01-02;;":    Unreadable,
		"bank:Measurement+Marketing@2026-01-02;shop": Unreadable,
		";": Unreadable,
	} {
		if got := one(policyFor(t, Entry{Kind: "notice", Column: "n"}, run), cell); got != want {
			t.Errorf("%q: %v, want %v", cell, got, want)
		}
	}
	dated := policyFor(t, Entry{Kind: "notice", Column: "n", DateColumn: "d", MaxDays: 365}, run)
	for cells, want := range map[[2]string]Reason{
		{"bank:Measurement+Marketing", "2026-01-02"}:            Eligible,
		{"bank:Measurement+Marketing", "2024-01-02"}:            Outdated,
		{"bank:Measurement+Marketing", "2027-01-02"}:            NotTold,
		{"bank:Measurement+Marketing", ""}:                      Unreadable,
		{"bank:Measurement+Marketing@2026-01-02", ""}:           Eligible,
		{"bank:Measurement+Marketing@2024-01-02", "2026-01-02"}: Outdated,
	} {
		if got := one(dated, cells[0], cells[1]); got != want {
			t.Errorf("%q: %v, want %v", cells, got, want)
		}
	}
}

// tcString writes a string of policies, consents, interests and one vendor.
func tcString(updated time.Time, policy, consents, interests, vendor int, restricted string) string {
	return tcApart(updated, updated, policy, consents, interests, vendor, vendor, restricted)
}

// tcApart is tcString with what may differ.
func tcApart(created, updated time.Time, policy, consents, interests, vendor, interestVendor int, restricted string) string {
	bits := fmt.Sprintf("%06b%036b%036b%012b%012b%06b%06b%06b%012b%06b%02b%012b%024b%024b%b%06b%06b", 2, created.UnixMilli()/100, updated.UnixMilli()/100,
		3, 1, 1, 4, 4, 100, policy, 0, 0, consents, interests, 0, 3, 4)
	for _, vendor := range []int{vendor, interestVendor} {
		bits += fmt.Sprintf("%016b1%012b0%016b", vendor, 1, vendor)
	}
	if restricted == "" {
		restricted = "000000000000"
	}
	return pack(bits + restricted)
}

// only is the bits of some purposes.
func only(purposes ...int) (bits int) {
	for _, p := range purposes {
		bits |= 1 << (24 - p)
	}
	return bits
}

// restrict writes one restriction of vendor 9.
func restrict(purpose, kind int) string {
	return fmt.Sprintf("%012b%06b%02b%012b0%016b", 1, purpose, kind, 1, 9)
}

func TestTCF(t *testing.T) {
	before := start.Add(-time.Hour)
	entry := Entry{Kind: "tcf", Column: "c", Purposes: []int{1, 7}}
	interest, either, vendor, recent := entry, entry, entry, entry
	interest.Basis, interest.Purposes = "legitimate-interest", []int{7}
	either.Basis = "either"
	vendor.Vendor, vendor.Basis = 9, "either"
	recent.MaxDays = 30
	profile := interest
	profile.Purposes = []int{3}
	for i, c := range []struct {
		entry Entry
		text  string
		want  Reason
	}{
		{entry, tcString(before, 2, only(1, 7), 0, 9, ""), Eligible},
		{entry, tcString(before, 2, only(1), only(7), 9, ""), NoPurpose},
		{entry, tcString(start, 2, only(1, 7), 0, 9, ""), Eligible},
		{entry, tcString(start.Add(time.Second), 2, only(1, 7), 0, 9, ""), Future},
		{entry, tcApart(before, start.Add(time.Second), 2, only(1, 7), 0, 9, 9, ""), Future},
		{entry, tcApart(start.Add(time.Second), before, 2, only(1, 7), 0, 9, 9, ""), Future},
		{vendor, tcApart(before, before, 2, only(1), only(7), 9, 8, ""), NoPurpose},
		{vendor, tcApart(before, before, 2, only(1), only(7), 9, 9, ""), Eligible},
		{entry, "B" + tcString(before, 2, only(1, 7), 0, 9, "")[1:], Unsupported},
		{entry, tcString(before, 2, only(1, 7), 0, 9, "")[:40], Unreadable},
		{entry, "", Missing},
		{either, tcString(before, 2, only(1), only(7), 9, ""), Eligible},
		{either, tcString(before, 2, 0, only(1, 7), 9, ""), NoPurpose}, // purpose 1 is by consent alone
		{interest, tcString(before, 2, only(7), 0, 9, ""), NoPurpose},
		{interest, tcString(before, 2, 0, only(7), 9, ""), Eligible},
		{profile, tcString(before, 3, 0, only(3), 9, ""), Eligible},
		{profile, tcString(before, 4, 0, only(3), 9, ""), NoPurpose}, // no longer a basis
		{vendor, tcString(before, 2, only(1, 7), 0, 9, ""), Eligible},
		{vendor, tcString(before, 2, only(1, 7), 0, 8, ""), NoPurpose},
		{vendor, tcString(before, 2, only(1, 7), 0, 9, restrict(7, 0)), NoPurpose},
		{vendor, tcString(before, 2, only(1, 7), 0, 9, restrict(7, 1)), Eligible},
		{vendor, tcString(before, 2, only(1, 7), 0, 9, restrict(7, 2)), NoPurpose},
		{vendor, tcString(before, 2, only(1), only(7), 9, restrict(7, 1)), NoPurpose},
		{vendor, tcString(before, 2, only(1), only(7), 9, restrict(7, 2)), Eligible},
		{vendor, tcString(before, 2, only(1, 7), 0, 9, restrict(7, 3)), NoPurpose},
		{vendor, tcString(before, 2, only(1, 7), 0, 9, restrict(2, 0)), Eligible},
		{recent, tcString(before, 2, only(1, 7), 0, 9, ""), Eligible},
		{recent, tcString(start.AddDate(0, 0, -31), 2, only(1, 7), 0, 9, ""), Outdated},
	} {
		if got := one(policyFor(t, c.entry, Run{}), c.text); got != c.want {
			t.Errorf("case %d, %s: %v, want %v", i, c.text, got, c.want)
		}
	}
	entry.Purposes = nil
	for purpose, want := range map[string]Reason{"Measurement": Eligible, "dpv:Measurement": Eligible, "Marketing": NoPurpose} {
		if got := one(policyFor(t, entry, Run{Purposes: []string{purpose}}), tcString(before, 2, only(1, 7), 0, 9, "")); got != want {
			t.Errorf("%s: %v, want %v", purpose, got, want)
		}
	}
}

func TestGPP(t *testing.T) {
	tc := tcString(start.Add(-time.Hour), 4, only(1, 3, 4), 0, 9, "")
	refused := tcString(start.Add(-time.Hour), 4, only(1), 0, 9, "")
	const caIn, caOut, caOdd, vaIn, vaOut, ok2 = "BAAAAAAA", "BAQAAAAA", "BAwAAAAA", "BAAAAAA", "BAQAAAA", "DBABMA~"
	for i, c := range []struct {
		cell, place string // place "": nobody says
		want        Reason
	}{
		{"", "", Missing}, {"DBAA", "", Jurisdiction}, {"x", "", Unreadable}, {"DCABMA~x", "", Unsupported}, {"DBABMA", "", Unreadable},
		{ok2 + tc, "", Eligible}, {ok2 + refused, "", NoPurpose}, {ok2 + "x", "", Unsupported}, {ok2 + "C", "", Unreadable},
		{ok2 + tc, "DE", Eligible}, {ok2 + refused, "GB", NoPurpose}, {gppHeader2(2, 8) + tc + "~" + caIn, "US-CA", Eligible}, {gppHeader2(2, 8) + refused + "~" + caIn, "US-CA", Eligible}, {gppHeader2(2, 8) + refused + "~" + caIn, "FR", NoPurpose},
		{gppHeader2(2, 8) + "C~" + caIn, "US-CA", Unreadable}, {gppHeader2(5, 8) + "x~" + caIn, "US-CA", Unsupported}, {ok2 + tc, "US-CA", Jurisdiction}, {ok2 + refused, "US-CA", Jurisdiction},
		{"DBABBg~" + caIn, "", Eligible}, {"DBABBg~" + caOut, "", OptOut}, {"DBABBg~" + caOdd, "", Unreadable}, {"DBABBg~" + caIn + ".YA", "", OptOut}, {"DBABBg~C" + caIn[1:], "", Unsupported}, {"DBABBg~C" + caOut[1:], "", OptOut},
		{"DBABBg~" + caIn, "US-CA", Eligible}, {"DBABBg~" + caIn, "US-VA", Jurisdiction}, {"DBABBg~" + caOut, "DE", OptOut},
		{"DBABh4~" + caIn + "~" + vaIn, "US-VA", Eligible}, {"DBABh4~" + caOut + "~" + vaIn, "US-VA", OptOut}, {"DBABh4~" + caIn + "~" + vaOut, "US-CA", OptOut}, {"DBABh4~x~" + vaIn, "US-VA", Unreadable}, {"DBABh4~C" + caIn[1:] + "~" + vaIn, "US-VA", Unsupported}, {"DBABh4~x~" + vaIn, "US-CA", Unreadable},
		{gppHeader(6) + "~1YNN", "", Eligible}, {gppHeader(6) + "~1YYN", "", OptOut}, {gppHeader(6) + "~1YNN", "US-TX", Eligible}, {gppHeader(6) + "~1YNN", "CA", Jurisdiction}, {gppHeader(6) + "~2YNN", "", Unsupported},
		{gppHeader(1) + "~x", "", Unsupported}, {gppHeader(3) + "~x", "", Unsupported}, {gppHeader(4) + "~x", "", Unsupported}, {gppHeader(5) + "~x", "CA", Unsupported}, {gppHeader(5) + "~x", "DE", Jurisdiction},
		{gppHeader(28) + "~x", "", Unsupported}, {gppHeader(28) + "~x", "DE", Jurisdiction},
	} {
		entries := []Entry{{Kind: "gpp", Column: "c", Purposes: p2}}
		cells := []string{c.cell}
		if c.place != "" {
			entries = append(entries, Entry{Kind: jurisdiction, Column: "where"})
			cells = []string{c.place, c.cell}
		}
		p := mustCompile(t, partner(), entries...)
		if got := one(p, cells...); got != c.want {
			t.Errorf("case %d, %s in %q: %v, want %v", i, c.cell, c.place, got, c.want)
		}
	}
}

// gppHeader is the header of a string of one section, up to 54.
func gppHeader(id int) string {
	return pack("000011" + "000001" + "000000000001" + "0" + fib(id))
}

// gppHeader2 is the header of a string of two sections, and what follows it.
func gppHeader2(a, b int) string {
	return pack("000011"+"000001"+"000000000010"+"0"+fib(a)+"0"+fib(b-a)) + "~"
}

// pack writes bits given as text in base64url, with zeros at the end.
func pack(bits string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	bits += strings.Repeat("0", (6-len(bits)%6)%6)
	out := ""
	for ; bits != ""; bits = bits[6:] {
		v := 0
		for _, c := range bits[:6] {
			v = v<<1 | int(c-'0')
		}
		out += alphabet[v : v+1]
	}
	return out
}

func fib(n int) string {
	out := ""
	for _, f := range []int{34, 21, 13, 8, 5, 3, 2, 1} {
		switch {
		case f <= n:
			out, n = "1"+out, n-f
		case out != "":
			out = "0" + out
		}
	}
	return out + "1"
}

// Every place of the tables is one, and every section reaches somewhere or
// nowhere at all.
func TestReach(t *testing.T) {
	g := newGPPJudge(nil)
	for id, reach := range g.reach {
		alone := map[int]bool{0: true, 1: true, 3: true, 4: true}[id]
		if (len(reach) == 0) != alone || reach == nil {
			t.Errorf("section %d reaches %d places", id, len(reach))
		}
	}
	if len(g.reach[2]) != 32 {
		t.Errorf("the European framework reaches %d countries, want 27 + 3 + 2", len(g.reach[2]))
	}
}

// FuzzDecide: whatever the cells hold, a row has one verdict, twice the same,
// and no entry lets a row in that another kept out.
func FuzzDecide(f *testing.F) {
	run := Run{Agreement: Partner, Partner: "bank", Purposes: []string{"Marketing"}, Start: start, Jurisdictions: []string{"EU", "US"}, ConsentIn: []string{"EU"}}
	all := []Entry{{Kind: "flag", Column: "c"}, {Kind: "objection", Column: "c"}, {Kind: "gpc", Column: "c"}, {Kind: "usp", Column: "c"}, {Kind: "tcf", Column: "c", Basis: "either", Vendor: 9, MaxDays: 100},
		{Kind: "gpp", Column: "c"}, {Kind: "notice", Column: "c", DateColumn: "d"}, {Kind: "age", Column: "c", Least: 16}, {Kind: jurisdiction, Column: "d"}}
	var alone []*Policy
	for _, e := range all[:8] {
		alone = append(alone, mustCompile(f, run, e, all[8]))
	}
	together := mustCompile(f, run, all...)
	for _, cell := range []string{"", "yes", "1YNN", "12", "2000-01-01", "bank:Marketing@2026-01-01;", "DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "COwAdDhOwAdDhN4ABAENAPCgAAQAAv___wAAAFP_AAp_4AI6ACACAA", "DBACLMA~BAAAAAAAAAA.QA~BaAAAAA", "\xff"} {
		f.Add(cell, "DE")
		f.Add(cell, "2026-01-01")
	}
	f.Fuzz(func(t *testing.T, cell, second string) {
		strongest := Eligible
		for i, p := range alone {
			cells := map[string]string{"c": cell, "d": second}
			var row []string
			for _, name := range p.Columns() {
				row = append(row, cells[name])
			}
			got := one(p, row...)
			if got >= reasons || got != one(p, row...) {
				t.Fatalf("entry %d: %d", i, got)
			}
			if got != NoPurpose || all[i].Kind == "tcf" || all[i].Kind == "gpp" {
				strongest = first(strongest, got)
			}
			if !utf8.ValidString(cell) && got == Eligible && all[i].Kind == "flag" {
				t.Fatalf("%q is a yes", cell)
			}
		}
		var row []string
		for _, name := range together.Columns() {
			row = append(row, map[string]string{"c": cell, "d": second}[name])
		}
		if got := one(together, row...); got != strongest && !(strongest == Eligible && got == NoPurpose) {
			t.Fatalf("%q, %q: together %v, strongest %v", cell, second, got, strongest)
		}
	})
}
