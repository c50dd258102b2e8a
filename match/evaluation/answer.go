package evaluation

import (
	"errors"

	"mandorla/crypto/dleq"
	"mandorla/crypto/ristretto"
	"mandorla/match"
)

// A Request is a frame of blinded elements, 32 bytes each.
type Request struct {
	Batch    uint32 // of the run's proofs
	Elements []byte
}

// An Answer is a request's elements under the evaluator's key, in their order, and
// the proof that it was that key.
type Answer struct {
	Z     []byte
	Proof [dleq.ProofSize]byte
}

// Evaluate answers a request (V4, V5) and proves the answer. It is safe for
// concurrent use.
func Evaluate(c match.Config, key *ristretto.Key, r Request) (a Answer, err error) {
	a.Z = make([]byte, len(r.Elements))
	if err := key.Mul(a.Z, r.Elements); err != nil {
		return a, errors.Join(match.ErrPoint, err)
	}
	a.Proof, err = dleq.Prove(key, c.SID, byte(c.Role.Direction()), r.Batch, r.Elements, a.Z)
	return a, err
}
