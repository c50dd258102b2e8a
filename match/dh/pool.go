package dh

import (
	"errors"

	"mandorla/crypto/dleq"
	"mandorla/crypto/ristretto"
	"mandorla/match"
)

// The dummy pools of PROTOCOLS.md §1.7: points that both sides can compute,
// blinded by this node's key, and the proofs that they were.

// BlindPool is the pool points of n messages of one width under this node's
// key, 32 bytes a message.
func (s *Session) BlindPool(msgs []byte, width int) ([]byte, error) {
	return poolPoints(s.key, msgs, width)
}

// PlainPool is the pool points of n messages of one width as they are.
func PlainPool(msgs []byte, width int) ([]byte, error) {
	one, err := ristretto.NewKeyFrom([ristretto.Size]byte{1})
	if err != nil {
		return nil, err
	}
	return poolPoints(one, msgs, width)
}

func poolPoints(k *ristretto.Key, msgs []byte, width int) ([]byte, error) {
	points := make([]byte, len(msgs)/width*32)
	return points, k.HashMul(points, ristretto.DSTPool, msgs, width)
}

// Prove proves that this node's key turned the points of plain into those of
// blinded; batch counts the proofs of a run (PROTOCOLS.md §1.8).
func (s *Session) Prove(batch uint32, plain, blinded []byte) ([dleq.ProofSize]byte, error) {
	return dleq.Prove(s.key, s.SID, byte(s.Role.Direction()), batch, plain, blinded)
}

// Verify checks the peer's proof of the same (V13).
func (s *Session) Verify(batch uint32, plain, blinded []byte, proof [dleq.ProofSize]byte) error {
	err := dleq.Verify(s.peer, s.SID, byte(s.Role.Other().Direction()), batch, plain, blinded, proof)
	if err != nil {
		return errors.Join(match.ErrProof, err)
	}
	return nil
}
