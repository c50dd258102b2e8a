package ristretto

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"mandorla/crypto/ristretto/internal/lanes"
)

// use makes an engine the active one until the test ends.
func use(t testing.TB, e lanes.Engine) {
	t.Helper()
	before := active
	active = e
	t.Cleanup(func() { active = before })
}

// TestEveryTier runs the tests of what an engine computes on every engine that
// this machine can run.
func TestEveryTier(t *testing.T) {
	for _, e := range tiers {
		use(t, e)
		for name, test := range map[string]func(*testing.T){
			"tails": TestEveryTailAgreesWithCircl, "in place": TestMulInPlace, "scalars": TestEdgeScalars,
			"laws": TestLaws, "random": TestRandom, "concurrent": TestConcurrentUse, "multiples": TestRFC9496Multiples,
			"powers": TestPowersOfEveryLength, "sums": TestSums, "tags": TestMulTagsIsMulThenTags, "verdicts": TestVerdictsAndRefusals,
			"bases": TestBases, "bad encodings": TestBadEncodings, "tokens": TestDoubleBlindedTokens, "vectors": TestProtocolVectors,
		} {
			t.Run(e.Name()+" "+name, test)
		}
	}
}

func TestPick(t *testing.T) {
	for i, e := range tiers {
		got, err := pick(e.Name(), tiers)
		if err != nil || got.Name() != e.Name() {
			t.Errorf("%s: got %s, %v", e.Name(), got.Name(), err)
		}
		// One that the machine lacks falls back to the fastest that it has.
		others := append(append([]lanes.Engine{}, tiers[:i]...), tiers[i+1:]...)
		if len(others) == 0 {
			continue
		}
		got, err = pick(e.Name(), others)
		if err == nil || got.Name() != others[0].Name() || !strings.Contains(err.Error(), others[0].Name()) {
			t.Errorf("%s missing: got %s, %v", e.Name(), got.Name(), err)
		}
	}
	if e, err := pick("", tiers); err != nil || e.Name() != tiers[0].Name() {
		t.Errorf("nothing asked for: %s, %v", e.Name(), err)
	}
}

// TestEngineVariable starts this test anew with the variable set.
func TestEngineVariable(t *testing.T) {
	if os.Getenv("ENGINE_TEST_CHILD") != "" {
		fmt.Printf("engine %s, error %v\n", Engine(), EngineError())
		return
	}
	for _, name := range []string{"", "portable", "avx2", "avx512ifma", "avx1024"} {
		child := exec.Command(os.Args[0], "-test.run=^TestEngineVariable$")
		child.Env = append(os.Environ(), "ENGINE_TEST_CHILD=1", engineVariable+"="+name)
		out, err := child.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		e, wrong := pick(name, tiers)
		want := fmt.Sprintf("engine %s, error %v\n", e.Name(), wrong)
		if !strings.HasPrefix(string(out), want) {
			t.Errorf("%s=%s: %q, not %q", engineVariable, name, out, want)
		}
	}
}
