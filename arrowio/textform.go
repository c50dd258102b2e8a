package arrowio

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// writerOf gives what appends a column's i-th value, which is not null, as text.
func writerOf(a arrow.Array) (func(dst []byte, i int) []byte, error) {
	switch a := a.(type) {
	case *array.Int8:
		return signed(a.Int8Values()), nil
	case *array.Int16:
		return signed(a.Int16Values()), nil
	case *array.Int32:
		return signed(a.Int32Values()), nil
	case *array.Int64:
		return signed(a.Int64Values()), nil
	case *array.Uint8:
		return unsigned(a.Uint8Values()), nil
	case *array.Uint16:
		return unsigned(a.Uint16Values()), nil
	case *array.Uint32:
		return unsigned(a.Uint32Values()), nil
	case *array.Uint64:
		return unsigned(a.Uint64Values()), nil
	case *array.Boolean:
		return func(dst []byte, i int) []byte { return strconv.AppendBool(dst, a.Value(i)) }, nil
	case *array.Float16:
		return func(dst []byte, i int) []byte { return appendFloat(dst, float64(a.Value(i).Float32()), 32) }, nil
	case *array.Float32:
		return func(dst []byte, i int) []byte { return appendFloat(dst, float64(a.Value(i)), 32) }, nil
	case *array.Float64:
		return func(dst []byte, i int) []byte { return appendFloat(dst, a.Value(i), 64) }, nil
	case *array.Decimal128:
		return decimals(a.DataType(), func(i int) *big.Int { return a.Value(i).BigInt() })
	case *array.Decimal256:
		return decimals(a.DataType(), func(i int) *big.Int { return a.Value(i).BigInt() })
	}
	return timeWriterOf(a)
}

// decimals refuses a scale that no decimal has and that would only write zeros.
func decimals(t arrow.DataType, value func(i int) *big.Int) (func(dst []byte, i int) []byte, error) {
	const most = 100 // 76 digits are the most that Arrow has
	scale := t.(arrow.DecimalType).GetScale()
	if scale < -most || scale > most {
		return nil, fmt.Errorf("type %s has no text form", t)
	}
	return func(dst []byte, i int) []byte { return appendDecimal(dst, value(i), scale) }, nil
}

func timeWriterOf(a arrow.Array) (func(dst []byte, i int) []byte, error) {
	const day = 24 * 60 * 60
	switch a := a.(type) {
	case *array.Date32:
		return func(dst []byte, i int) []byte {
			return time.Unix(int64(a.Value(i))*day, 0).UTC().AppendFormat(dst, time.DateOnly)
		}, nil
	case *array.Date64:
		return func(dst []byte, i int) []byte {
			return time.UnixMilli(int64(a.Value(i))).UTC().AppendFormat(dst, time.DateOnly)
		}, nil
	case *array.Timestamp:
		unit := a.DataType().(*arrow.TimestampType).Unit
		return func(dst []byte, i int) []byte {
			return a.Value(i).ToTime(unit).UTC().AppendFormat(dst, time.RFC3339Nano)
		}, nil
	}
	return nil, fmt.Errorf("type %s has no text form", a.DataType())
}

func signed[T int8 | int16 | int32 | int64](values []T) func(dst []byte, i int) []byte {
	return func(dst []byte, i int) []byte { return strconv.AppendInt(dst, int64(values[i]), 10) }
}

func unsigned[T uint8 | uint16 | uint32 | uint64](values []T) func(dst []byte, i int) []byte {
	return func(dst []byte, i int) []byte { return strconv.AppendUint(dst, uint64(values[i]), 10) }
}

// appendFloat writes without an exponent what people would, so that a number
// kept as a float looks like the same number kept as an integer.
func appendFloat(dst []byte, v float64, bits int) []byte {
	if size := math.Abs(v); size != 0 && (size < 1e-6 || size >= 1e21) {
		return strconv.AppendFloat(dst, v, 'e', -1, bits)
	}
	return strconv.AppendFloat(dst, v, 'f', -1, bits)
}

// appendDecimal writes unscaled·10^-scale with all its places. The library's own
// goes through floats.
func appendDecimal(dst []byte, unscaled *big.Int, scale int32) []byte {
	if scale <= 0 {
		dst = unscaled.Append(dst, 10)
		if unscaled.Sign() != 0 {
			dst = append(dst, strings.Repeat("0", int(-scale))...)
		}
		return dst
	}
	if unscaled.Sign() < 0 {
		dst = append(dst, '-')
	}
	digits := new(big.Int).Abs(unscaled).String()
	if missing := int(scale) + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - int(scale)
	return append(append(append(dst, digits[:point]...), '.'), digits[point:]...)
}
