package consent

import (
	"fmt"
	"slices"

	"mandorla/consent/optout"
)

// A rule is an entry made ready.
type rule struct {
	columns []int  // where its cells stand
	in      places // whose rows it judges
	judge   judge
}

// A builder makes a policy of entries.
type builder struct {
	run   Run
	lists []*optout.List
	drops []*optout.Drop
}

// Compile makes the policy of a run, reading every list anew. It fails with
// [ErrEntry], and:
//
//   - an affiliate's agreement needs a notice for all rows, which names the
//     sister brand: [ErrNotice] without;
//   - a sale is refused while a DROP download is stale: [ErrStale];
//   - in jurisdictions of ConsentIn a row needs a consent that covers the
//     purposes, by a flag, a TCF string or the European section of a GPP string;
//     elsewhere it is enough that nothing objects.
//
// An error of opening or reading a list is wrapped.
func Compile(entries []Entry, run Run) (*Policy, error) {
	b := &builder{run: run}
	if err := b.check(); err != nil {
		return nil, err
	}
	p := &Policy{}
	if err := b.reach(p, entries); err != nil {
		return nil, err
	}
	told := false
	for _, e := range entries {
		if len(e.For) > 0 && !slices.Contains(e.For, run.Agreement) {
			continue
		}
		told = told || e.Kind == "notice" && len(e.In) == 0
		if err := b.add(p, e); err != nil {
			return nil, err
		}
	}
	if run.Agreement == Affiliate && !told {
		return nil, fmt.Errorf("affiliate: %w, which has to name the sister brand", ErrNotice)
	}
	p.lists, p.drops = b.lists, b.drops
	if run.Agreement == Sale && slices.ContainsFunc(b.drops, func(d *optout.Drop) bool { return d.Stale(run.Start) }) {
		return nil, fmt.Errorf("sale: %w; download it again", ErrStale)
	}
	return p, nil
}

// check refuses a run that says too little.
func (b *builder) check() error {
	if !slices.Contains(agreements, b.run.Agreement) {
		return fmt.Errorf("%w: %.20q is no kind of agreement", ErrEntry, b.run.Agreement)
	}
	if b.run.Partner == "" || b.run.Start.IsZero() {
		return fmt.Errorf("%w: the run names no partner or no start", ErrEntry)
	}
	return nil
}

// reach sets up where rows are and where they may be.
func (b *builder) reach(p *Policy, entries []Entry) (err error) {
	reach, err := within(b.run.Jurisdictions)
	if err != nil {
		return fmt.Errorf("%w: the agreement's jurisdictions: %w", ErrEntry, err)
	}
	if p.consentIn, err = within(b.run.ConsentIn); err != nil {
		return fmt.Errorf("%w: where consent is needed: %w", ErrEntry, err)
	}
	p.everyConsent = len(p.consentIn) > 0 && meet(reach, p.consentIn)
	for i, e := range entries {
		if err := e.Check(); err != nil {
			return err
		}
		if e.Kind != jurisdiction {
			continue
		}
		if p.where != nil || len(e.For) > 0 || len(e.In) > 0 {
			return e.wrong("one entry says where people are, for every run")
		}
		if p.where, err = b.where(p, entries[i], reach); err != nil {
			return err
		}
	}
	return nil
}

// meet reports whether a row of the one set may be in the other.
func meet(reach, other places) bool {
	if reach == nil {
		return true
	}
	for p := range other {
		if reach.has(p) {
			return true
		}
	}
	for p := range reach {
		if other.has(p) {
			return true
		}
	}
	return false
}

// add makes an entry a rule.
func (b *builder) add(p *Policy, e Entry) error {
	if e.Kind == jurisdiction {
		return nil
	}
	in, err := within(e.In)
	if err != nil {
		return e.wrong("In: %w", err)
	}
	if in != nil && p.where == nil {
		return e.wrong("In needs an entry of kind jurisdiction, which says where people are")
	}
	j, err := kinds[e.Kind].build(b, e)
	if err != nil {
		return err
	}
	p.rules = append(p.rules, rule{p.places(e.columns()), in, j})
	return nil
}
