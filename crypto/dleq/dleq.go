// Package dleq proves that many points were multiplied by the same secret key
// (batched DLEQ), and that a party knows its key (Schnorr). Both are circl's,
// bound to the session as PROTOCOLS.md §1.8 and §1.13 V18 ask: the hash of the
// whole batch stands in the domain separation tag, so that every coefficient
// depends on every pair. The proofs are therefore not those of RFC 9497.
package dleq

import (
	"crypto"
	"crypto/rand"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/zk/dl"
	"github.com/cloudflare/circl/zk/dleq"

	"mandorla/crypto/ristretto"
)

// MaxBatch is the most pairs in one proof; circl's coefficients count in 16 bits.
const MaxBatch = 32768

// ProofSize is the bytes of a proof of either kind.
const ProofSize = 64

// ErrProof is a proof that does not hold, or cannot.
var ErrProof = errors.New("dleq: the proof does not hold")

var suite = group.Ristretto255

// Prove proves that d_i = c_i^k for n encoded points each, n at most MaxBatch.
// dir is the prover's direction and batch counts its proofs in the session.
func Prove(k *ristretto.Key, sid [32]byte, dir byte, batch uint32, c, d []byte) (proof [ProofSize]byte, err error) {
	cs, ds, err := pairs(c, d)
	if err != nil {
		return proof, err
	}
	s, err := k.ExposeScalarForProofs()
	if err != nil {
		return proof, err
	}
	public, err := element(k.Public())
	if err != nil {
		return proof, err
	}
	p, err := dleq.Prover{Params: params(sid, dir, batch, c, d)}.ProveBatch(s, suite.Generator(), public, cs, ds, rand.Reader)
	s.SetUint64(0)
	if err != nil {
		return proof, fmt.Errorf("dleq: %w", err)
	}
	b, err := p.MarshalBinary()
	copy(proof[:], b)
	return proof, err
}

// Verify checks a proof of [Prove] under the prover's public key.
func Verify(public [32]byte, sid [32]byte, dir byte, batch uint32, c, d []byte, proof [ProofSize]byte) error {
	cs, ds, err := pairs(c, d)
	if err != nil {
		return err
	}
	y, err := element(public)
	if err != nil {
		return err
	}
	p := new(dleq.Proof)
	if err := p.UnmarshalBinary(suite, proof[:]); err != nil {
		return ErrProof
	}
	if again, err := p.MarshalBinary(); err != nil || [ProofSize]byte(again) != proof {
		return ErrProof
	}
	if !(dleq.Verifier{Params: params(sid, dir, batch, c, d)}).VerifyBatch(suite.Generator(), y, cs, ds, p) {
		return ErrProof
	}
	return nil
}

// params binds a proof to its session, its place and every pair in it.
func params(sid [32]byte, dir byte, batch uint32, c, d []byte) dleq.Params {
	h := sha512.New()
	for i := 0; i < len(c); i += ristretto.Size {
		h.Write(c[i : i+ristretto.Size])
		h.Write(d[i : i+ristretto.Size])
	}
	dst := append([]byte("CLEANROOM-V01-CS01-DLEQ|"), sid[:]...)
	dst = append(dst, dir)
	dst = binary.BigEndian.AppendUint32(dst, batch)
	return dleq.Params{G: suite, H: crypto.SHA512, DST: h.Sum(dst)}
}

// pairs decodes both sides of a batch.
func pairs(c, d []byte) (cs, ds []group.Element, err error) {
	n := len(c) / ristretto.Size
	if n == 0 || n > MaxBatch || len(c) != n*ristretto.Size || len(d) != len(c) {
		return nil, nil, fmt.Errorf("dleq: a batch has 1 to %d pairs of points", MaxBatch)
	}
	if cs, err = elements(c); err != nil {
		return nil, nil, err
	}
	ds, err = elements(d)
	return cs, ds, err
}

func elements(b []byte) ([]group.Element, error) {
	out := make([]group.Element, len(b)/ristretto.Size)
	for i := range out {
		e, err := element([32]byte(b[i*ristretto.Size:]))
		if err != nil {
			return nil, fmt.Errorf("dleq: %w", &ristretto.PointError{Index: i})
		}
		out[i] = e
	}
	return out, nil
}

// element decodes a point, canonical and not the identity.
func element(b [32]byte) (group.Element, error) {
	e := suite.NewElement()
	if err := e.UnmarshalBinary(b[:]); err != nil || e.IsIdentity() {
		return nil, ErrProof
	}
	return e, nil
}

// keyLabel begins the context of a proof of knowledge.
const keyLabel = "CLEANROOM-V01-CS01-POK|"

// ProveKey proves the knowledge of a key, for a session and a role in it: the
// commitment's encoding, then the response (PROTOCOLS.md §1.13, V18).
func ProveKey(k *ristretto.Key, sid [32]byte, role string) (proof [ProofSize]byte, err error) {
	s, err := k.ExposeScalarForProofs()
	if err != nil {
		return proof, err
	}
	public, err := element(k.Public())
	if err != nil {
		return proof, err
	}
	p := dl.Prove(suite, suite.Generator(), public, s, []byte(role), context(sid, role), rand.Reader)
	s.SetUint64(0)
	v, err := p.V.MarshalBinary()
	if err != nil {
		return proof, err
	}
	r, err := p.R.MarshalBinary()
	copy(proof[:], v)
	copy(proof[32:], r)
	return proof, err
}

// VerifyKey checks a proof of [ProveKey]; a public key that is the identity or
// not canonical is refused.
func VerifyKey(public [32]byte, sid [32]byte, role string, proof [ProofSize]byte) error {
	y, err := element(public)
	if err != nil {
		return err
	}
	v, err := element([32]byte(proof[:32]))
	if err != nil {
		return err
	}
	r := suite.NewScalar()
	if err := r.UnmarshalBinary(proof[32:]); err != nil {
		return ErrProof
	}
	if again, err := r.MarshalBinary(); err != nil || [32]byte(again) != [32]byte(proof[32:]) {
		return ErrProof
	}
	if !dl.Verify(suite, suite.Generator(), y, dl.Proof{V: v, R: r}, []byte(role), context(sid, role)) {
		return ErrProof
	}
	return nil
}

// context is what a proof of knowledge is bound to: sid ‖ role.
func context(sid [32]byte, role string) []byte {
	return append(append([]byte(keyLabel), sid[:]...), role...)
}
