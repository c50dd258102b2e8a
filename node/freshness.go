package node

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"mandorla/agreement"
	"mandorla/ledger"
	"mandorla/policy"
)

// A Freshness is how long ago a list was last run against a partner's
// objections, or objections against a partner's list.
type Freshness struct {
	Partner string `json:"partner"` // empty: no accepted agreement on `suppress` names the dataset
	Objects bool   `json:"objects"` // the dataset holds the objections, and the partner has the list

	LastRun     string  `json:"last_run"`               // when the last run began that gave a send list, RFC 3339; empty: there was none
	LastRunDays *int    `json:"last_run_business_days"` // Mondays to Fridays since
	Late        *uint64 `json:"late"`                   // objections of more than ten business days ago that no such run has taken in; null where the dataset does not date them
	Undated     *uint64 `json:"undated"`                // objections whose day cannot be told: nobody knows whether they are late

	Unusable *uint64 `json:"unusable,omitempty"`  // objections without a single valid identifier: they strike nobody; null of a list
	BadLines *uint64 `json:"bad_lines,omitempty"` // lines of the objections that are no rows: likewise
}

// Stale reports whether no run has given a send list within the ten business days that
// an objection may wait.
func (f *Freshness) Stale() bool { return f.LastRunDays == nil || *f.LastRunDays > mostBusinessDays }

// fresh is the freshness of the plan's dataset; nil in any other analysis.
func (a *attempt) fresh() (*Freshness, error) {
	if a.plan.analysis != agreement.Suppress {
		return nil, nil
	}
	f, err := a.freshnessOf(a.plan.datasetName(), a.plan.peer, a.plan.objects(), a.table)
	if f.Late != nil && *f.Late > 0 {
		a.log.Warn("objections have waited for more than ten business days", "partner", f.Partner, "objections", *f.Late)
	}
	if f.unheard() > 0 {
		a.log.Warn("objections could not be used", "partner", f.Partner, "without_identifier", *f.Unusable, "bad_lines", *f.BadLines)
	}
	return &f, err
}

// unheard is how many objections strike nobody, for nobody can tell whose they
// are.
func (f *Freshness) unheard() uint64 {
	if f.Unusable == nil {
		return 0
	}
	return *f.Unusable + *f.BadLines
}

// freshnesses are those of a dataset towards every partner with whom an agreement
// on `suppress` is open, by what it holds.
func (n *Node) freshnesses(dataset string, t *Table) (out []Freshness, err error) {
	known, err := n.agreements()
	if err != nil {
		return nil, err
	}
	for _, a := range known {
		s := a.Terms.Analyses.Suppress
		peer, err := a.Terms.Peer(n.id.Name)
		if err != nil || s == nil || a.Terms.Datasets[n.id.Name] != dataset || a.Over(n.now()) {
			continue
		}
		f, err := n.freshnessOf(dataset, peer, !s.Learns(n.id.Name), t)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	if len(out) > 0 || t.objections == nil {
		return out, nil
	}
	f := Freshness{Objects: true}
	f.count(t, time.Time{}, n.now())
	return []Freshness{f}, nil
}

// freshnessOf is a dataset's freshness towards one partner.
func (n *Node) freshnessOf(dataset, peer string, objects bool, t *Table) (Freshness, error) {
	f := Freshness{Partner: peer, Objects: objects}
	last, err := n.lastSuppress(dataset, peer, objects)
	if err != nil {
		return f, err
	}
	if !last.IsZero() {
		days := businessDays(last, n.now())
		f.LastRun, f.LastRunDays = stamp(last), &days
	}
	if objects {
		f.count(t, last, n.now())
	}
	return f, nil
}

// count looks at a dataset of objections.
func (f *Freshness) count(t *Table, last, now time.Time) {
	unusable, bad := t.nobody(), t.Bad
	f.Unusable, f.BadLines = &unusable, &bad
	if t.objections == nil {
		return
	}
	late, undated := t.objections.late(last, now)
	f.Late, f.Undated = &late, &undated
}

// lastSuppress is when the last `suppress` of a dataset with a partner began that
// gave a send list, as far as this node knows, and in which it brought the
// objections, or the list; zero if there was none.
func (n *Node) lastSuppress(dataset, peer string, objects bool) (last time.Time, err error) {
	entries, err := os.ReadDir(filepath.Join(n.dir, results))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return last, err
	}
	for _, e := range entries {
		r, err := n.readReceipt(e.Name())
		if err != nil {
			n.log.Warn("receipt not counted", "run", e.Name(), "error", err)
			continue
		}
		own, with := r.Members[n.id.Name]
		_, too := r.Members[peer]
		if !with || !too || r.Analysis != agreement.Suppress || r.State != ledger.Completed || own.Dataset != dataset || (own.Result == "") != objects || n.withheld(e.Name()) {
			continue
		}
		if at, err := time.Parse(time.RFC3339, own.Started); err == nil && at.After(last) {
			last = at
		}
	}
	return last, nil
}

// withheld reports whether the list of a run was too short to be released. Whoever
// brought the objections is not told.
func (n *Node) withheld(run string) bool {
	r, err := n.readResult(run)
	return err == nil && r.State == policy.Suppressed
}
