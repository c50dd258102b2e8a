package gf128_test

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"mandorla/crypto/gf128"
)

// slow is the product by the schoolbook, on big integers.
func slow(a, b gf128.Element) gf128.Element {
	x, y, sum := toBig(a), toBig(b), new(big.Int)
	for i := range 128 {
		if y.Bit(i) == 1 {
			sum.Xor(sum, new(big.Int).Lsh(x, uint(i)))
		}
	}
	modulus, _ := new(big.Int).SetString("100000000000000000000000000000087", 16)
	for i := 255; i >= 128; i-- {
		if sum.Bit(i) == 1 {
			sum.Xor(sum, new(big.Int).Lsh(modulus, uint(i-128)))
		}
	}
	low := new(big.Int).And(sum, new(big.Int).SetUint64(^uint64(0)))
	return gf128.Element{Lo: low.Uint64(), Hi: new(big.Int).Rsh(sum, 64).Uint64()}
}

func toBig(a gf128.Element) *big.Int {
	x := new(big.Int).Lsh(new(big.Int).SetUint64(a.Hi), 64)
	return x.Or(x, new(big.Int).SetUint64(a.Lo))
}

func random(r *rand.Rand) gf128.Element { return gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()} }

func TestMul(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	all := gf128.Element{Lo: ^uint64(0), Hi: ^uint64(0)}
	cases := []gf128.Element{{}, gf128.One, {Lo: 2}, {Hi: 1 << 63}, {Hi: 1}, {Lo: 1 << 63}, all}
	for range 200 {
		cases = append(cases, random(r))
	}
	for i, a := range cases {
		b := cases[(i*7+3)%len(cases)]
		if got, want := a.Mul(b), slow(a, b); got != want {
			t.Fatalf("%x · %x = %x, want %x", a, b, got, want)
		}
	}
}

func TestInv(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		if a := random(r); a.Mul(a.Inv()) != gf128.One {
			t.Fatalf("%x times its inverse is not one", a)
		}
	}
	if (gf128.Element{}).Inv() != (gf128.Element{}) {
		t.Error("the inverse of zero is not zero")
	}
}

func TestEncoding(t *testing.T) {
	a := gf128.Element{Lo: 0x0807060504030201, Hi: 0x100f0e0d0c0b0a09}
	b := a.Append(nil)
	for i, x := range b {
		if int(x) != i+1 {
			t.Fatalf("byte %d is %d", i, x)
		}
	}
	if gf128.FromBytes(b) != a {
		t.Error("an element is not read as it was written")
	}
	for i := range 128 {
		if a.Bit(i) != uint64(b[i/8]>>(i%8)&1) {
			t.Fatalf("bit %d differs from the encoding's", i)
		}
	}
}

func TestSlices(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for n := range 70 {
		a, b, k := make([]gf128.Element, n), make([]gf128.Element, n), random(r)
		for i := range n {
			a[i], b[i] = random(r), random(r)
		}
		sum, inner := make([]gf128.Element, n), gf128.Element{}
		scaled := make([]gf128.Element, n)
		for i := range n {
			sum[i] = gf128.Element{Lo: a[i].Lo ^ b[i].Lo, Hi: a[i].Hi ^ b[i].Hi}
			inner = inner.Add(slow(a[i], b[i]))
			scaled[i] = a[i].Add(slow(b[i], k))
		}
		if got := gf128.Inner(a, b); got != inner {
			t.Fatalf("the inner product of %d elements differs", n)
		}
		check(t, "AddScaled", scaled, a, func(dst []gf128.Element) { gf128.AddScaled(dst, b, k) })
		check(t, "AddTo", sum, a, func(dst []gf128.Element) { gf128.AddTo(dst, b) })
		horner, x := make([]gf128.Element, n), random(r)
		for i := range n {
			horner[i] = a[i].Add(slow(b[i], k)).Add(slow(slow(slow(b[i], b[i]), b[i]), x))
		}
		check(t, "Horner", horner, a, func(dst []gf128.Element) { gf128.Horner(dst, b, []gf128.Element{k, {}, x}) })
		check(t, "Horner without coefficients", a, a, func(dst []gf128.Element) { gf128.Horner(dst, b, nil) })
		powers := make([]gf128.Element, n)
		gf128.Powers(powers, k)
		for i, p := gf128.One, 0; p < n; p++ {
			if i = slow(i, k); powers[p] != i {
				t.Fatalf("power %d differs", p+1)
			}
		}
	}
}

// check runs an operation on a copy of from and compares.
func check(t *testing.T, name string, want, from []gf128.Element, op func(dst []gf128.Element)) {
	t.Helper()
	got := append([]gf128.Element(nil), from...)
	op(got)
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%s: element %d of %d differs", name, i, len(want))
		}
	}
}
