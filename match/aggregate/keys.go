package aggregate

import (
	"errors"
	"fmt"

	"mandorla/crypto/dleq"
	"mandorla/crypto/elgamal"
	"mandorla/match"
	"mandorla/match/wire"
)

// extend adds to KEYS, after the row of the run's key, a row for each value
// column: the key that the column is encrypted under, and the proof that its
// owner knows the other half (V18).
func (s *sums) extend(ph *match.Phase) {
	out, in := ph.Out, ph.In
	ph.Out = func() (wire.Frame, error) {
		f, err := out()
		if err != nil || s.keys == nil {
			return f, err
		}
		keys, proofs, err := s.columnKeys()
		f.Rows += len(s.own.Values)
		f.Columns[0], f.Columns[1] = append(f.Columns[0], keys...), append(f.Columns[1], proofs...)
		return f, err
	}
	ph.In = func(f wire.Frame) error {
		if f.Rows != 1+len(s.peer.Values) {
			return match.ErrCount
		}
		first := wire.Frame{Kind: f.Kind, Last: f.Last, Rows: 1,
			Columns: [][]byte{f.Columns[0][:32], f.Columns[1][:dleq.ProofSize]}}
		if err := in(first); err != nil {
			return err
		}
		return s.takeKeys(f.Columns[0][32:], f.Columns[1][dleq.ProofSize:])
	}
}

// columnKeys are the keys of this node's columns, with the proofs.
func (s *sums) columnKeys() (keys, proofs []byte, err error) {
	for c := range s.own.Values {
		proof, err := s.proveColumn(c)
		if err != nil {
			return nil, nil, err
		}
		proofs = append(proofs, proof[:]...)
	}
	return s.keys.Public().Bytes(), proofs, nil
}

func (s *sums) proveColumn(c int) ([dleq.ProofSize]byte, error) {
	key, err := s.keys.ExposeKeyForProofs(c)
	if err != nil {
		return [dleq.ProofSize]byte{}, err
	}
	defer key.Wipe()
	return dleq.ProveKey(key, s.SID, columnRole(s.Role, c))
}

// takeKeys checks the keys of the peer's columns.
func (s *sums) takeKeys(keys, proofs []byte) (err error) {
	if len(keys) == 0 {
		return nil
	}
	if s.peerKeys, err = checkKeys(keys, proofs, s.SID, s.Role.Other()); err != nil {
		return err
	}
	if s.keys != nil && s.peerKeys.Meets(s.keys.Public()) {
		return match.ErrReflect
	}
	return nil
}

// checkKeys are the column keys of a side, once their proofs hold.
func checkKeys(keys, proofs []byte, sid [32]byte, role match.Role) (elgamal.Public, error) {
	public, err := elgamal.ParsePublic(keys)
	if err != nil {
		return public, errors.Join(match.ErrProof, err)
	}
	for c := range public.Columns() {
		key, proof := [32]byte(keys[32*c:]), [dleq.ProofSize]byte(proofs[dleq.ProofSize*c:])
		if err := dleq.VerifyKey(key, sid, columnRole(role, c), proof); err != nil {
			return public, errors.Join(match.ErrProof, err)
		}
	}
	return public, nil
}

// columnRole is what the proof of a column's key is bound to, beside the run.
func columnRole(r match.Role, column int) string { return fmt.Sprintf("%v/h%d", r, column) }
