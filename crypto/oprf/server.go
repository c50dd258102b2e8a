package oprf

import (
	"bytes"
	"crypto/rand"
	"fmt"

	circl "github.com/cloudflare/circl/oprf"
)

// A PrivateKey is the server's secret scalar. It prints as nothing under every
// verb and cannot be compared. Keys for package ristretto are another type:
// those last for one run and are wiped.
type PrivateKey struct {
	_      [0]func()
	suite  Suite
	key    *circl.PrivateKey
	public []byte
}

// GenerateKey draws a key from crypto/rand.
func GenerateKey(s Suite) (*PrivateKey, error) {
	suite, err := s.open()
	if err != nil {
		return nil, err
	}
	k, err := circl.GenerateKey(suite, rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("oprf: %w", err)
	}
	return newKey(s, k)
}

// DeriveKey is DeriveKeyPair of RFC 9497 §3.2.1 from a seed of 32 bytes.
func DeriveKey(s Suite, m Mode, seed, info []byte) (*PrivateKey, error) {
	suite, err := s.open()
	if err != nil {
		return nil, err
	}
	if len(info) > maxInput {
		return nil, ErrInput
	}
	k, err := circl.DeriveKey(suite, circl.Mode(m), seed, info)
	if err != nil {
		return nil, fmt.Errorf("oprf: deriving a key: %w", err)
	}
	return newKey(s, k)
}

// ParseKey reads the canonical encoding of a non-zero scalar.
func ParseKey(s Suite, scalar []byte) (*PrivateKey, error) {
	suite, err := s.open()
	if err != nil {
		return nil, err
	}
	k := new(circl.PrivateKey)
	if err := k.UnmarshalBinary(suite, scalar); err != nil {
		return nil, ErrKey
	}
	if again, err := k.MarshalBinary(); err != nil || !bytes.Equal(again, scalar) {
		return nil, ErrKey
	}
	return newKey(s, k)
}

// newKey computes the public key once: circl does it lazily and unguarded.
func newKey(s Suite, k *circl.PrivateKey) (*PrivateKey, error) {
	public, err := k.Public().MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("oprf: %w", err)
	}
	return &PrivateKey{suite: s, key: k, public: public}, nil
}

// Public is the encoding of the public key; the caller owns it.
func (k *PrivateKey) Public() []byte { return bytes.Clone(k.public) }

// Format implements [fmt.Formatter]: a key has no printed form.
func (k *PrivateKey) Format(f fmt.State, _ rune) { f.Write([]byte("oprf.PrivateKey(secret)")) }

// An Evaluation is a server's answer: an element for each of the request's, in
// its order, and in the verifiable modes the proof over all of them.
type Evaluation struct {
	Elements [][]byte
	Proof    []byte
}

// A Server evaluates what clients blind. It is safe for concurrent use.
type Server struct {
	mode     Mode
	suite    circl.Suite
	evaluate func(*circl.EvaluationRequest, []byte) (*circl.Evaluation, error)
	full     func(input, info []byte) ([]byte, error)
}

// NewServer makes a server of a key, for one mode.
func NewServer(m Mode, key *PrivateKey) (*Server, error) {
	suite, err := key.suite.open()
	if err != nil {
		return nil, err
	}
	s := &Server{mode: m, suite: suite}
	switch m {
	case Oblivious:
		c := circl.NewServer(suite, key.key)
		s.evaluate = func(r *circl.EvaluationRequest, _ []byte) (*circl.Evaluation, error) { return c.Evaluate(r) }
		s.full = func(input, _ []byte) ([]byte, error) { return c.FullEvaluate(input) }
	case Verifiable:
		c := circl.NewVerifiableServer(suite, key.key)
		s.evaluate = func(r *circl.EvaluationRequest, _ []byte) (*circl.Evaluation, error) { return c.Evaluate(r) }
		s.full = func(input, _ []byte) ([]byte, error) { return c.FullEvaluate(input) }
	case PartiallyOblivious:
		c := circl.NewPartialObliviousServer(suite, key.key)
		s.evaluate, s.full = c.Evaluate, c.FullEvaluate
	default:
		return nil, m.check()
	}
	return s, nil
}

// Evaluate is BlindEvaluate of RFC 9497 §3.3 for the blinded elements of one
// request. It refuses the identity and encodings that are not canonical with
// [ErrElement]. info has to be empty but in [PartiallyOblivious].
func (s *Server) Evaluate(blinded [][]byte, info []byte) (Evaluation, error) {
	if err := s.mode.checkInfo(info); err != nil {
		return Evaluation{}, err
	}
	elements, err := decodeAll(s.suite.Group(), blinded)
	if err != nil {
		return Evaluation{}, err
	}
	e, err := s.evaluate(&circl.EvaluationRequest{Elements: elements}, info)
	if err != nil {
		return Evaluation{}, fmt.Errorf("oprf: evaluating: %w", err)
	}
	out, err := encodeAll(e.Elements)
	if err != nil || e.Proof == nil {
		return Evaluation{Elements: out}, err
	}
	proof, err := e.Proof.MarshalBinary()
	return Evaluation{Elements: out, Proof: proof}, err
}

// FullEvaluate is Evaluate of RFC 9497: the PRF itself, for whoever holds the
// key.
func (s *Server) FullEvaluate(input, info []byte) ([]byte, error) {
	if err := s.mode.checkInfo(info); err != nil {
		return nil, err
	}
	if len(input) > maxInput {
		return nil, ErrInput
	}
	return s.full(input, info)
}
