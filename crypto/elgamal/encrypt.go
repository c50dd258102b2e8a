package elgamal

import (
	"crypto/rand"
	"errors"
	"fmt"

	r255 "github.com/bwesterb/go-ristretto"
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
	rows := len(values) / columns
	if len(values) != rows*columns || len(dst) != rows*RowSize(columns) {
		return errLength
	}
	for i, x := range values {
		if x > MaxValue || x < -MaxValue {
			return &CellError{i / columns, i % columns}
		}
	}
	share(rows, chunk, func(from, to int) int {
		k.encrypt(dst[from*RowSize(columns):], values[from*columns:to*columns])
		return fine
	})
	return nil
}

// encrypt encrypts some rows on one goroutine.
func (k *Keys) encrypt(dst []byte, values []int64) {
	scalars := k.secret.scalars
	uniform := make([]byte, len(values)/len(scalars)*uniformSize)
	rand.Read(uniform)
	var r, x r255.Scalar
	var p r255.Point
	for len(values) > 0 {
		setUniform(&r, uniform)
		encode(dst, p.ScalarMultBase(&r))
		for c := range scalars {
			setInt(&x, values[c])
			x.MulAdd(&r, &scalars[c], &x)
			encode(dst[(1+c)*Size:], p.ScalarMultBase(&x))
		}
		clear(uniform[:uniformSize])
		uniform, values, dst = uniform[uniformSize:], values[len(scalars):], dst[RowSize(len(scalars)):]
	}
	r.SetZero()
	x.SetZero()
}
