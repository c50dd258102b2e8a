package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"mandorla/agreement"
	"mandorla/agreement/legal"
	"mandorla/agreement/own"
	"mandorla/consent"
)

// The files of a node's folder that are its own rules; neither has to be there.
const (
	policyFile = "policy.yaml"
	legalFile  = "legal.yaml"
)

// policy is the node's own rules, read anew each time, so that a change counts
// at the next run.
func (n *Node) policy() (*own.Policy, error) {
	b, err := os.ReadFile(filepath.Join(n.dir, policyFile))
	if errors.Is(err, os.ErrNotExist) {
		return own.None(), nil
	}
	if err != nil {
		return nil, err
	}
	p, err := own.Parse(b)
	if err != nil {
		return nil, unusable("%w", err)
	}
	return p, nil
}

// law is the legal rules: the company's own file, or those built in.
func (n *Node) law() (*legal.File, error) {
	b, err := os.ReadFile(filepath.Join(n.dir, legalFile))
	if errors.Is(err, os.ErrNotExist) {
		return legal.BuiltIn()
	}
	if err != nil {
		return nil, err
	}
	f, err := legal.Parse(b)
	if err != nil {
		return nil, unusable("%s: %w", legalFile, err)
	}
	return f, nil
}

// A strictness is in which of an agreement's places the law asks for more of each
// person than it does elsewhere.
type strictness struct {
	consent   []string // no objection is not enough
	financial []string // an objection under financial privacy law counts in joint marketing too
}

// lawOf is what the legal rules ask under an agreement, place by place. A company
// with a complete notice tells everybody.
func (n *Node) lawOf(a *agreement.Agreement, p *own.Policy) (law agreement.Law, strict strictness, err error) {
	t, told := a.Terms, tellsEverybody(n.dir, a)
	f, err := n.law()
	if err != nil {
		return law, strict, err
	}
	day := f.On(n.now())
	law = agreement.Law{AsOf: f.AsOf(), Needs: map[string]agreement.Need{}}
	for _, code := range t.Conditions.Jurisdictions {
		needs := day.Needs([]string{code}, t.Kind)
		asked := needs.Consent == legal.OptIn || p.Financial && needs.Financial == legal.FinancialOptIn
		law.Needs[code] = agreement.Need{Consent: asked, OptOut: needs.Consent >= legal.OptOut,
			Signal: needs.GPC, Notice: needs.Notice && !told,
			// Among partners a company knows whether what it offers is for the young.
			Age:       needs.LeastAge > 0 && t.Kind == agreement.Sale,
			Financial: p.Financial && needs.Financial != legal.NoFinancial, Joint: needs.Financial == legal.FinancialOptOutNoJoint, Deletion: needs.DeletionList}
		if asked {
			strict.consent = append(strict.consent, code)
		}
		if p.Financial && needs.Financial > legal.FinancialOptOutNoJoint {
			strict.financial = append(strict.financial, code)
		}
	}
	return law, strict, nil
}

// permitted refuses what this node's own rules, the law that it goes by, or the
// duties of the agreement's kind do not allow, and finds the rules that are in
// force as far as this node can tell.
func (n *Node) permitted(p *plan) error {
	policy, err := n.policy()
	if err != nil {
		return err
	}
	t := &p.agreement.Terms
	kinds := p.dataset.Eligibility.kinds(t.Kind)
	err = policy.Permits(t, p.analysis, p.self)
	if !p.whole() {
		err = errors.Join(err, policy.NeedsEligibility(kinds))
	}
	if err != nil {
		return refusal(err)
	}
	law, strict, err := n.lawOf(p.agreement, policy)
	if err != nil {
		return err
	}
	p.policy, p.strict = policy, strict
	facts := agreement.Facts{Self: p.self, Now: n.now(), Sources: []string{n.path(p.dataset.Source)},
		Entries: kinds, Officer: policy.Officer, Law: law, Objects: p.whole()}
	if facts.Others, err = n.others(p); err != nil {
		return err
	}
	facts.Drops = p.drops()
	if err := agreement.Refuse(p.agreement, facts); err != nil {
		return refusal(err)
	}
	for _, w := range agreement.Warnings(p.agreement, facts) {
		n.log.Warn(w)
	}
	return p.combine(nil)
}

