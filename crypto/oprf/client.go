package oprf

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/cloudflare/circl/group"
	circl "github.com/cloudflare/circl/oprf"
	"github.com/cloudflare/circl/zk/dleq"
)

// A Client blinds inputs for one server's key. It is safe for concurrent use.
type Client struct {
	mode     Mode
	suite    circl.Suite
	blind    func([][]byte) (*circl.FinalizeData, *circl.EvaluationRequest, error)
	finalize func(*circl.FinalizeData, *circl.Evaluation, []byte) ([][]byte, error)
}

// NewClient makes a client for one mode. public is the server's public key,
// which in mode [Oblivious] nothing is checked against: it has to be empty
// there.
func NewClient(s Suite, m Mode, public []byte) (*Client, error) {
	suite, err := s.open()
	if err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	c := &Client{mode: m, suite: suite}
	if m == Oblivious {
		if len(public) > 0 {
			return nil, ErrKey
		}
		plain := circl.NewClient(suite)
		c.blind = plain.Blind
		c.finalize = func(d *circl.FinalizeData, e *circl.Evaluation, _ []byte) ([][]byte, error) {
			return plain.Finalize(d, e)
		}
		return c, nil
	}
	if _, err := decode(suite.Group(), public); err != nil {
		return nil, ErrKey
	}
	key := new(circl.PublicKey)
	if err := key.UnmarshalBinary(suite, public); err != nil {
		return nil, ErrKey
	}
	c.verify(key)
	return c, nil
}

// verify completes a client of a mode that has proofs.
func (c *Client) verify(key *circl.PublicKey) {
	if c.mode == PartiallyOblivious {
		p := circl.NewPartialObliviousClient(c.suite, key)
		c.blind, c.finalize = p.Blind, p.Finalize
		return
	}
	v := circl.NewVerifiableClient(c.suite, key)
	c.blind = v.Blind
	c.finalize = func(d *circl.FinalizeData, e *circl.Evaluation, _ []byte) ([][]byte, error) {
		return v.Finalize(d, e)
	}
}

// A Request is what a client keeps, and what it sends, of one batch of inputs.
type Request struct {
	// Elements are the blinded inputs, to be sent.
	Elements [][]byte

	client *Client
	data   *circl.FinalizeData
}

// Blind is Blind of RFC 9497 §3.3, with a fresh blind for every input; the
// inputs, 1 to 65,535 of them, must not change until the request is finalised.
func (c *Client) Blind(inputs [][]byte) (*Request, error) {
	if err := checkInputs(inputs); err != nil {
		return nil, err
	}
	return c.request(c.blind(inputs))
}

func (c *Client) request(d *circl.FinalizeData, r *circl.EvaluationRequest, err error) (*Request, error) {
	if err != nil {
		return nil, fmt.Errorf("oprf: blinding: %w", err)
	}
	elements, err := encodeAll(r.Elements)
	return &Request{Elements: elements, client: c, data: d}, err
}

// Finalize is Finalize of RFC 9497 §3.3: it checks the evaluation, and its
// proof where the mode has one, and returns an output for each input. info is
// the server's, empty but in [PartiallyOblivious]. It refuses a wrong proof or
// number of elements with [ErrProof], and a bad element with [ErrElement].
func (r *Request) Finalize(e Evaluation, info []byte) ([][]byte, error) {
	c := r.client
	if err := c.mode.checkInfo(info); err != nil {
		return nil, err
	}
	if len(e.Elements) != len(r.Elements) {
		return nil, ErrProof
	}
	elements, err := decodeAll(c.suite.Group(), e.Elements)
	if err != nil {
		return nil, err
	}
	proof, err := c.proof(e.Proof)
	if err != nil {
		return nil, err
	}
	out, err := c.finalize(r.data, &circl.Evaluation{Elements: elements, Proof: proof}, info)
	if errors.Is(err, circl.ErrInvalidProof) {
		return nil, ErrProof
	}
	if err != nil {
		return nil, fmt.Errorf("oprf: finalising: %w", err)
	}
	return out, nil
}

// proof decodes what the mode asks for: nothing, or a canonical proof.
func (c *Client) proof(b []byte) (*dleq.Proof, error) {
	if c.mode == Oblivious {
		if len(b) > 0 {
			return nil, ErrProof
		}
		return nil, nil
	}
	return decodeProof(c.suite.Group(), b)
}

func decodeProof(g group.Group, b []byte) (*dleq.Proof, error) {
	p := new(dleq.Proof)
	if err := p.UnmarshalBinary(g, b); err != nil {
		return nil, ErrProof
	}
	if again, err := p.MarshalBinary(); err != nil || !bytes.Equal(again, b) {
		return nil, ErrProof
	}
	return p, nil
}
