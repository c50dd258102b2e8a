package vole

import (
	"math/rand/v2"
	"testing"
)

// Whatever the machine's tier is, it does what the portable one does.
func TestTiers(t *testing.T) {
	c, r := sessionCode(10), rand.New(rand.NewPCG(17, 18))
	for i := range c.taps[0][:100] {
		c.taps[0][i+40] = uint32(i%2) * (1<<window - 1) // none, and all
	}
	one, two := randomHalf(r), new([half]pair)
	for i, e := range randomHalf(r) {
		two[i] = pair{one[i], e}
	}
	wantOne, wantTwo := *one, *two
	convolveRows(one, &c.taps[0])
	convolvePairRows(two, &c.taps[0])
	convolveRowsPortable(&wantOne, &c.taps[0])
	convolvePairRowsPortable(&wantTwo, &c.taps[0])
	if *one != wantOne || *two != wantTwo {
		t.Error("the rows differ from the portable ones")
	}
}
