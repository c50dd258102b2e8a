package own

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"mandorla/agreement"
)

func TestPermitsActivation(t *testing.T) {
	p := mustParse(t, "activate: {recipients: [mailhouse, bank]}\ndecoys: {domains: [post.example], phones: [\"+49150\"], addresses: [\"Quay 1, Dublin\"]}\n")
	if err := p.PermitsActivation("bank"); err != nil {
		t.Error(err)
	}
	for _, q := range []*Policy{p, None(), mustParse(t, "analyses: [match]\n")} {
		var r *agreement.Refusal
		if err := q.PermitsActivation("somebody"); !errors.As(err, &r) || r.Code != agreement.CodePolicyActivate {
			t.Error(err)
		}
	}
	if !slices.Equal(p.Decoys.Domains, []string{"post.example"}) || !slices.Equal(p.Decoys.Phones, []string{"+49150"}) || len(p.Decoys.Addresses) != 1 {
		t.Errorf("%+v", p.Decoys)
	}
	// What decoys bear is nobody else's business, not even as a hash.
	if got := p.Text(); got != "activate: {recipients: [\"bank\", \"mailhouse\"]}\n" || mustParse(t, got).Text() != got {
		t.Errorf("%q", got)
	}
	for _, text := range []string{"activate: {}\n", "activate: {recipients: [\"a b\"]}\n", "activate: {to: [a]}\n", "decoys: {mails: [x]}\n", "decoys: {phones: []}\n"} {
		if _, err := Parse([]byte(text)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
