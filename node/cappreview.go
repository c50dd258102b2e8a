package node

import (
	"time"

	"mandorla/crypto/elgamal"
	"mandorla/crypto/ristretto"
)

// sealedRow is the bytes of a ciphertext that a row of a send plan carries.
const sealedRow = 2 * elgamal.Size

// capTraffic is the bytes of a frequency cap among plans of the given size: a table
// each hop round the ring, tags at the end, and a list each hop on the way back.
func capTraffic(p *plan, rows uint64) Traffic {
	hops := uint64(p.circle.members() - 1)
	ring, list := rows*hops*(ristretto.Size+sealedRow), rows*sealedRow
	return Traffic{Sent: ring + rows*(ristretto.TagSize+sealedRow) + hops*list, Received: ring + (hops+1)*list}
}

// capSeconds is the seconds that this node's arithmetic takes with what the rows
// carry: they are encrypted once, re-randomised at each hop there and back, and
// a share is taken off them at each hop back.
func capSeconds(p *plan, rows uint64) float64 {
	const sample = 256
	keys, err := elgamal.NewKeys(1)
	if err != nil {
		return 0
	}
	defer keys.Wipe()
	sealed := make([]byte, sample*sealedRow)
	started := time.Now()
	if keys.Public().Encrypt(sealed, make([]int64, sample)) != nil {
		return 0
	}
	once := time.Since(started).Seconds() / sample
	started = time.Now()
	if keys.Strip(sealed) != nil {
		return 0
	}
	off := time.Since(started).Seconds() / sample
	hops := float64(p.circle.members() - 1)
	return float64(rows) * (once*(1+2*hops) + off*(1+hops))
}
