package simd

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestAllowed(t *testing.T) {
	all := []Tier{VAES, AVX2}
	for _, c := range []struct {
		variable string
		tiers    []Tier
		want     []Tier
	}{
		{"", all, all}, {"avx512ifma", all, all}, {"nonsense", all, all}, {"", nil, nil},
		{"avx2", all, all[1:]}, {"avx2", all[1:], all[1:]}, {"avx2", nil, nil},
		{"portable", all, nil}, {"portable", nil, nil},
	} {
		if got := allowed(c.variable, c.tiers); !slices.Equal(got, c.want) {
			t.Errorf("%q of %v: %v, want %v", c.variable, c.tiers, got, c.want)
		}
	}
}

// TestPickAsks: a tier that gives wrong answers is passed over.
func TestPickAsks(t *testing.T) {
	if got := Pick(func(Tier) bool { return false }); got != Portable {
		t.Errorf("%v in use though it is wrong", got)
	}
	if got := Pick(func(t Tier) bool { return t == AVX2 }); got == VAES {
		t.Error("VAES in use though it is wrong")
	}
}

// TestVariable starts this test anew with the variable set.
func TestVariable(t *testing.T) {
	always := func(Tier) bool { return true }
	if os.Getenv("SIMD_TEST_CHILD") != "" {
		fmt.Printf("tier %v\n", Pick(always))
		return
	}
	for _, name := range []string{"", "portable", "avx2"} {
		child := exec.Command(os.Args[0], "-test.run=^TestVariable$")
		child.Env = append(os.Environ(), "SIMD_TEST_CHILD=1", engineVariable+"="+name)
		out, err := child.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		want := Portable
		if left := allowed(name, Tiers()); len(left) > 0 {
			want = left[0]
		}
		if !strings.HasPrefix(string(out), fmt.Sprintf("tier %v\n", want)) {
			t.Errorf("%s=%s: %q, not %v", engineVariable, name, out, want)
		}
	}
}
