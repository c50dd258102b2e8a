package oprf

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cloudflare/circl/group"
	circl "github.com/cloudflare/circl/oprf"
	"github.com/cloudflare/circl/zk/dleq"
)

const shared = "../../../shared/"

// load reads shared test data; without it there is nothing to test.
func load(t testing.TB, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(shared + name)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("the shared test data are not here: %s", name)
	}
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// hexes is a list of hexadecimal values, joined by commas.
type hexes [][]byte

func (h *hexes) UnmarshalJSON(b []byte) error {
	for s := range strings.SplitSeq(strings.Trim(string(b), `"`), ",") {
		v, err := hex.DecodeString(s)
		if err != nil {
			return err
		}
		*h = append(*h, v)
	}
	return nil
}

func (h hexes) one() []byte { return slices.Concat(h...) }

// A suiteVector is RFC 9497 appendix A.
type suiteVector struct {
	Identifier                string
	Mode                      Mode
	Seed, KeyInfo, SkSm, PkSm hexes
	Vectors                   []vector
}

type vector struct {
	Blind, BlindedElement, EvaluationElement, Info, Input, Output hexes

	Proof struct{ Proof, R hexes }
}

func rfcVectors(t testing.TB) []suiteVector {
	var all, ours []suiteVector
	load(t, "data/crypto/rfc9497_allVectors.json", &all)
	for _, v := range all {
		if s := Suite(v.Identifier); s == Ristretto255 || s == P256 {
			ours = append(ours, v)
		}
	}
	if len(ours) != 6 {
		t.Fatalf("%d of 6 suites and modes", len(ours))
	}
	return ours
}

func TestRFC9497(t *testing.T) {
	for _, v := range rfcVectors(t) {
		t.Run(v.Identifier+"/"+string('0'+rune(v.Mode)), func(t *testing.T) {
			key := derived(t, v)
			for _, c := range v.Vectors {
				c.check(t, v, key)
			}
		})
	}
}

// derived checks the vector's key pair, made in both ways.
func derived(t *testing.T, v suiteVector) *PrivateKey {
	key, err := DeriveKey(Suite(v.Identifier), v.Mode, v.Seed.one(), v.KeyInfo.one())
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := ParseKey(Suite(v.Identifier), v.SkSm.one())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(key.Public(), parsed.Public()) {
		t.Error("the derived key is another one than the vector's")
	}
	if len(v.PkSm) > 0 && !bytes.Equal(key.Public(), v.PkSm.one()) {
		t.Error("another public key")
	}
	return key
}

func (c *vector) check(t *testing.T, v suiteVector, key *PrivateKey) {
	t.Helper()
	server, err := NewServer(v.Mode, key)
	if err != nil {
		t.Fatal(err)
	}
	r := c.request(t, v, key)
	if !equal(r.Elements, c.BlindedElement) {
		t.Error("blinded elements differ")
	}
	e, err := server.Evaluate(r.Elements, c.Info.one())
	if err != nil || !equal(e.Elements, c.EvaluationElement) {
		t.Errorf("evaluated elements differ (%v)", err)
	}
	for name, proof := range map[string][]byte{"our proof": e.Proof, "the RFC's proof": c.Proof.Proof.one()} {
		out, err := r.Finalize(Evaluation{e.Elements, proof}, c.Info.one())
		if err != nil || !equal(out, c.Output) {
			t.Errorf("outputs differ with %s (%v)", name, err)
		}
	}
	for i, in := range c.Input {
		if out, err := server.FullEvaluate(in, c.Info.one()); err != nil || !bytes.Equal(out, c.Output[i]) {
			t.Errorf("full evaluation of input %d differs (%v)", i, err)
		}
	}
	if v.Mode != Oblivious {
		c.reproduce(t, v)
	}
}

// request is Blind with the vector's blinds.
func (c *vector) request(t testing.TB, v suiteVector, key *PrivateKey) *Request {
	t.Helper()
	public := key.Public()
	if v.Mode == Oblivious {
		public = nil
	}
	client, err := NewClient(Suite(v.Identifier), v.Mode, public)
	if err != nil {
		t.Fatal(err)
	}
	blinds := make([]circl.Blind, len(c.Blind))
	for i, b := range c.Blind {
		blinds[i] = scalarOf(t, client.suite.Group(), b)
	}
	r, err := client.request(deterministic(t, client, v.Mode, public)(c.Input, blinds))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type blindFunc func([][]byte, []circl.Blind) (*circl.FinalizeData, *circl.EvaluationRequest, error)

// deterministic is the library's Blind of a mode with given blinds.
func deterministic(t testing.TB, c *Client, m Mode, public []byte) blindFunc {
	t.Helper()
	if m == Oblivious {
		return circl.NewClient(c.suite).DeterministicBlind
	}
	key := new(circl.PublicKey)
	if err := key.UnmarshalBinary(c.suite, public); err != nil {
		t.Fatal(err)
	}
	if m == Verifiable {
		return circl.NewVerifiableClient(c.suite, key).DeterministicBlind
	}
	return circl.NewPartialObliviousClient(c.suite, key).DeterministicBlind
}

// reproduce makes the vector's proof again, byte for byte, of its randomness.
func (c *vector) reproduce(t *testing.T, v suiteVector) {
	t.Helper()
	suite, err := Suite(v.Identifier).open()
	if err != nil {
		t.Fatal(err)
	}
	g := suite.Group()
	k := scalarOf(t, g, v.SkSm.one())
	from, to := elementsOf(t, g, c.BlindedElement), elementsOf(t, g, c.EvaluationElement)
	if v.Mode == PartiallyOblivious { // RFC 9497 §3.3.3: the key is tweaked, and the proof goes the other way
		info := append([]byte("Info"), 0, byte(len(c.Info.one())))
		tweak := g.HashToScalar(append(info, c.Info.one()...), []byte("HashToScalar-OPRFV1-\x02-"+v.Identifier))
		k.Add(k, tweak)
		from, to = to, from
	}
	dst := []byte("OPRFV1-" + string(rune(v.Mode)) + "-" + v.Identifier)
	h := map[Suite]crypto.Hash{Ristretto255: crypto.SHA512, P256: crypto.SHA256}[Suite(v.Identifier)]
	prover := dleq.Prover{Params: dleq.Params{G: g, H: h, DST: dst}}
	p, err := prover.ProveBatchWithRandomnessRFC9497(k, g.NewElement().MulGen(k), from, to, scalarOf(t, g, c.Proof.R.one()))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.MarshalBinary(); err != nil || !bytes.Equal(got, c.Proof.Proof.one()) {
		t.Errorf("the proof differs (%v)", err)
	}
}

func scalarOf(t testing.TB, g group.Group, b []byte) group.Scalar {
	t.Helper()
	s := g.NewScalar()
	if err := s.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	return s
}

func elementsOf(t testing.TB, g group.Group, encodings [][]byte) []group.Element {
	t.Helper()
	out, err := decodeAll(g, encodings)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func equal(got, want [][]byte) bool { return slices.EqualFunc(got, want, bytes.Equal) }
