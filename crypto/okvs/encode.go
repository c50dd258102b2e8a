package okvs

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"mandorla/crypto/gf128"
)

var (
	// ErrEncode says that these keys have no encoding under this seed: take
	// another seed.
	ErrEncode = errors.New("okvs: the keys cannot be encoded under this seed: draw another")
	// ErrFull says that more keys fall into a bin than it holds: take another
	// seed.
	ErrFull = errors.New("okvs: too many keys fall into one bin under this seed: draw another")
	// ErrDuplicate says that a key occurs twice: no seed helps.
	ErrDuplicate = errors.New("okvs: a key occurs twice: encode a set")
)

// An Encoder encodes bins one after another. It is not safe for concurrent use.
type Encoder struct {
	p    Params
	peel peeler
	// What a bin with a gap needs; most have none.
	values []gf128.Element
	marked []bool
}

// NewEncoder makes an encoder for stores of these sizes. Every Encode uses its
// memory anew.
func NewEncoder(p Params) *Encoder {
	return &Encoder{p: p, peel: newPeeler(p)}
}

// Encode writes a bin, [Params.BinSize] elements, that gives the hashed keys h
// the values. The two have the same length. After an error dst holds nothing of
// use.
func (e *Encoder) Encode(dst, h, values []gf128.Element) error {
	if len(h) > e.p.capacity {
		return fmt.Errorf("%w: %d, at most %d", ErrFull, len(h), e.p.capacity)
	}
	dst = dst[:e.p.BinSize()]
	clear(dst)
	solved := e.peel.run(h, e.p.dense)
	if len(e.peel.gap) > 0 && duplicated(h) {
		return ErrDuplicate
	}
	if !solved || !e.bridge(dst[e.p.sparse:], h, values) {
		return ErrEncode
	}
	if len(e.peel.gap) > 0 {
		values = e.without(dst[e.p.sparse:], h, values)
	}
	e.substitute(dst, values)
	return nil
}

// duplicated tells whether two keys are equal. They have equal columns, so that
// one of them is in the gap: without a gap there is no need to ask.
func duplicated(h []gf128.Element) bool {
	sorted := slices.Clone(h)
	slices.SortFunc(sorted, compare)
	return len(slices.Compact(sorted)) < len(h)
}

func compare(a, b gf128.Element) int {
	return bytes.Compare(a.Append(nil), b.Append(nil))
}

// without gives the values less what the dense columns add to them.
func (e *Encoder) without(dense, h, values []gf128.Element) []gf128.Element {
	e.values = append(e.values[:0], values...)
	gf128.Horner(e.values, h, dense)
	return e.values
}

// substitute sets the column that every row was peeled for, the last first: the
// two other columns of the row are then known, or stay zero.
func (e *Encoder) substitute(dst, values []gf128.Element) {
	rows, own := e.peel.rows, e.peel.own
	for i := len(rows) - 1; i >= 0; i-- {
		r := rows[i]
		v, a, b, c := &values[r.item()], &dst[r.column(0)], &dst[r.column(1)], &dst[r.column(2)]
		dst[own[i]] = gf128.Element{Lo: v.Lo ^ a.Lo ^ b.Lo ^ c.Lo, Hi: v.Hi ^ a.Hi ^ b.Hi ^ c.Hi}
	}
}
