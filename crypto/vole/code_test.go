package vole

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"mandorla/crypto/gf128"
)

func fill(r *rand.Rand, e []gf128.Element) {
	for i := range e {
		e[i] = gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()}
	}
}

func randomHalf(r *rand.Rand) *[half]gf128.Element {
	e := new([half]gf128.Element)
	fill(r, e[:])
	return e
}

// sessionCode is a code of a seed.
func sessionCode(seed byte) *code {
	t := newTranscript([32]byte{seed})
	return newCode(&t)
}

// plainConvolve is a pass as its definition has it, for the rows after a row.
func plainConvolve(d *[half]gf128.Element, taps *[half]uint32) {
	x := gf128.Element{Lo: 2}
	var start [reach]gf128.Element
	for i := range half {
		d[i] = d[i].Mul(x)
		for j := 1; j <= reach; j++ {
			from := i - j
			if j < reach && taps[i]>>(j-1)&1 == 0 {
				continue
			}
			factor := gf128.One
			if j > near {
				factor = x
			}
			if from >= 0 {
				d[i] = d[i].Add(d[from].Mul(factor))
			}
		}
	}
	for i := range start {
		for j := i + 1; j <= reach; j++ {
			if j < reach && taps[i]>>(j-1)&1 == 0 {
				continue
			}
			factor := gf128.One
			if j > near {
				factor = x
			}
			start[i] = start[i].Add(d[half+i-j].Mul(factor))
		}
	}
	for i := range start {
		d[i] = d[i].Add(start[i])
	}
}

// plainExpand is the last step as its definition has it.
func plainExpand(out, d *[half]gf128.Element, rows *[half]gf128.Element) {
	for i := range out {
		bit := 0
		number := func(word uint64, bits int) int {
			n := word >> bit & (1<<bits - 1)
			bit += bits
			return int(n)
		}
		for k := range 4 {
			out[i] = out[i].Add(d[k*half/4+number(rows[i].Lo, 15)])
		}
		bit = 0
		for range 3 {
			out[i] = out[i].Add(d[number(rows[i].Hi, 17)])
		}
	}
}

func TestCodeIsItsDefinition(t *testing.T) {
	c, r := sessionCode(1), rand.New(rand.NewPCG(1, 2))
	out, d := randomHalf(r), randomHalf(r)
	wantOut, wantD := *out, *d
	plainConvolve(&wantD, &c.taps[0])
	plainConvolve(&wantD, &c.taps[1])
	plainExpand(&wantOut, &wantD, &c.rows)
	c.encode(out, d)
	if *d != wantD {
		t.Fatal("the passes differ from the definition")
	}
	if *out != wantOut {
		t.Fatal("the outputs differ from the definition")
	}
}

func TestPairsAreTwoVectors(t *testing.T) {
	c, r := sessionCode(2), rand.New(rand.NewPCG(3, 4))
	outC, dC, dA := randomHalf(r), randomHalf(r), randomHalf(r)
	outA, gotC, gotA := new([half]gf128.Element), *outC, *randomHalf(r)
	d := new([half]pair)
	for i := range d {
		d[i] = pair{dC[i], dA[i]}
	}
	c.encodePairs(&gotC, &gotA, d)
	c.encode(outC, dC)
	c.encode(outA, dA)
	if gotC != *outC || gotA != *outA {
		t.Fatal("two vectors together are not what each is alone")
	}
}

func TestCodeIsLinear(t *testing.T) {
	c, r := sessionCode(3), rand.New(rand.NewPCG(5, 6))
	out1, d1, out2, d2 := randomHalf(r), randomHalf(r), randomHalf(r), randomHalf(r)
	k := gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()}
	sum, dSum := *out1, *d1
	gf128.AddScaled(sum[:], out2[:], k)
	gf128.AddScaled(dSum[:], d2[:], k)
	c.encode(&sum, &dSum)
	c.encode(out1, d1)
	c.encode(out2, d2)
	gf128.AddScaled(out1[:], out2[:], k)
	if sum != *out1 {
		t.Fatal("the code of a sum is not the sum of the codes")
	}
}

// A position of the noise that reached few outputs would show in them.
func TestEveryPositionReachesTheOutputs(t *testing.T) {
	c, r := sessionCode(4), rand.New(rand.NewPCG(7, 8))
	at := []int{0, 1, reach - 1, reach, reach + 1, half / 2, half - reach - 1, half - reach, half - 2, half - 1}
	for range 10 {
		at = append(at, r.IntN(half))
	}
	for j := 0; j < len(at); j += thorough {
		i := at[j]
		out, d := new([half]gf128.Element), new([half]gf128.Element)
		d[i] = gf128.One
		c.encode(out, d)
		reached, binary := 0, 0
		for _, e := range out {
			if !e.IsZero() {
				reached++
			}
			if e.Hi|e.Lo>>1 == 0 {
				binary++
			}
		}
		if reached < half*9/10 {
			t.Errorf("position %d reaches %d outputs of %d", i, reached, half)
		}
		if binary > half/10 {
			t.Errorf("position %d reaches %d outputs by a factor of 0 or 1: the code is as good as binary", i, binary)
		}
	}
}

// x has to have a large order: it generates all elements but zero, which its
// powers to the order over each of the prime factors show.
func TestXGenerates(t *testing.T) {
	primes := []uint64{3, 5, 17, 257, 641, 65537, 274177, 6700417, 67280421310721}
	for i := range primes {
		power := gf128.Element{Lo: 2}
		for j, p := range primes {
			if i != j {
				power = exp(power, p)
			}
		}
		if power == gf128.One {
			t.Errorf("the order of x divides (2^128-1)/%d", primes[i])
		}
		if exp(power, primes[i]) != gf128.One {
			t.Fatal("the primes are not those of 2^128-1")
		}
	}
}

func exp(a gf128.Element, n uint64) gf128.Element {
	out := gf128.One
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			out = out.Mul(a)
		}
		a = a.Mul(a)
	}
	return out
}

func TestTimesX(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 100 {
		a := gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()}
		if timesX(a) != a.Mul(gf128.Element{Lo: 2}) {
			t.Fatal("timesX is not multiplication by x")
		}
	}
}

// The taps and rows of the code look random, and those of two sessions and of two
// passes differ.
func TestCodeIsRandom(t *testing.T) {
	c, other := sessionCode(5), sessionCode(6)
	if c.taps[0] == c.taps[1] || c.taps[0] == other.taps[0] || c.rows == other.rows {
		t.Error("two codes or passes are the same")
	}
	for bit := range window {
		ones := 0
		for _, w := range c.taps[0] {
			ones += int(w >> bit & 1)
		}
		if ones < half/2-1300 || ones > half/2+1300 { // seven standard deviations
			t.Errorf("tap %d is set in %d of %d rows", bit+1, ones, half)
		}
	}
	for _, w := range c.taps[1] {
		if w>>window != 0 {
			t.Fatal("a row has more taps than the window")
		}
	}
}

// What a session's code makes of a fixed input must stay: two versions of the
// program would not fit each other.
func TestCodeGolden(t *testing.T) {
	c, r := sessionCode(7), rand.New(rand.NewPCG(11, 12))
	out, d := randomHalf(r), randomHalf(r)
	c.encode(out, d)
	h := sha256.New()
	for _, e := range out {
		h.Write(e.Append(nil))
	}
	const want = "626354ab9768787e167e3e27347a79442a6caa66d00dbeab58e0dd77d69ae7c1"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("outputs hash to %s, want %s", got, want)
	}
}
