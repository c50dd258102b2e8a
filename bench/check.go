package bench

import (
	"fmt"
	"math"
	"strconv"

	"mandorla/bench/floor"
	"mandorla/node"
)

// farOff is how many standard deviations a noisy count may be from the truth. The
// noise of a cell has the tails of a Laplace distribution: beyond ten of them lies
// less than one in a million.
const farOff = 10

// check compares what a run found with the truth.
func (f finding) check(truth *floor.Joined) error {
	if f.Cells == nil {
		if f.Count != truth.Count {
			return fmt.Errorf("%w: the run found %d, there are %d", ErrWrong, f.Count, truth.Count)
		}
		return nil
	}
	if n := len(f.Cells.Rows); n != floor.Codes*floor.Codes {
		return fmt.Errorf("%w: %d cells, not %d", ErrWrong, n, floor.Codes*floor.Codes)
	}
	for _, c := range f.Cells.Rows {
		if err := checkCell(c, f.Cells, truth); err != nil {
			return err
		}
	}
	return nil
}

// checkCell compares a released count with the truth, and a suppressed one with
// the threshold.
func checkCell(c node.CellRow, t *node.CellTable, truth *floor.Joined) error {
	a, b, err := cellOf(c)
	if err != nil {
		return err
	}
	want := float64(truth.Cells[a][b])
	if c.Count == nil {
		if t.Total.SD == nil { // nothing is released that says how much noise there is
			return nil
		}
		if most := float64(t.Threshold) + farOff**t.Total.SD; want > most {
			return fmt.Errorf("%w: cell %d, %d is suppressed below %d, there are %.0f", ErrWrong, a, b, t.Threshold, want)
		}
		return nil
	}
	if c.SD == nil || math.Abs(float64(*c.Count)-want) > farOff**c.SD {
		return fmt.Errorf("%w: cell %d, %d holds %d, there are %.0f: more than %d standard deviations of the noise apart", ErrWrong, a, b, *c.Count, want, farOff)
	}
	return nil
}

// cellOf is the segments of a cell.
func cellOf(c node.CellRow) (a, b uint64, err error) {
	if len(c.Keys) != 2 || c.Keys[0] == nil || c.Keys[1] == nil {
		return 0, 0, fmt.Errorf("%w: a cell that no row is in", ErrWrong)
	}
	a, err = strconv.ParseUint(*c.Keys[0], 10, 64)
	if err == nil {
		b, err = strconv.ParseUint(*c.Keys[1], 10, 64)
	}
	if err != nil || a >= floor.Codes || b >= floor.Codes {
		return 0, 0, fmt.Errorf("%w: a cell that no row is in", ErrWrong)
	}
	return a, b, nil
}

// found takes what the first round found, beside the truth: where there is
// noise, every round finds something else.
func (r *Run) found(truth *floor.Joined) {
	first := r.Rounds[0].finding
	r.Count = first.Count
	r.Truth, r.Suppressed = first.released(truth)
}

// released is the true count of the cells that a run released, or of all that it
// counted, and how many cells it suppressed.
func (f finding) released(truth *floor.Joined) (count uint64, suppressed int) {
	if f.Cells == nil {
		return truth.Count, 0
	}
	for _, c := range f.Cells.Rows {
		if a, b, err := cellOf(c); err == nil && c.Count != nil {
			count += truth.Cells[a][b]
		}
	}
	return count, f.Cells.Suppressed
}
