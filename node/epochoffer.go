package node

import (
	"context"
	"errors"

	"mandorla/match"
	"mandorla/match/evaluation"
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
	churn, why := churnOf(changes, a.plan.learns, a.change)
	if why != "" {
		a.log.Info("the run is a full one", "why", why)
		return nil, nil
	}
	a.epoch.change = &churn
	runs := a.epoch.before.Kept.Runs
	return &epochSide{ID: runs[0], Last: runs[len(runs)-1], Runs: uint64(len(runs)), Size: churn.Padded}, nil
}

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

// churnOf is what a later run is about, over all levels, padded to least at least; why
// says why there can be none. What the one who asks no longer has, it does not tell.
func churnOf(changes []evaluation.Change, asks bool, least uint64) (c Churn, why string) {
	c.Asks = asks
	for _, level := range changes {
		if asks {
			c.New = max(c.New, level.Added)
			continue
		}
		c.Added, c.Removed = max(c.Added, level.Added), max(c.Removed, level.Removed)
		most := max(level.Added, level.Removed)
		if most > least && most > level.Now/mostChanged {
			return c, "more than a quarter of the identifiers have changed"
		}
	}
	c.Padded = stepFor(max(c.New, c.Added, c.Removed, least))
	for _, level := range changes {
		if !asks && level.Spare+level.Removed < c.Padded {
			return c, "the fillers are used up"
		}
	}
	return c, ""
}

// spared is the rows of a vendor's set in a run that begins an epoch: some that stand
// for nobody are there for later runs to remove.
func (n *Node) spared(rows uint64) uint64 { return rows + max(rows/8, 2*n.change) }

// checkEpoch refuses what the peer brings to a later run where it cannot be.
func (a *attempt) checkEpoch(peer side) error {
	e := peer.Epoch
	switch {
	case e == nil:
		return nil
	case a.plan.epochDays() == 0:
		return errControl
	case e.Size < a.change || e.Size > stepFor(max(a.plan.rules.MaxRows, a.change)):
		return refuse("rules.max_rows: the partner brings more new rows than the %d agreed on", a.plan.rules.MaxRows)
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
		out.Padded = a.capFor(a.spared(a.table.Distinct))
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
