package node

import (
	"slices"

	"mandorla/ledger"
	"mandorla/match"
)

// mostSpoiled is how many runs in a week may end with what the partner sent not opening.
const mostSpoiled = 2

// admit keeps to rules.runs_per_week, and refuses runs after some that ended because
// labels or sold rows did not open (PROTOCOLS.md §11.7). No honest node sends such; and
// it depends on this node's rows whether they are met, so that each failure tells the
// partner of one.
func (n *Node) admit(p *plan) error {
	runs, err := n.lastWeek(p)
	if err != nil {
		return err
	}
	if uint64(len(runs)) >= p.rules.RunsPerWeek {
		return refuse("rules.runs_per_week: this node has taken part in %d runs in the last seven days, as many as agreed on", len(runs))
	}
	spoiled := 0
	for _, r := range runs {
		if r.State == ledger.Failed && slices.Contains([]string{match.Code(match.ErrLabel), match.Code(match.ErrSeal)}, r.Code) {
			spoiled++
		}
	}
	if spoiled >= mostSpoiled {
		return refuse("what the partner's node sent did not open in %d runs of the last seven days; each such end tells it something of this node's rows. Find out why before you go on", spoiled)
	}
	return nil
}

// readmit looks again once the run is on record, before a frame of it leaves: runs that
// were admitted at the same time did not see each other.
func (n *Node) readmit(p *plan) error {
	runs, err := n.lastWeek(p)
	if err == nil && uint64(len(runs)) > p.rules.RunsPerWeek {
		err = refuse("rules.runs_per_week: several runs were begun at once, more than the %d agreed on; start one at a time", p.rules.RunsPerWeek)
	}
	return err
}

// lastWeek are the receipts of the runs under the plan's agreement that count for
// rules.runs_per_week.
func (n *Node) lastWeek(p *plan) ([]*ledger.Receipt, error) {
	return n.receiptsSince(p.agreement.ID(), n.now().AddDate(0, 0, -7))
}
