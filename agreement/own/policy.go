package own

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/sumdb/note"

	"mandorla/agreement"
	"mandorla/agreement/place"
	"mandorla/agreement/rules"
	"mandorla/agreement/strict"
)

// MaxSize is the largest policy.yaml that [Parse] reads, in bytes.
const MaxSize = 64 << 10

// fileName is what errors call this kind of file.
const fileName = "policy.yaml"

// A Policy is a node's own rules. A list that is empty allows everything; only a
// sale needs more than that. Treat it as read-only.
type Policy struct {
	Rules         rules.Rules // asked for in every run; what is not set limits nothing
	Officer       string      // verifier key of the privacy officer; empty: no sale
	Kinds         []string    // kinds of agreement that are allowed
	Partners      []string    // members that are allowed as partners
	Analyses      []string    // analyses that are allowed
	Jurisdictions []string    // where people may be
	Eligibility   bool        // a dataset has to say who may take part
	Financial     bool        // the company is a financial institution (15 U.S.C. §6809(3))
}

// None is the policy of a node that has no policy.yaml.
func None() *Policy { return &Policy{Rules: rules.Laxest()} }

// What lists hold at most.
const maxListed = 1000

// Parse reads a policy.yaml, strictly. Errors are a [*strict.FieldError].
func Parse(data []byte) (*Policy, error) {
	if len(data) > MaxSize {
		return nil, strict.Malformed(fileName, 0, "", "larger than %d bytes", MaxSize)
	}
	r := strict.NewReader(fileName)
	s := r.Section(r.Document(data), "", "rules", "officer", "kinds", "partners", "analyses", "jurisdictions", "eligibility", "financial_institution")
	p := None()
	if n, ok := s.Has("rules"); ok {
		p.Rules = rules.ReadOwn(r, n)
	}
	if n, ok := s.Has("officer"); ok {
		p.Officer = readOfficer(s, n)
	}
	p.readLists(s)
	if n, ok := s.Has("eligibility"); ok {
		p.Eligibility = r.OneOf(n, "eligibility", "required") != ""
	}
	if n, ok := s.Has("financial_institution"); ok {
		p.Financial = r.Truth(n, "financial_institution")
	}
	if r.Err() != nil {
		return nil, r.Err()
	}
	return p, nil
}

func (p *Policy) readLists(s strict.Section) {
	if n, ok := s.Has("kinds"); ok {
		p.Kinds = s.Choices(n, "kinds", agreement.ServiceProvider, agreement.Affiliate, agreement.Partner, agreement.Sale)
	}
	if n, ok := s.Has("analyses"); ok {
		p.Analyses = s.Choices(n, "analyses", agreement.Names()...)
	}
	if n, ok := s.Has("partners"); ok {
		p.Partners = s.Names(n, "partners")
		if len(p.Partners) > maxListed {
			s.Fail(n, "partners", "must be at most %d", maxListed)
		}
	}
	if n, ok := s.Has("jurisdictions"); ok {
		p.Jurisdictions = s.Texts(n, "jurisdictions")
		for i, code := range p.Jurisdictions {
			if err := place.Check(code); err != nil {
				s.Fail(n.Content[i], "jurisdictions", "%.64q %v", code, err)
			}
		}
	}
}

func readOfficer(s strict.Section, n *yaml.Node) string {
	key := s.Line(n, "officer")
	if _, err := note.NewVerifier(key); err != nil && s.Err() == nil {
		s.Fail(n, "officer", "not a verifier key; write the line of the officer's identity.pub")
	}
	return key
}

// Text writes the policy in canonical form: a policy.yaml without what is not set,
// its lists sorted.
func (p *Policy) Text() string {
	var b strings.Builder
	if text := p.Rules.Text(); text != "" {
		b.WriteString("rules:\n")
		for line := range strings.Lines(text) {
			b.WriteString("  " + line)
		}
	}
	if p.Officer != "" {
		fmt.Fprintf(&b, "officer: %q\n", p.Officer)
	}
	for _, list := range []struct {
		key   string
		words []string
	}{{"kinds", p.Kinds}, {"partners", p.Partners}, {"analyses", p.Analyses}, {"jurisdictions", p.Jurisdictions}} {
		if len(list.words) > 0 {
			fmt.Fprintf(&b, "%s: [%s]\n", list.key, quoted(list.words))
		}
	}
	if p.Eligibility {
		b.WriteString("eligibility: required\n")
	}
	if p.Financial {
		b.WriteString("financial_institution: true\n")
	}
	return b.String()
}

// quoted sorts names and quotes them; none holds what YAML would have to escape.
func quoted(names []string) string {
	all := slices.Sorted(slices.Values(names))
	for i, n := range all {
		all[i] = strconv.Quote(n)
	}
	return strings.Join(all, ", ")
}

// ID names the policy in receipts: sha256: and 64 hex digits over the canonical
// form; empty where nothing is set. Two files that ask for the same have one ID.
func (p *Policy) ID() string { return id(p.Text()) }

func id(text string) string {
	if text == "" {
		return ""
	}
	h := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(h[:])
}
