package node

import (
	"crypto/sha256"
	"encoding/hex"

	"mandorla/ledger"
	"mandorla/match"
	"mandorla/policy"
)

// A CellTable is the cells of an `aggregate` run as they may be seen.
type CellTable struct {
	Dimensions []string     `json:"dimensions"` // member.column
	Measures   []string     `json:"measures"`   // member.column
	Rows       []CellRow    `json:"rows"`
	Margins    []CellMargin `json:"margins"`
	Total      CellFigures  `json:"total"` // of all released cells
	Suppressed int          `json:"suppressed"`
	Threshold  int64        `json:"threshold"` // the least noisy count that is released: k + T
	Quantiles  []Quantile   `json:"quantiles,omitempty"`
}

// A CellRow is one cell. A key that is null stands for rows without a value.
type CellRow struct {
	Keys []*string `json:"keys"` // in the order of Dimensions
	CellFigures
}

// A CellMargin is the released cells of one code of a dimension together.
type CellMargin struct {
	Dimension string  `json:"dimension"`
	Key       *string `json:"key"`
	CellFigures
}

// CellFigures are the figures of a cell: null where they are suppressed.
type CellFigures struct {
	State    string           `json:"state"`
	Count    *uint64          `json:"count"`
	SD       *float64         `json:"count.sd"`
	Measures []MeasureFigures `json:"measures"` // in the order of CellTable.Measures
}

// MeasureFigures are the figures of a measure, with the standard deviations of
// the noise in them.
type MeasureFigures struct {
	Sum      *float64 `json:"sum"`
	SumSD    *float64 `json:"sum.sd"`
	Mean     *float64 `json:"mean"`
	MeanSD   *float64 `json:"mean.sd"`
	Variance *float64 `json:"variance"`
}

// releaseTable gates the counts and sums of a run in which they are guarded.
func (a *attempt) releaseTable(f *finding, o match.Table) error {
	if a.hold != nil && a.hold.spent { // whoever alone learns a count shows nothing that costs
		f.result.Epsilon = a.plan.rules.EpsilonPerRun.Text
	}
	if a.plan.oneCount() {
		return a.releaseSize(f, o)
	}
	cells, err := a.policyCells(o)
	if err != nil {
		return err
	}
	r, err := a.gate.Table(cells)
	if err != nil {
		return err
	}
	f.result.State = r.State()
	f.result.Cells = cellTable(r, a.gate.Threshold().Least())
	f.result.Cells.Quantiles = f.result.Cells.quantiles(a.session.sides())
	if n := r.Total().Count(); n != nil {
		f.result.fill(*n, make([]*uint64, len(f.result.Levels)), a.session.peer.Cap)
		f.result.SD = r.Total().SD()
	}
	return f.learn(f.result)
}

func (a *attempt) releaseSize(f *finding, o match.Table) error {
	levels := make([]int64, len(o.Levels))
	for l, counts := range o.Levels {
		levels[l] = counts[0]
	}
	r, err := a.gate.Size(levels)
	if err != nil {
		return err
	}
	f.result.State = r.State()
	if r.Count() != nil {
		by := r.Levels()
		if len(by) < len(f.result.Levels) { // a helper tells one count over all levels
			by = make([]*uint64, len(f.result.Levels))
		}
		f.result.fill(*r.Count(), by, a.session.peer.Cap)
		f.result.SD = r.SD()
	}
	a.scaleUp(f.result)
	return f.learn(f.result)
}

// learn notes what of a result was learnt, for the receipt.
func (f *finding) learn(r *Result) (err error) {
	said := learnt{State: r.State, Count: r.Count}
	for _, l := range r.Levels {
		said.Levels = append(said.Levels, l.Count)
	}
	if r.Cells != nil {
		sum := sha256.Sum256(r.Cells.text())
		said.Rows = hex.EncodeToString(sum[:])
	}
	f.learnt, err = ledger.Canonical(said)
	return err
}

// policyCells is the outcome in the words of package policy.
func (a *attempt) policyCells(o match.Table) (policy.Cells, error) {
	first, second := a.session.sides()
	c := policy.Cells{Levels: o.Levels}
	for _, s := range []side{first, second} {
		for _, d := range s.Cells.Dimensions {
			c.Dimensions = append(c.Dimensions, s.Member+"."+d.Column)
		}
		for _, m := range s.Cells.Measures {
			p, err := m.policy()
			if err != nil {
				return c, err
			}
			p.Column = s.Member + "." + m.Column
			c.Measures = append(c.Measures, p)
		}
	}
	for p := range first.Cells.Caps {
		for q := range second.Cells.Caps {
			c.Labels = append(c.Labels, append(keys(first.Cells.Dimensions, p), keys(second.Cells.Dimensions, q)...))
		}
	}
	c.Sums = make([][]int64, len(c.Labels))
	for i, g := range o.Groups {
		own, peer := g.Own, g.Peer
		if a.session.role == match.Responder {
			own, peer = peer, own
		}
		if g.Released {
			c.Sums[i] = append(append([]int64{}, own...), peer...)
		}
	}
	return c, nil
}

// noValue is the key of rows without a value, between policy and the result. No
// value looks like it.
const noValue = "\x00"

// keys are the keys of a segment's codes.
func keys(dimensions []dimensionSide, segment int) []string {
	var out []string
	for _, l := range segmentLabels(dimensions, segment) {
		switch l.Kind {
		case "value":
			out = append(out, l.Text)
		case "other":
			out = append(out, l.Kind)
		default:
			out = append(out, noValue)
		}
	}
	return out
}

func cellTable(r *policy.TableRelease, threshold int64) *CellTable {
	t := &CellTable{Dimensions: r.Dimensions(), Measures: r.Measures(), Suppressed: r.Suppressed(),
		Total: cellFigures(r.Total()), Threshold: threshold}
	for _, row := range r.Rows() {
		out := CellRow{CellFigures: cellFigures(row.Line)}
		for _, key := range row.Labels() {
			out.Keys = append(out.Keys, cellKey(key))
		}
		t.Rows = append(t.Rows, out)
	}
	for _, m := range r.Margins() {
		t.Margins = append(t.Margins, CellMargin{m.Dimension(), cellKey(m.Code()), cellFigures(m.Line)})
	}
	return t
}

func cellKey(key string) *string {
	if key == noValue {
		return nil
	}
	return &key
}

func cellFigures(l policy.Line) CellFigures {
	f := CellFigures{State: l.State(), Count: l.Count(), SD: l.SD(), Measures: []MeasureFigures{}}
	for _, m := range l.Figures() {
		f.Measures = append(f.Measures, MeasureFigures{m.Sum(), m.SumSD(), m.Mean(), m.MeanSD(), m.Variance()})
	}
	return f
}
