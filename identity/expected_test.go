package identity

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

// expected is the published examples of the schemes that the profiles follow.
type expected struct {
	Normalise struct {
		UID2Emails []example `json:"uid2_email_docs"`
		UID2Hashes []example `json:"uid2_hash_examples"`
		UID2Phones []example `json:"uid2_phone_docs"`
		Pair       []struct {
			Hex      string  `json:"sha256_hex"`
			Preimage *string `json:"known_preimage"`
		} `json:"pair_spec"`
		Match    struct{ Cases []example } `json:"google_customer_match_sample_code"`
		Enhanced struct{ Cases []example } `json:"google_enhanced_conversions_sample_code"`
		Febrl    struct {
			Rows, Missing, Parsed uint64
			Valid                 uint64 `json:"libphonenumber_valid"`
		} `json:"febrl042_D1000_org_phones"`
	}
}

type example struct {
	Input, Region, E164, Normalised string
	Hex                             string `json:"sha256_hex"`
	Base64                          string `json:"sha256_base64"`
}

func published(t *testing.T) expected {
	t.Helper()
	var e expected
	read(t, "../../shared/data/expected.json", &e)
	return e
}

// check normalises one cell and compares the value and its published hash,
// as far as the example has them.
func (e example) check(t *testing.T, profile string, s Spec, want, hash string) {
	t.Helper()
	p, err := Lookup(profile)
	if err != nil {
		t.Fatal(err)
	}
	value := answer(normaliser(t, profile, s), e.Input)
	if want != "" && value != want {
		t.Errorf("%s, %q: %q, want %q", profile, e.Input, value, want)
	}
	if got := p.PublishedHash([]byte(value)); hash != "" && got != hash {
		t.Errorf("%s, %q: hash %s, want %s", profile, e.Input, got, hash)
	}
}

func TestUID2Examples(t *testing.T) {
	n := published(t).Normalise
	if len(n.UID2Emails) < 11 || len(n.UID2Hashes) < 2 || len(n.UID2Phones) < 3 {
		t.Fatal("examples are missing")
	}
	for _, e := range n.UID2Emails {
		e.check(t, "uid2-1", emailSpec, e.Normalised, e.Base64)
	}
	for _, e := range n.UID2Phones {
		e.check(t, "uid2-1", phoneIn(e.Region), e.E164, "")
	}
	for _, e := range n.UID2Hashes {
		s := emailSpec
		if strings.HasPrefix(e.Normalised, "+") {
			s = phoneIn("US")
		}
		e.Input = e.Normalised
		e.check(t, "uid2-1", s, e.Normalised, e.Base64)
		if s.Type == Email {
			e.check(t, "pair-1", s, e.Normalised, e.Hex)
		}
	}
}

func TestPairExamples(t *testing.T) {
	known := 0
	for _, e := range published(t).Normalise.Pair {
		if e.Preimage == nil {
			continue // a hash of nobody knows what
		}
		known++
		example{Input: " " + strings.ToUpper(*e.Preimage)}.check(t, "pair-1", emailSpec, *e.Preimage, e.Hex)
	}
	if known == 0 {
		t.Error("no example")
	}
}

func TestCustomerMatchExamples(t *testing.T) {
	cases := published(t).Normalise.Match.Cases
	if len(cases) < 3 {
		t.Fatal("examples are missing")
	}
	for _, e := range cases {
		s := emailSpec
		if strings.HasPrefix(e.Input, "+") {
			s = phoneIn("US")
		}
		e.check(t, "google-cm-1", s, "", e.Hex)
	}
}

// Google's sample code for enhanced conversions takes dots, and the character
// + but not the tag behind it, out of the local part of every domain. Its own
// comment and the published rule say: dots, before gmail.com and
// googlemail.com only. We follow the rule: by the code, two people with
// addresses at a domain that minds its dots would become one.
func TestEnhancedConversionsSampleIsNotTheRule(t *testing.T) {
	cases := published(t).Normalise.Enhanced.Cases
	rule := map[string]string{"alex.2@example.com": "alex.2@example.com", "Test.User+Tag@Gmail.com": "testuser+tag@gmail.com"}
	if len(cases) != len(rule) {
		t.Fatal("examples are missing")
	}
	for _, e := range cases {
		e.check(t, "google-cm-1", emailSpec, rule[e.Input], "")
		if rule[e.Input] == e.Normalised {
			t.Errorf("%q: the sample code does as the rule says after all", e.Input)
		}
	}
}

// Vectors of the published rules that stand in no file.
func TestPublishedVectors(t *testing.T) {
	for _, c := range []struct {
		profile string
		spec    Spec
		example
	}{
		{"uid2-1", emailSpec, example{Input: "JANE.SAOIRSE@gmail.com", Normalised: "janesaoirse@gmail.com", Base64: "ku4mBX7Z3qJTXWyLFB1INzkyR2WZGW4ANSJUiW21iI8="}},
		{"uid2-1", emailSpec, example{Input: "JaneSaoirse+Work@gmail.com", Normalised: "janesaoirse@gmail.com", Base64: "ku4mBX7Z3qJTXWyLFB1INzkyR2WZGW4ANSJUiW21iI8="}},
		{"uid2-1", phoneIn("US"), example{Input: "1 (234) 567-8901", Normalised: "+12345678901", Base64: "EObwtHBUqDNZR33LNSMdtt5cafsYFuGmuY4ZLenlue4="}},
		{"ca-drop-1", phoneIn("US"), example{Input: "+1(415)555-9317", Normalised: "4155559317", Base64: "vGM7y5n+hBXRSEAklhHDPCbysyNgYTmXdMcagGUOY8E="}},
	} {
		c.check(t, c.profile, c.spec, c.Normalised, c.Base64)
	}
}

// The phone numbers of FEBRL's set D: all can be read, and those are valid
// that libphonenumber says are. The published count was made with older data:
// Australia has since opened ranges that hold two more of these numbers, and
// the count may grow again with the library, never shrink.
func TestFebrlPhones(t *testing.T) {
	want := published(t).Normalise.Febrl
	f, err := os.Open("../../shared/data/linkage/febrl042/dataset_D_org_1000.csv")
	if err != nil {
		t.Skipf("no test data here: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var cells []string
	library := uint64(0)
	for _, r := range rows[1:] {
		cells = append(cells, r[11])
		if _, ok := byLibrary(r[11], "AU"); ok {
			library++
		}
	}
	take := make([]bool, len(cells))
	for i := range take {
		take[i] = true
	}
	for _, profile := range []string{"uid2-1", "pair-1", "google-cm-1", "plain-1"} {
		var out Values
		var r Report
		normaliser(t, profile, phoneIn("AU")).Batch([]Text{column(0, cells...)}, &out)
		r.Add(&out, take)
		if r.Rows != want.Rows || r.Empty != want.Missing || r.Rows-r.Empty-r.Reasons["not-a-number"] != want.Parsed {
			t.Errorf("%s: %+v, want %+v", profile, r, want)
		}
		if valid := r.Rows - r.Empty - r.Invalid; valid != library || valid < want.Valid {
			t.Errorf("%s: %d valid, want the library's %d and at least %d", profile, valid, library, want.Valid)
		}
	}
}
