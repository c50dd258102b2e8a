package main

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"mandorla/crypto/vole"
)

// The engine's parameters are those of the package that has them.
func TestEngine(t *testing.T) {
	if outputs := engine.N - engine.K - engine.T - 1; outputs != vole.Usable {
		t.Errorf("an instance has %d outputs here and %d in crypto/vole", outputs, vole.Usable)
	}
	if engine.N%engine.T != 0 {
		t.Error("the blocks are not of one length")
	}
}

// near compares with what was published, to whole bits.
func near(t *testing.T, what string, got, published float64) {
	t.Helper()
	if math.Abs(got-published) > 1 {
		t.Errorf("%s: %.1f bits, published are %.0f", what, got, published)
	}
}

// The parameter sets of ePrint 2019/273 and what ePrint 2022/712 and 2023/176 say
// of them.
func TestPublished(t *testing.T) {
	for _, c := range []struct {
		n, k, t int
		gauss   float64
	}{
		{1 << 10, 652, 57, 111},
		{1 << 12, 1589, 98, 100},
		{1 << 14, 3482, 198, 101},
		{1 << 16, 7391, 389, 103},
		{1 << 18, 15336, 760, 105},
		{1 << 20, 32771, 1419, 107},
		{1 << 22, 67440, 2735, 108},
	} {
		near(t, "pooled Gauss", gauss(problem{c.n, c.k, c.t, 128}), c.gauss)
	}
	near(t, "algebraic", algebraic(problem{1 << 18, 15336, 1312, 128}), 133)
	near(t, "algebraic", algebraic(problem{1 << 20, 32771, 1419, 128}), 102)
}

// A set that a library uses for GF(2): its authors found 128.7 bits by the newest
// attack, and 131 or more by the others.
func TestPublishedBinary(t *testing.T) {
	p := problem{850 << 10, 1 << 16, 850, 1}
	near(t, "guess", guessing(p), 128.7)
	for name, bits := range map[string]float64{
		"pooled Gauss": gauss(p), "permutation": regular(p), "enumeration": enumeration(p), "algebraic": algebraic(p),
	} {
		if bits < 131 {
			t.Errorf("%s: %.1f bits, published are 131 or more", name, bits)
		}
	}
}

// The rule by which libraries choose t for GF(2).
func TestLinearBinary(t *testing.T) {
	for _, c := range []struct {
		d float64
		t int
	}{{0.15, 248}, {0.20, 176}, {0.25, 128}} {
		p := problem{N: 1 << 18, K: 1 << 17, T: c.t, LogQ: 1}
		if bits := linear(p, c.d); bits < 127 || bits > 132 {
			t.Errorf("distance %.2f and %d errors: %.1f bits", c.d, c.t, bits)
		}
	}
}

// In a large field the test is twice as good as in GF(2), for small distances.
func TestLinearLarge(t *testing.T) {
	binary := engine
	binary.LogQ = 1
	if ratio := linear(binary, 0.001) / linear(engine, 0.001); math.Abs(ratio-2) > 0.01 {
		t.Errorf("bits differ by a factor of %.2f", ratio)
	}
}

func TestVarshamov(t *testing.T) {
	if d := varshamov(problem{N: 2, K: 1, T: 1, LogQ: 1}); math.Abs(d-0.110) > 0.001 {
		t.Errorf("a binary code of rate one half has distance %.4f, want 0.110", d)
	}
	if d := varshamov(engine); d < 0.49 || d > 0.5 {
		t.Errorf("the engine's distance is %.4f", d)
	}
}

func TestSeries(t *testing.T) {
	if s := power(3, 4); s[0] != 1 || s[1] != 12 || s[2] != 54 || s[3] != 108 || s[4] != 81 || s[5] != 0 {
		t.Errorf("(1+3z)^4 is %v", s)
	}
	if s := power(-1, -2); s[1] != 2 || s[4] != 5 {
		t.Errorf("(1-z)^-2 is %v", s)
	}
	if s := power(-1, -2).times(power(-1, 2)); s != power(0, 0) {
		t.Errorf("a series times its inverse is %v", s)
	}
}

// No attack but the linear test, which depends on the distance, comes near 128
// bits, whatever the number of instances.
func TestReport(t *testing.T) {
	r := evaluate(engine, mostItems)
	for _, e := range r.Estimates {
		if !strings.HasPrefix(e.Attack, "linear") && e.Bits-r.Loss < 200 {
			t.Errorf("%s: %.1f bits", e.Attack, e.Bits-r.Loss)
		}
		if e.Source == "" {
			t.Errorf("%s has no source", e.Attack)
		}
	}
	var b bytes.Buffer
	if err := text(&b, r); err != nil || strings.Count(b.String(), "\n") != len(r.Estimates)+3 {
		t.Errorf("the table is\n%s\n%v", &b, err)
	}
	b.Reset()
	var again report
	if err := encode(&b, r); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Bytes(), &again); err != nil || again.Instances != r.Instances || len(again.Estimates) != len(r.Estimates) {
		t.Errorf("the report does not come back: %v", err)
	}
}
