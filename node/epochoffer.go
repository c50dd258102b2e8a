package node

import (
	"context"
	"errors"

	"mandorla/match"
	"mandorla/match/evaluation"
	"mandorla/node/epochs"
)

// epochSide is what this node brings to a later run of an epoch; nil where the run
// has to be a full one.
func (a *attempt) epochSide(ctx context.Context) (*epochSide, error) {
	if a.epoch == nil || a.epoch.before == nil {
		return nil, nil
	}
	changes, err := a.changes(ctx)
	if err != nil {
		return nil, err
	}
	churn, quotas, why := churnOf(changes, a.plan.learns, a.change)
	if why == "" && a.plan.learns && a.epoch.before.Asked+churn.Padded > a.mostAsked() {
		why = "the runs of the epoch would ask about more than the max_rows agreed on, beside the first"
	}
	if why != "" {
		a.log.Info("the run is a full one", "why", why)
		return nil, nil
	}
	a.epoch.change, a.epoch.quotas = &churn, quotas
	runs := a.epoch.before.Kept.Runs
	side := &epochSide{ID: runs[0], Last: runs[len(runs)-1], Runs: uint64(len(runs)), Size: churn.Padded}
	for _, quotas := range quotas {
		side.Removed = append(side.Removed, sum(quotas))
	}
	return side, nil
}

// mostAsked is how many identifiers, padded, the later runs of an epoch ask about
// together.
func (a *attempt) mostAsked() uint64 { return stepFor(max(a.plan.rules.MaxRows, a.change)) }

// changes counts how this node's rows differ from those of the runs before.
func (a *attempt) changes(ctx context.Context) (_ []evaluation.Change, err error) {
	source, err := a.table.source(a.plan.normalisers, a.epoch.before.Pepper)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	c := match.Config{Levels: a.plan.levels(), OwnCap: a.table.Distinct, Labels: a.plan.labels(),
		Budget: a.rowMemory(), Store: a.store, Epoch: &match.Epoch{Kept: a.epoch.before.Kept}}
	return evaluation.Changes(ctx, c, !a.plan.learns, source)
}

// mostChanged is the share of a level's identifiers, 1 in so many, beyond which a run
// over what has changed is not worth the while.
const mostChanged = 4

// churnOf is what a later run is about, over all levels, padded to least at least,
// and of the vendor for each level what goes of the tags of each run; why says why
// there can be none. What the one who asks no longer has, it does not tell.
func churnOf(changes []evaluation.Change, asks bool, least uint64) (c Churn, quotas [][]uint64, why string) {
	if asks {
		c.Asks = true
		for _, level := range changes {
			c.New = max(c.New, level.Added)
		}
		c.Padded = stepFor(max(c.New, least))
		return c, nil, ""
	}
	for _, level := range changes {
		c.Added, c.Removed = max(c.Added, level.Added), max(c.Removed, sum(level.Removed))
		if most := max(level.Added, sum(level.Removed)); most > least && most > level.Now/mostChanged {
			return c, nil, "more than a quarter of the identifiers have changed"
		}
		of, enough := quotasOf(level, least)
		if !enough {
			return c, nil, "the fillers are used up"
		}
		quotas, c.PaddedRemoved = append(quotas, of), max(c.PaddedRemoved, sum(of))
	}
	c.Padded = stepFor(spared(max(c.Added, few(least)), least))
	return c, quotas, ""
}

// quotasOf pads what has gone of each run's identifiers of a level by itself, for the
// partner sees of which run a tag was. It is enough if the runs have the fillers.
func quotasOf(level evaluation.Change, least uint64) (quotas []uint64, enough bool) {
	for run, gone := range level.Removed {
		quota := stepFor(max(gone, few(least)))
		if quota-gone > level.Spare[run] {
			return nil, false
		}
		quotas = append(quotas, quota)
	}
	return quotas, true
}

// few is how many identifiers that come, or go of those of one run, are not to be told
// from none: over the runs of an epoch that is least.
func few(least uint64) uint64 { return least / epochs.MostRuns }

func sum(all []uint64) (total uint64) {
	for _, n := range all {
		total += n
	}
	return total
}

// spared is how many tags a vendor publishes who has so many rows, or new ones: some
// more, that stand for nobody, are there for later runs to remove. They last for as
// many runs as an epoch has: these need least beside what the steps of the padding
// come to, which is below an eleventh of all rows that can ever go.
func spared(rows, least uint64) uint64 { return rows + rows/8 + least }

// checkEpoch refuses what the peer brings to a later run where it cannot be.
func (a *attempt) checkEpoch(peer, own side) error {
	e := peer.Epoch
	switch {
	case e == nil:
		return nil
	case a.plan.epochDays() == 0 || e.Size < a.change || e.Size != stepFor(e.Size):
		return errControl
	case a.plan.learns:
		return a.checkVendor(e, own.Epoch)
	case e.Removed != nil:
		return errControl
	case e.Size > stepFor(max(peer.Cap, a.change)):
		return refuse("the partner's node asks about more new rows than its table has")
	case follows(own.Epoch, e) && a.epoch.before.Asked+e.Size > a.mostAsked():
		return refuse("rules.max_rows: the partner asks about more new rows, in the runs of the epoch, than the %d agreed on; it has to start a full run", a.plan.rules.MaxRows)
	}
	return nil
}

// checkVendor refuses what a vendor brings to a later run where it cannot be.
func (a *attempt) checkVendor(e, own *epochSide) error {
	if len(e.Removed) != len(a.plan.normalisers) {
		return errControl
	}
	if e.Size > stepFor(spared(a.plan.rules.MaxRows, a.change)) {
		return refuse("rules.max_rows: the partner adds more rows than the %d agreed on", a.plan.rules.MaxRows)
	}
	if !follows(own, e) {
		return nil
	}
	for level, n := range e.Removed {
		if n > a.epoch.before.Kept.Levels[level].Tags.Len() {
			return errControl
		}
	}
	return nil
}

// An EpochPreview says what a run would be in its epoch, if the partner knows of the
// same runs.
type EpochPreview struct {
	Full  bool   `json:"full"`            // it is over all rows, and begins an epoch
	ID    string `json:"id,omitempty"`    // of the epoch that it belongs to
	Run   uint64 `json:"run"`             // its number in it
	Ends  string `json:"ends"`            // when the epoch is over at the latest
	Churn *Churn `json:"churn,omitempty"` // what it is about, where it is not full
}

// previewEpoch says what the run would be in its epoch, and answers with the rows
// that the protocol works on.
func (a *attempt) previewEpoch(ctx context.Context, out *Preview) (rows uint64, err error) {
	if a.epoch == nil {
		return out.Padded, nil
	}
	if !a.plan.learns {
		out.Padded = a.capFor(spared(a.table.Distinct, a.change))
	}
	offered, err := a.epochSide(ctx)
	if err != nil {
		return 0, err
	}
	if offered == nil {
		out.Epoch = &EpochPreview{Full: true, Run: 1, Ends: stamp(a.now().AddDate(0, 0, int(a.plan.epochDays())))}
		return out.Padded, nil
	}
	out.Epoch = &EpochPreview{ID: epochID(offered.ID), Run: offered.Runs + 1, Ends: stamp(a.epoch.before.Ends()), Churn: a.epoch.change}
	return offered.Size, nil
}
