package elgamal

import (
	"bytes"
	"crypto/rand"
	"sync"
	"sync/atomic"

	r255 "github.com/bwesterb/go-ristretto"

	"mandorla/crypto/ristretto"
)

// worthTables is the rows to be masked from which on tables of the keys pay: making
// those takes as long as they save on so many.
const worthTables = 128

// tables are those of public keys, at most 165 KiB a column. They are made once,
// when the keys have masked so many rows that they pay, for all copies of the keys.
type tables struct {
	rows  atomic.Int64 // to be masked, so far
	once  sync.Once
	bases []*ristretto.Base
	err   error
}

// A masker multiplies public keys by secret scalars.
type masker struct {
	keys  Public
	bases []*ristretto.Base // nil where tables do not pay
}

// masker is for so many more rows.
func (p Public) masker(rows int) (masker, error) {
	t := p.tables
	if t.rows.Add(int64(rows)) < worthTables {
		return masker{keys: p}, nil
	}
	t.once.Do(func() { t.bases, t.err = p.newBases() })
	return masker{p, t.bases}, t.err
}

func (p Public) newBases() ([]*ristretto.Base, error) {
	bases, errs := make([]*ristretto.Base, p.Columns()), make([]error, p.Columns())
	share(len(bases), func(from, to int) {
		for c := from; c < to; c++ {
			bases[c], errs[c] = ristretto.NewBase([Size]byte(p.key(c)))
		}
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return bases, nil
}

// newMasks draws ρ for each of n rows.
func newMasks(n int) []byte {
	uniform, masks := make([]byte, n*uniformSize), make([]byte, n*Size)
	rand.Read(uniform)
	defer clear(uniform)
	var rho r255.Scalar
	defer rho.SetZero()
	for i := range n {
		setUniform(&rho, uniform[i*uniformSize:])
		put(masks[i*Size:], &rho)
	}
	return masks
}

// addTo adds h^ρ of a column's key h to the sums at their places.
func (m masker) addTo(sums *ristretto.Sums, places []int, column int, masks []byte) error {
	if m.bases != nil {
		return sums.AddMultiples(places, m.bases[column], masks)
	}
	return sums.AddProducts(places, bytes.Repeat(m.keys.key(column), len(places)), masks)
}

// shift adds h^ρ of a column's key h to encoded elements, in place.
func (m masker) shift(elements []byte, column int, masks []byte) error {
	if m.bases != nil {
		return m.bases[column].Shift(elements, elements, masks)
	}
	places := upTo(len(elements) / Size)
	sums := ristretto.NewSums(len(places))
	if err := sums.Add(places, elements); err != nil {
		return err
	}
	if err := m.addTo(sums, places, column, masks); err != nil {
		return err
	}
	return sums.Encode(elements)
}
