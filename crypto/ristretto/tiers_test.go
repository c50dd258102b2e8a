package ristretto

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestEveryTier runs all tests of this package once for each tier that this
// machine has.
func TestEveryTier(t *testing.T) {
	if os.Getenv(engineVariable) != "" {
		t.Skip("a tier is forced already")
	}
	for _, e := range tiers {
		t.Run(e.Name(), func(t *testing.T) {
			t.Parallel()
			c := exec.Command(os.Args[0], "-test.short")
			c.Env = append(os.Environ(), engineVariable+"="+e.Name())
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestForced: the variable forces a tier; one that is not to be had is told.
func TestForced(t *testing.T) {
	if name := os.Getenv(engineVariable); name != "" && Engine() != name {
		t.Errorf("%s is in use, not %s", Engine(), name)
	}
	for _, e := range tiers {
		if got, err := pick(e.Name(), tiers); got.Name() != e.Name() || err != nil {
			t.Errorf("%s: %s, %v", e.Name(), got.Name(), err)
		}
	}
	got, err := pick("warp", tiers)
	if got.Name() != tiers[0].Name() || err == nil || !strings.Contains(err.Error(), "warp") {
		t.Errorf("a tier that does not exist: %s, %v", got.Name(), err)
	}
}
