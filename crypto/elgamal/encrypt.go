package elgamal

import (
	"crypto/rand"
	"errors"
	"fmt"

	r255 "github.com/bwesterb/go-ristretto"

	"mandorla/crypto/ristretto"
)

// MaxValue bounds the size of a number that is encrypted.
const MaxValue = 1 << 31

// ErrRange is a number beyond its bound.
var ErrRange = errors.New("elgamal: a number is out of range")

// A CellError says which number was out of range. It wraps [ErrRange].
type CellError struct{ Row, Column int }

func (e *CellError) Error() string {
	return fmt.Sprintf("%v: row %d, column %d", ErrRange, e.Row, e.Column)
}

func (e *CellError) Unwrap() error { return ErrRange }

// errLength is a caller's slice of the wrong length.
var errLength = errors.New("elgamal: the lengths of the arguments do not fit each other")

// Encrypt encrypts n rows of numbers, row after row, into dst, which takes
// [RowSize] bytes a row. A row of zeros looks like every other. The time taken
// does not depend on the numbers.
func (k *Keys) Encrypt(dst []byte, values []int64) error {
	if k.secret == nil {
		return ErrWiped
	}
	columns := k.public.Columns()
	if err := k.public.fits(dst, values); err != nil {
		return err
	}
	for len(dst) > 0 {
		some := min(len(dst)/RowSize(columns), batch)
		if err := k.encrypt(dst[:some*RowSize(columns)], values[:some*columns]); err != nil {
			return err
		}
		dst, values = dst[some*RowSize(columns):], values[some*columns:]
	}
	return nil
}

// fits sees that numbers are rows under the keys, that dst takes them, and that each
// can be encrypted.
func (p Public) fits(dst []byte, values []int64) error {
	columns := p.Columns()
	rows := len(values) / columns
	if len(values) != rows*columns || len(dst) != rows*RowSize(columns) {
		return errLength
	}
	for i, x := range values {
		if x > MaxValue || x < -MaxValue {
			return &CellError{i / columns, i % columns}
		}
	}
	return nil
}

// batch is the rows that are worked on at once: enough for all processors.
const batch = 1024

// encrypt encrypts some rows: g^r and, for every column, g^(r·s + x).
func (k *Keys) encrypt(dst []byte, values []int64) error {
	columns := k.public.Columns()
	exponents := make([]byte, len(dst))
	defer clear(exponents)
	share(len(values)/columns, func(from, to int) {
		k.exponents(exponents[from*RowSize(columns):to*RowSize(columns)], values[from*columns:to*columns])
	})
	return ristretto.Powers(dst, exponents)
}

// exponents draws r for each row.
func (k *Keys) exponents(dst []byte, values []int64) {
	scalars := k.secret.scalars
	uniform := make([]byte, len(values)/len(scalars)*uniformSize)
	rand.Read(uniform)
	defer clear(uniform)
	var r, x r255.Scalar
	for i := 0; i < len(values); i += len(scalars) {
		setUniform(&r, uniform[i/len(scalars)*uniformSize:])
		put(dst, &r)
		for c := range scalars {
			setInt(&x, values[i+c])
			x.MulAdd(&r, &scalars[c], &x)
			put(dst[(1+c)*Size:], &x)
		}
		dst = dst[RowSize(len(scalars)):]
	}
	r.SetZero()
	x.SetZero()
}
