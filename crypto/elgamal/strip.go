package elgamal

import (
	"cmp"
	"fmt"

	r255 "github.com/bwesterb/go-ristretto"

	"mandorla/crypto/ristretto"
)

// Strip takes these keys' share off rows of encrypted numbers, in place: S of every
// column becomes S·R^-s, R stays. Where the keys are all that the rows are under,
// what is left is g^x of every number, in the clear; where they are one of several
// whose product they are under ([Join]), the rows are then under the others. R is
// what it was, so rows are re-randomised before anybody else sees them.
//
// It refuses what [Table.Add] does, and what the rows are then is undefined.
func (k *Keys) Strip(rows []byte) error {
	if k.secret == nil {
		return ErrWiped
	}
	width := RowSize(k.public.Columns())
	if len(rows)%width != 0 {
		return errLength
	}
	for at := 0; at < len(rows); at += batch * width {
		some := rows[at:min(at+batch*width, len(rows))]
		if err := k.stripInPlace(some); err != nil {
			return fmt.Errorf("elgamal: rows to strip: %w", moved(err, at/Size))
		}
	}
	return nil
}

func (k *Keys) stripInPlace(rows []byte) error {
	width := RowSize(k.public.Columns())
	if firstLoose(rows, width/Size) < len(rows)/Size {
		return checkRows(rows, width/Size)
	}
	points, err := k.strip(rows)
	if err != nil {
		return cmp.Or(checkRows(rows, width/Size), err) // of all elements, the first that is bad
	}
	for ; len(rows) > 0; rows = rows[width:] {
		points = points[copy(rows[Size:width], points):]
	}
	return nil
}

// strip encodes g^x of every column of some rows, which is S·R^-s.
func (k *Keys) strip(rows []byte) ([]byte, error) {
	columns := k.public.Columns()
	n := len(rows) / RowSize(columns) * columns
	places, r, s, minus := make([]int, n), make([]byte, 0, n*Size), make([]byte, 0, n*Size), make([]byte, n*Size)
	defer clear(minus)
	var scalar r255.Scalar
	for i := range places {
		row := rows[i/columns*RowSize(columns):][:RowSize(columns)]
		places[i], r = i, append(r, row[:Size]...)
		s = append(s, row[(1+i%columns)*Size:][:Size]...)
		put(minus[i*Size:], scalar.Neg(&k.secret.scalars[i%columns]))
	}
	scalar.SetZero()
	sums, out := ristretto.NewSums(n), make([]byte, n*Size)
	defer sums.Clear(0, n)
	if err := sums.Add(places, s); err != nil {
		return nil, err
	}
	if err := sums.AddProducts(places, r, minus); err != nil {
		return nil, err
	}
	return out, sums.Encode(out)
}
