package elgamal

import (
	"bytes"
	"fmt"

	"mandorla/crypto/ristretto"
)

// Join is the key of several holders together: what is encrypted under it opens
// once each of them has taken its share off ([Keys.Strip]), in any order. It is
// safe only where every holder has proved that it knows its own secret, for a key
// can be made that takes another's off.
func Join(shares ...Public) (Public, error) {
	if len(shares) == 0 {
		return Public{}, errColumns
	}
	columns := shares[0].Columns()
	sums := ristretto.NewSums(columns)
	for _, s := range shares {
		if s.Columns() != columns {
			return Public{}, errColumns
		}
		if err := sums.Add(upTo(columns), s.encoded); err != nil {
			return Public{}, fmt.Errorf("elgamal: public keys to join: %w", err)
		}
	}
	joined := make([]byte, columns*Size)
	if err := sums.Encode(joined); err != nil {
		return Public{}, err
	}
	return ParsePublic(joined)
}

// Encrypt encrypts rows of numbers, row after row, into dst, which takes [RowSize]
// bytes a row, for whoever holds the secrets. [Keys.Encrypt] is quicker for its own
// rows. A row of zeros looks like every other.
func (p Public) Encrypt(dst []byte, values []int64) error {
	if err := p.fits(dst, values); err != nil {
		return err
	}
	columns := p.Columns()
	rows := len(values) / columns
	for at := 0; at < rows; at += batch {
		some := min(batch, rows-at)
		if err := p.plain(dst[at*RowSize(columns):][:some*RowSize(columns)], values[at*columns:][:some*columns]); err != nil {
			return fmt.Errorf("elgamal: rows to encrypt: %w", err)
		}
	}
	return p.Rerandomise(dst)
}

// plain writes rows under the randomness 1, which everybody can read: g, and h·g^x
// for every column.
func (p Public) plain(dst []byte, values []int64) error {
	columns := p.Columns()
	sums, masked := ristretto.NewSums(len(values)), make([]byte, len(values)*Size)
	defer sums.Clear(0, len(values))
	defer clear(masked)
	numbers := powers(values)
	defer clear(numbers)
	if err := sums.Add(upTo(len(values)), bytes.Repeat(p.encoded, len(values)/columns)); err != nil {
		return err
	}
	if err := sums.AddPowers(upTo(len(values)), numbers); err != nil {
		return err
	}
	if err := sums.Encode(masked); err != nil {
		return err
	}
	generator, err := power(1)
	if err != nil {
		return err
	}
	for len(dst) > 0 {
		copy(dst, generator[:])
		copy(dst[Size:], masked[:columns*Size])
		dst, masked = dst[RowSize(columns):], masked[columns*Size:]
	}
	return nil
}