// combine finds the rules in force: the stricter of the agreement's, this
// node's own and, once it is known, the partner's.
func (p *plan) combine(peer *own.Summary) error {
	policies := map[string]*own.Summary{p.self: p.policy.Summary()}
	if peer != nil {
		policies[p.peer] = peer
	}
	e, err := own.Combine(&p.agreement.Terms, policies)
	if err != nil {
		return refusal(err)
	}
	p.rules, p.effective = e.Rules, e
	return nil
}

// heed takes in what the partner's own policy asks, before this node's table is
// read.
func (p *plan) heed(text string) error {
	peer, err := own.ParseSummary(text)
	if err != nil {
		return errors.Join(errControl, err)
	}
	return p.combine(peer)
}

// asksMore is a rule of the partner's that comes too late to be kept to.
const asksMore = "rules.%s: the partner's own policy asks for more than the agreement; write it into the agreement, or into policy.yaml"

// heedLate does the same once the table has been read. A rule that reading
// depends on cannot be made stricter then: it has to stand in the agreement, or in
// this node's own policy.
func (p *plan) heedLate(text string, rows uint64) error {
	before := p.rules
	if err := p.heed(text); err != nil {
		return err
	}
	return p.tooLate(before, rows)
}

// tooLate refuses rules that became stricter after the table had been read by
// what they were before, where that matters.
func (p *plan) tooLate(before agreement.Rules, rows uint64) error {
	switch {
	case before.Exact() != p.rules.Exact():
		return refuse(asksMore, "noise")
	case p.labelPlan() != nil && before.MinGroupSize != p.rules.MinGroupSize:
		return refuse(asksMore, "min_group_size")
	case p.guarded() && before.MinSegmentRows != p.rules.MinSegmentRows:
		return refuse(asksMore, "min_segment_rows")
	case p.guarded() && before.MinChange != p.rules.MinChange:
		return refuse(asksMore, "min_change")
	case rows < p.rules.MinSetSize:
		return refuse(asksMore, "min_set_size")
	case rows > p.rules.MaxRows:
		return refuse(asksMore, "max_rows")
	}
	return nil
}

// others are this node's other agreements that are not over, and what their
// datasets are read from.
func (n *Node) others(p *plan) (out []agreement.Other, err error) {
	known, err := n.agreements()
	if err != nil {
		return nil, err
	}
	for _, a := range known {
		t := a.Terms
		if t.Members[n.id.Name] != n.id.Verifier || a.Hash() == p.agreement.Hash() ||
			a.Over(n.now()) || a.Successor(n.now(), known...) != nil {
			continue
		}
		if d, ok := n.config.Datasets[t.Datasets[n.id.Name]]; ok {
			out = append(out, agreement.Other{Self: n.id.Name, Agreement: a, Sources: []string{n.path(d.Source)}})
		}
	}
	return out, nil
}

// drops are the days of the deletion lists that a sale goes by, as the names of the
// downloads say them: the lists are read once, with the table.
func (p *plan) drops() (out []agreement.Drop) {
	for _, e := range p.dataset.Eligibility {
		if e.Kind == "drop" {
			out = append(out, agreement.Drop{Day: consent.DropDay(e.Files...)})
		}
	}
	return out
}

// path is a path of node.yaml.
func (n *Node) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(n.dir, name)
}

// refusal is an ErrRefused of what package agreement refuses: the partner is
// told the code, and what the refusal lets it know.
func refusal(err error) error {
	var r *agreement.Refusal
	if errors.As(err, &r) {
		return refuseTelling(fmt.Sprintf("%s: %s", r.Code, r.Told), "%w", r)
	}
	return refuse("%w", err)
}

// run is what the verdict on this node's rows depends on beside them, towards one
// partner.
func (p *plan) run(a *attempt, partner string) consent.Run {
	t := p.agreement.Terms
	return consent.Run{Agreement: t.Kind, Partner: partner, Brand: t.Brand(partner), Purposes: t.Purposes,
		Jurisdictions: t.Conditions.Jurisdictions, ConsentIn: p.strict.consent,
		JointMarketing: t.Conditions.JointMarketing, FinancialIn: p.strict.financial,
		Start: a.now()}
}
