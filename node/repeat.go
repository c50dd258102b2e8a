package node

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"mandorla/agreement"
	"mandorla/ledger"
)

// footprintFile is a run's footprint of this node's input: it is there from
// before the first tag left.
const footprintFile = "footprint.bin"

// remembered is how long earlier inputs are compared with a new one
// (PROTOCOLS.md §11.4).
const remembered = 90 * 24 * time.Hour

// An earlier run of the same pair of datasets, as far as repetition goes.
type earlier struct {
	run     string
	receipt *ledger.Receipt
	differs uint64 // rows, as footprint.difference has them
}

// earlierRuns are the runs between the plan's datasets whose inputs this node
// remembers, compared with the present input.
func (a *attempt) earlierRuns() (out []earlier, err error) {
	entries, err := os.ReadDir(filepath.Join(a.dir, results))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		path := filepath.Join(a.dir, results, e.Name(), footprintFile)
		if _, err := os.Stat(path); err != nil {
			continue
		}
		r, err := a.readReceipt(e.Name())
		if err != nil {
			a.log.Warn("earlier run not compared", "run", e.Name(), "error", err)
			continue
		}
		if !a.concerns(r) {
			continue
		}
		differs, err := a.prints.difference(path)
		if err != nil {
			return nil, fmt.Errorf("compare with run %s: %w", e.Name(), err)
		}
		out = append(out, earlier{e.Name(), r, differs})
	}
	return out, nil
}

// concerns reports whether a receipt is of the plan's datasets, and not too old.
func (a *attempt) concerns(r *ledger.Receipt) bool {
	started, err := time.Parse(time.RFC3339, r.Members[a.plan.self].Started)
	if err != nil || !a.plan.compares(r) || !a.plan.countsAs(r) || (r.Noise == agreement.NoiseNone) != a.plan.rules.Exact() {
		return false
	}
	if a.now().Sub(started) >= remembered && !a.plan.rules.Exact() { // a table is counted exactly once, for good
		return false
	}
	datasets := a.plan.agreement.Terms.Datasets
	for _, member := range a.plan.inRun() {
		if r.Members[member].Dataset != datasets[member] {
			return false
		}
	}
	return true
}

// compares reports whether a receipt is of a run whose figures could be taken from those
// of this plan's. Exact ones of any analysis could: a `size` and the sum of an `aggregate`.
// Under noise each analysis spends its own.
func (p *plan) compares(r *ledger.Receipt) bool {
	if p.rules.Exact() {
		return slices.Contains(counting, r.Analysis)
	}
	return r.Analysis == p.analysis
}

// alone keeps all other runs with exact counts off this node until the run's end: two at
// once would not see each other's footprints.
func (a *attempt) alone() error {
	if !a.plan.rules.Exact() {
		return nil
	}
	folder := filepath.Join(a.dir, results)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	held, err := tryFolder(folder)
	if errors.Is(err, errUnderWay) {
		return refuse("noise: none: another run with exact counts is under way; try again once it has ended")
	}
	if err != nil {
		return fmt.Errorf("keep other runs with exact counts off: %w", err)
	}
	a.turn = held
	return nil
}

// inRun are the members whose tables are in the plan's runs.
func (p *plan) inRun() []string {
	if p.circle != nil {
		return p.circle.parties[:p.circle.members()]
	}
	return []string{p.self, p.peer}
}

// compare looks at what this node's input has in common with earlier ones. Where
// it is the same as in a finished run of this very agreement, that run's release
// can be given again; where it differs by too few rows from any, it is refused:
// the difference of the two results would be about those rows. Exact counts are given
// once for each table and analysis, whatever became of the run (PROTOCOLS.md §11.4): the
// partner's may have changed by one row since.
func (a *attempt) compare() error {
	if !a.plan.guarded() {
		return nil
	}
	if err := a.alone(); err != nil {
		return err
	}
	var err error
	if a.prints, err = a.footprint(a.table, a.plan.rules.Exact()); err != nil {
		return err
	}
	runs, err := a.earlierRuns()
	if err != nil {
		return err
	}
	least := a.plan.rules.MinChange
	for _, r := range runs {
		if r.differs > 0 && r.differs < least {
			return refuseTelling("rules.min_change: the partner's table is nearly that of an earlier run",
				"rules.min_change: this table differs from that of run %s by %d rows of one segment, fewer than the %d agreed on: "+
					"the two results together would say something about those rows; use the earlier table, or wait for more changes",
				r.run, r.differs, least)
		}
		if r.differs > 0 || r.receipt.Analysis != a.plan.analysis {
			continue
		}
		if a.plan.rules.Exact() {
			return refuseTelling("noise: none: the partner's table has been counted before",
				"noise: none: this table was counted in run %s (results/%s), and exact counts are given once; wait until %d rows are others, or agree on noise",
				r.receipt.Run, r.run, least)
		}
		if r.receipt.Sample == a.plan.sample && r.receipt.State == ledger.Completed && r.receipt.Agreement == a.plan.agreement.ID() {
			a.same = append(a.same, r.receipt.Run)
		}
	}
	return nil
}

// stored is the result of an earlier run of this node.
func (a *attempt) stored(run string) (*Result, error) {
	id, err := hex.DecodeString(run)
	if err != nil || len(id) != 32 {
		return nil, errControl
	}
	r, err := a.readResult(hex.EncodeToString(id[:8]))
	if err != nil {
		return nil, err
	}
	r.Repeated = true
	return r, nil
}
