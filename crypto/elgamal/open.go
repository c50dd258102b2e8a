package elgamal

import (
	"fmt"

	r255 "github.com/bwesterb/go-ristretto"

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
	points := make([]r255.Point, rows*(1+columns))
	if bad := decodeRows(points, sealed, 1+columns); bad != fine {
		return nil, fmt.Errorf("elgamal: sealed sums: %w", &ristretto.PointError{Index: bad})
	}
	out := make([]int64, rows*columns)
	bad := share(len(out), 1, func(i, _ int) int {
		row := points[i/columns*(1+columns):]
		x, ok := steps.find(k.strip(i%columns, row), limits[i/columns])
		if !ok {
			return i
		}
		out[i] = x
		return fine
	})
	if bad != fine {
		return nil, &CellError{bad / columns, bad % columns}
	}
	return out, nil
}

// strip gives g^x of a column: S·R^-s.
func (k *Keys) strip(column int, row []r255.Point) *r255.Point {
	var p r255.Point
	p.ScalarMult(&row[0], &k.secret.scalars[column])
	return p.Sub(&row[1+column], &p)
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
