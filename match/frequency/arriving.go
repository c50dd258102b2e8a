package frequency

import (
	"errors"

	"mandorla/crypto/elgamal"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// An arriving list comes in by BACK, at a member or at the combiner.
type arriving struct {
	want, rows uint64
	strict     column.Increasing
}

// newArriving is a list of so many rows.
func newArriving(rows uint64) arriving {
	return arriving{want: rows, strict: column.Increasing{Width: elgamal.Size, Key: elgamal.Size}}
}

// take takes in a frame (V2, V6), and gives its ciphertexts one after the other.
func (a *arriving) take(f wire.Frame) ([]byte, error) {
	a.rows += uint64(f.Rows)
	if a.rows > a.want || f.Last != (a.rows == a.want) {
		return nil, match.ErrCount
	}
	if err := a.strict.Check(f.Columns[0]); err != nil {
		return nil, errors.Join(match.ErrOrder, err)
	}
	sealed := make([]byte, f.Rows*sealedWidth)
	dh.Scatter(sealed, sealedWidth, 0, f.Columns[0], elgamal.Size)
	dh.Scatter(sealed, sealedWidth, elgamal.Size, f.Columns[1], elgamal.Size)
	return sealed, nil
}
