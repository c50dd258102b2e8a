package elgamal

import (
	"crypto/rand"
	"fmt"

	r255 "github.com/bwesterb/go-ristretto"

	"mandorla/crypto/ristretto"
)

// Rerandomise puts rows of encrypted numbers under fresh randomness, in place, a
// fresh one for each row: what they hold stays, and nobody who has seen them
// before can tell which is which. The keys are those that the rows were encrypted
// under. It refuses what [Table.Add] does, and what the rows are then is undefined.
func (p Public) Rerandomise(rows []byte) error {
	width := RowSize(p.Columns())
	if len(rows)%width != 0 {
		return errLength
	}
	for at := 0; at < len(rows); at += batch * width {
		if err := p.rerandomise(rows[at:min(at+batch*width, len(rows))]); err != nil {
			return fmt.Errorf("elgamal: rows to re-randomise: %w", moved(err, at/Size))
		}
	}
	return nil
}

// rerandomise adds g^ρ to R and h^ρ to every S of some rows.
func (p Public) rerandomise(rows []byte) error {
	width := 1 + p.Columns()
	if tight := firstLoose(rows, width); tight < len(rows)/Size {
		return &ristretto.PointError{Index: tight}
	}
	n := len(rows) / Size / width
	sums := ristretto.NewSums(n * width)
	places := make([]int, n*width)
	for i := range places {
		places[i] = i
	}
	if err := sums.Add(places, rows); err != nil {
		return err
	}
	first, others, powers, masks := p.masks(n)
	defer clear(powers)
	defer clear(masks)
	if err := sums.AddPowers(first, powers); err != nil {
		return err
	}
	keys := make([]byte, 0, len(masks))
	for range n {
		keys = append(keys, p.encoded...)
	}
	if err := sums.AddProducts(others, keys, masks); err != nil {
		return err
	}
	return sums.Encode(rows)
}

// masks draws ρ for each of n rows: once for its R, and again for each S.
func (p Public) masks(n int) (first, others []int, powers, masks []byte) {
	width := 1 + p.Columns()
	uniform := make([]byte, n*uniformSize)
	rand.Read(uniform)
	defer clear(uniform)
	powers, masks = make([]byte, n*Size), make([]byte, n*p.Columns()*Size)
	var rho r255.Scalar
	defer rho.SetZero()
	for i := range n {
		setUniform(&rho, uniform[i*uniformSize:])
		put(powers[i*Size:], &rho)
		first = append(first, i*width)
		for c := 1; c < width; c++ {
			put(masks[len(others)*Size:], &rho)
			others = append(others, i*width+c)
		}
	}
	return first, others, powers, masks
}
