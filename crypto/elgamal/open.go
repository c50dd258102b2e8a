package elgamal

import (
	"fmt"

	"mandorla/crypto/ristretto"
)

// MaxLimit is the widest search.
const MaxLimit = 1 << 40

// Open decrypts sealed sums, row after row, each within ± the limit of its row,
// which has to be public: the time taken shows it. A sum that is not there is a
// [*CellError]; what is not canonical, and an R that is the identity, is a
// [*ristretto.PointError] for the first such element.
func (k *Keys) Open(sealed []byte, steps *Steps, limit func(row int) int64) ([]int64, error) {
	if k.secret == nil {
		return nil, ErrWiped
	}
	columns := k.public.Columns()
	rows := len(sealed) / RowSize(columns)
	if rows > MaxGroups || len(sealed) != rows*RowSize(columns) {
		return nil, errLength
	}
	limits, err := limitsOf(rows, limit)
	if err != nil {
		return nil, err
	}
	if err := checkRows(sealed, 1+columns); err != nil {
		return nil, fmt.Errorf("elgamal: sealed sums: %w", err)
	}
	out := make([]int64, 0, rows*columns)
	for row := 0; row < rows; row += batch {
		some := min(batch, rows-row)
		points, err := k.strip(sealed[row*RowSize(columns):][:some*RowSize(columns)])
		if err != nil {
			return nil, fmt.Errorf("elgamal: sealed sums: %w", err)
		}
		sums, bad, err := steps.find(points, columns, limits[row:row+some])
		if err != nil {
			return nil, err
		}
		if bad != fine {
			return nil, &CellError{row + bad/columns, bad % columns}
		}
		out = append(out, sums...)
	}
	return out, nil
}

// checkRows refuses rows of so many elements for the first that is not canonical,
// or an R that is the identity.
func checkRows(rows []byte, width int) error {
	verdicts := make([]ristretto.Verdict, len(rows)/Size)
	if err := ristretto.Verdicts(verdicts, rows); err != nil {
		return err
	}
	for i, v := range verdicts {
		if v == ristretto.Nothing || v == ristretto.Identity && i%width == 0 {
			return &ristretto.PointError{Index: i}
		}
	}
	return nil
}

func limitsOf(rows int, limit func(row int) int64) ([]int64, error) {
	limits := make([]int64, rows)
	for row := range limits {
		if limits[row] = limit(row); limits[row] < 0 || limits[row] > MaxLimit {
			return nil, fmt.Errorf("elgamal: the limit of row %d is not 0 to %d", row, int64(MaxLimit))
		}
	}
	return limits, nil
}
