package node

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"mandorla/agreement"
	"mandorla/crypto/ristretto"
	"mandorla/ledger"
	"mandorla/match"
	"mandorla/match/evaluation"
	"mandorla/match/wire"
	"mandorla/node/epochs"
)

// epochFolder holds what the node keeps between the runs of epochs.
const epochFolder = "epochs"

// leastChange is the least that a later run of an epoch asks about or adds, padded, and
// the least that the runs after it can remove of what a run has added, all together:
// a few rows that come or go are not to be told from none.
const leastChange = 1024

// An epochSide is what one member brings to a later run of an epoch: which runs it
// knows of, and how much has changed, padded.
type epochSide struct {
	ID   hash32 `json:"id"`   // the session of the epoch's first run
	Last hash32 `json:"last"` // and of the last
	Runs uint64 `json:"runs"` // how many there have been
	Size uint64 `json:"size"` // of the one who asks, new identifiers of a level; of the other, tags that are added to it

	Removed []uint64 `json:"removed"` // of the other, tags of each level that no longer stand; null of the one who asks
}

// follows reports whether two nodes know of the same runs: if they do, the run
// follows these, else it begins an epoch.
func follows(a, b *epochSide) bool {
	return a != nil && b != nil && a.ID == b.ID && a.Last == b.Last && a.Runs == b.Runs
}

// An epochRun is what an attempt has to do with an epoch.
type epochRun struct {
	folder  *epochs.Folder
	of      epochs.Epoch
	before  *epochs.State   // what the runs before have left; nil: this one begins an epoch
	change  *Churn          // since then; nil where nothing has been counted
	quotas  [][]uint64      // of the vendor: how the tags that are removed are spread over the runs
	key     *ristretto.Key  // of an epoch that this node, a vendor, begins
	pending *epochs.Pending // what the run leaves, until it is settled
}

// Churn is how much has changed since the last run of an epoch.
type Churn struct {
	Asks    bool   `json:"asks"`              // whether this node is the one who asks
	New     uint64 `json:"new"`               // of the one who asks: identifiers that have not been asked about
	Added   uint64 `json:"added,omitempty"`   // of the other: identifiers that are new or have another label
	Removed uint64 `json:"removed,omitempty"` // and those that are gone or have another label
	Padded  uint64 `json:"padded"`            // as the partner sees what is new

	PaddedRemoved uint64 `json:"padded_removed,omitempty"` // and what is gone
}

// epochDays is how long the vendor's key lasts; 0: for one run.
func (p *plan) epochDays() uint64 {
	if p.circle != nil || p.sample || !slices.Contains([]string{agreement.Match, agreement.Append}, p.analysis) {
		return 0
	}
	return p.terms().EpochDays
}

// keptWidths are the bytes of the rows that are kept between runs.
func (p *plan) keptWidths() [2]int {
	if !p.learns {
		return [2]int{evaluation.ListedWidth, evaluation.SpareWidth}
	}
	schemas, _ := p.protocol.Frames(match.Config{Levels: p.levels(), Labels: p.labels()})
	directory, ok := schemas[wire.KindDirectory]
	if !ok {
		directory = schemas[wire.KindLabels]
	}
	return [2]int{evaluation.AskedWidth, directory.RowWidth()}
}

// epochs is the folder of the node's epochs.
func (n *Node) epochs() (*epochs.Folder, error) {
	mac := hmac.New(sha256.New, n.id.private.Seed())
	mac.Write([]byte("mandorla epochs"))
	return epochs.Open(filepath.Join(n.dir, epochFolder), mac.Sum(nil))
}

// sweepEpochs forgets the epochs that are over, or whose agreements are.
func (n *Node) sweepEpochs() error {
	folder, err := n.epochs()
	if err != nil {
		return err
	}
	known, err := n.agreements()
	if err != nil {
		return err
	}
	gone, err := folder.Sweep(n.now(), func(hash [32]byte) bool {
		return slices.ContainsFunc(known, func(a *agreement.Agreement) bool { return a.Hash() == hash && n.openFor(a) == nil })
	})
	if gone > 0 {
		n.log.Info("epochs are over; their keys are gone", "epochs", gone)
	}
	return err
}

// openEpoch reads what the runs before have left. What cannot be trusted is forgotten.
func (a *attempt) openEpoch() (err error) {
	if a.plan.epochDays() == 0 {
		return nil
	}
	if err := a.sweepEpochs(); err != nil {
		return err
	}
	e := &epochRun{of: epochs.Epoch{Agreement: a.plan.agreement.Hash(), Analysis: a.plan.analysis, Partner: a.plan.peer,
		Learns: a.plan.learns, Levels: a.plan.levels(), Widths: a.plan.keptWidths()}}
	if e.folder, err = a.epochs(); err != nil {
		return err
	}
	a.epoch = e
	if a.anew {
		return nil
	}
	e.before, err = e.folder.Read(e.of)
	if errors.Is(err, epochs.ErrBroken) {
		a.log.Warn("what is kept of the epoch cannot be read; the run is a full one", "error", err)
		return e.folder.Forget(e.of)
	}
	return err
}

