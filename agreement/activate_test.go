package agreement

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	ageKey  = "age1" + strings.Repeat("q", 58)
	hpkeKey = "hpke+0a1b2c3d+" + strings.Repeat("A", 43) + "="
)

// activated is the sample with rows that may leave.
func activated(t testing.TB) string {
	return changed(t, validLine, validLine+`activate:
  recipients:
    bank: "`+ageKey+`"
    stranger: {key: "`+hpkeKey+`", verifier: "stranger+KEY"}
  columns: {airline: [customer_id]}
  delete_within_days: 30
  grace_days: 3
`)
}

func TestActivate(t *testing.T) {
	h := newHouse(t)
	a := mustParse(t, h.fill(activated(t)))
	terms := &a.Terms
	got := terms.Activate
	if got.Days != 30 || got.Grace != 3 || got.Decoys != defaultDecoys || !slices.Equal(terms.Activates(), []string{"airline"}) ||
		got.Recipients["bank"] != (Recipient{ageKey, h.vkey["bank"]}) || got.Recipients["stranger"] != (Recipient{hpkeKey, h.vkey["stranger"]}) {
		t.Errorf("%+v", got)
	}
	to, columns, err := terms.Activation("airline", "stranger")
	if err != nil || to.Key != hpkeKey || !slices.Equal(columns, []string{"customer_id"}) {
		t.Errorf("%v, %v, %v", to, columns, err)
	}
	for _, c := range [][2]string{{"bank", "stranger"}, {"airline", "nobody"}, {"airline", "airline"}} {
		if _, _, err := terms.Activation(c[0], c[1]); !errors.Is(err, ErrNotPermitted) {
			t.Errorf("%v: %v", c, err)
		}
	}
	plain := mustParse(t, h.fill(sample))
	if _, _, err := plain.Terms.Activation("airline", "bank"); !errors.Is(err, ErrNotPermitted) || plain.Terms.Activates() != nil {
		t.Error("rows leave by an agreement that does not say so", err)
	}
	if v, err := a.RecipientVerifier("stranger"); err != nil || v.Name() != "stranger" {
		t.Error(err)
	}
	if _, err := a.RecipientVerifier("airline"); !errors.Is(err, ErrNotPermitted) {
		t.Error(err)
	}
}

func TestDeleteBy(t *testing.T) {
	h := newHouse(t)
	made := time.Date(2026, 5, 1, 23, 30, 0, 0, time.FixedZone("", -3600)) // the second already, by UTC
	terms := mustParse(t, h.fill(activated(t))).Terms
	if got := terms.DeleteBy(made).Format(time.DateOnly); got != "2026-06-01" {
		t.Error(got)
	}
	terms.Conditions.DeleteBy = time.Date(2026, 5, 20, 0, 0, 0, 0, time.UTC)
	if got := terms.DeleteBy(made).Format(time.DateOnly); got != "2026-05-20" {
		t.Error(got)
	}
}

func TestActivateRefused(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct{ old, new, field string }{
		{`bank: "` + ageKey, `bank: "` + ageKey[1:], "activate.recipients.bank"},
		{`bank: "` + ageKey + `"`, `bank: {key: "` + ageKey + `", verifier: "bank+KEY"}`, "activate.recipients.bank.verifier"},
		{`, verifier: "stranger+KEY"`, ``, "activate.recipients.stranger"},
		{`verifier: "stranger+KEY"`, `verifier: "bank+KEY"`, "activate.recipients.stranger.verifier"},
		{`verifier: "stranger+KEY"`, `verifier: "x"`, "activate.recipients.stranger.verifier"},
		{hpkeKey, "hpke+1", "activate.recipients.stranger"},
		{"    stranger: {", "    \"a b\": {", "activate.recipients.a b"},
		{"columns: {airline: [customer_id]}\n  delete", "columns: {bank: [customer_id]}\n  delete", "activate.columns"},
		{"columns: {airline: [customer_id]}\n  delete", "columns: {airline: [email]}\n  delete", "activate.columns"},
		{"delete_within_days: 30", "delete_within_days: 0", "activate.delete_within_days"},
		{"delete_within_days: 30", "delete_within_days: 9999", "activate.delete_within_days"},
		{"  delete_within_days: 30\n", "", "activate.delete_within_days"},
		{"grace_days: 3", "decoys: 0", "activate.decoys"},
		{"grace_days: 3", "decoys: 501", "activate.decoys"},
		{"grace_days: 3", "graces: 3", "activate.graces"},
	} {
		text := activated(t)
		if !strings.Contains(text, c.old) {
			t.Fatalf("no %q", c.old)
		}
		_, err := Parse(h.fill(strings.Replace(text, c.old, c.new, 1)))
		var field *FieldError
		if !errors.As(err, &field) || !strings.Contains(err.Error(), c.field+":") {
			t.Errorf("%s: %v", c.new, err)
		}
	}
	text := strings.Replace(activated(t), "  match: {to: [airline], columns: {airline: [customer_id]}}\n", "", 1)
	if _, err := Parse(h.fill(text)); err == nil || !strings.Contains(err.Error(), "analyses.match.to") {
		t.Error(err)
	}
}

func TestActivateInWords(t *testing.T) {
	h := newHouse(t)
	a, plain := mustParse(t, h.fill(activated(t))), mustParse(t, h.fill(sample))
	var words, none strings.Builder
	if err := errors.Join(a.Words(&words), plain.Words(&none)); err != nil {
		t.Fatal(err)
	}
	for _, says := range []string{"airline's [customer_id], in the clear to whoever holds the key of bank and stranger", "no member of this agreement: stranger.",
		"within 30 days", "not come 3 days later", "10 made-up rows"} {
		if !strings.Contains(words.String(), says) || strings.Contains(none.String(), says) {
			t.Errorf("%q is not said where it is so", says)
		}
	}
	var got []string
	for _, c := range Diff(plain, a) {
		got = append(got, c.String())
	}
	want := []string{"activate.recipients: absent here, [bank, stranger] there", "activate.keys: absent here, another key there",
		"activate.columns.airline: absent here, [customer_id] there", "activate.delete_within_days: absent here, 30 there",
		"activate.grace_days: absent here, 3 there", "activate.decoys: absent here, 10 there"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	other := mustParse(t, h.fill(strings.Replace(activated(t), hpkeKey, strings.Replace(hpkeKey, "0a1b", "0a1c", 1), 1)))
	if got := FirstDifference(a, other); got != "activate.keys: a key here, another key there" {
		t.Error(got)
	}
}

// TestDraftActivates: the draft's line is what its comment says.
func TestDraftActivates(t *testing.T) {
	h := newHouse(t)
	draft := strings.NewReplacer("\n# activate: ", "\nactivate: ", "  # match: {", "  match: {", "age1…", ageKey).Replace(Draft("airline", "bank"))
	a := mustParse(t, h.fill(draft)).Terms.Activate
	if a == nil || a.Recipients["bank"].Key != ageKey || a.Days != 30 || a.Decoys != 10 {
		t.Errorf("%+v", a)
	}
}