// close wipes the keys, and forgets what the run would have left.
func (e *epochRun) close() error {
	if e == nil {
		return nil
	}
	var errs []error
	if e.key != nil {
		e.key.Wipe()
	}
	if e.before != nil {
		errs = append(errs, e.before.Close())
	}
	if e.pending != nil {
		errs = append(errs, e.pending.Discard())
	}
	return errors.Join(errs...)
}

// begin takes the state that the run goes by out of the folder, or, where the run
// begins an epoch, whatever is there: if the run does not come to its end, neither
// does the epoch.
func (e *epochRun) begin(later bool) error {
	if e == nil {
		return nil
	}
	if !later {
		return e.folder.Forget(e.of)
	}
	err := e.before.Claim()
	if errors.Is(err, epochs.ErrTaken) {
		return refuse("analyses.%s.epoch_days: another run of the epoch has just been made or is under way; start this one again", e.of.Analysis)
	}
	return err
}

// epochConfig is what the run depends on; nil where no key outlives it.
func (a *attempt) epochConfig() *match.Epoch {
	if a.epoch == nil {
		return nil
	}
	c := &match.Epoch{Keep: a.keepEpoch}
	if a.session.later {
		c.Key, c.Kept = a.epoch.before.Key, a.epoch.before.Kept
		asks, vendor := a.epochSides()
		c.Asked, c.Added, c.Removed, c.Quotas = asks.Size, vendor.Size, vendor.Removed, a.epoch.quotas
		return c
	}
	if !a.plan.learns {
		a.epoch.key = ristretto.NewKey()
		c.Key = a.epoch.key
	}
	return c
}

// epochSides are what the one who asks and the other bring to a later run.
func (a *attempt) epochSides() (asks, vendor *epochSide) {
	asks, vendor = a.session.own.Epoch, a.session.peer.Epoch
	if !a.plan.learns {
		asks, vendor = vendor, asks
	}
	return asks, vendor
}

// keepEpoch writes what the run leaves for a later one; it counts once the run has
// been settled.
func (a *attempt) keepEpoch(k match.Kept) (err error) {
	if len(k.Runs) == epochs.MostRuns {
		return nil
	}
	s := &epochs.State{Epoch: a.epoch.of, Began: a.epochBegan(), Days: a.plan.epochDays(), Pepper: a.session.pepper, Key: a.epoch.key, Kept: k}
	if a.session.later {
		asks, _ := a.epochSides()
		s.Key, s.Asked = a.epoch.before.Key, a.epoch.before.Asked+asks.Size
	}
	a.epoch.pending, err = a.epoch.folder.Write(s)
	return err
}

// commitEpoch lets a later run go by this one, which has been settled. Where that
// cannot be, the next run is a full one.
func (a *attempt) commitEpoch() {
	if a.epoch == nil || a.epoch.pending == nil {
		return
	}
	pending := a.epoch.pending
	a.epoch.pending = nil
	if err := pending.Commit(a.now()); err != nil {
		a.log.Warn("the epoch is not kept; the next run is a full one", "run", a.run, "error", err)
	}
}

// epochBegan is when the epoch's first run was proposed: both nodes know it.
func (a *attempt) epochBegan() time.Time {
	if a.session.later {
		return a.epoch.before.Began
	}
	first, _ := a.session.sides()
	at, _ := time.Parse(time.RFC3339, first.Time) // checkSide has read it
	return at
}

// epochID names an epoch after its first run.
func epochID(sid [32]byte) string { return hex.EncodeToString(sid[:8]) }

// epochPart is what a receipt says of the epoch; nil where no key outlives the run.
func (a *attempt) epochPart() *ledger.Epoch {
	if a.epoch == nil || a.session == nil {
		return nil
	}
	e := &ledger.Epoch{ID: epochID(a.session.sid), Run: 1, Full: true,
		Ends: stamp(a.epochBegan().AddDate(0, 0, int(a.plan.epochDays())))}
	if a.session.later {
		asks, vendor := a.epochSides()
		e.ID, e.Run, e.Full = epochID(a.epoch.before.Kept.Runs[0]), uint64(len(a.epoch.before.Kept.Runs))+1, false
		e.Asked, e.Added, e.Removed = asks.Size, vendor.Size, vendor.Removed
	}
	return e
}
