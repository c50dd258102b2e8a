package lanes

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	fp "github.com/cloudflare/circl/math/fp25519"
)

var prime = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))

// A bench is a field with what its tests have to know of its form.
type bench[E any] struct {
	field[E]
	number func(x *E, lane int) *big.Int
	// worst sets a lane to a number that has every limb as large as the field
	// allows: in what its functions return, or in a first or second factor.
	worst func(x *E, lane int, as string)
}

func portableBench() bench[fp.Elt] {
	return bench[fp.Elt]{
		field:  portable{},
		number: func(x *fp.Elt, _ int) *big.Int { return fromLittle(x[:]) },
		worst: func(x *fp.Elt, _ int, _ string) {
			for i := range x {
				x[i] = 255
			}
		},
	}
}

func fromLittle(b []byte) *big.Int {
	b = slices.Clone(b)
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

// vectorBench is for vectors of so many limbs, each with a limit above its bits.
func vectorBench[E any](f field[E], bits []uint, limit func(as string, bits uint) uint64) bench[E] {
	at := func(x *E, i, lane int) *uint64 { return &wordsOf(x, 1)[i*f.lanes()+lane] }
	return bench[E]{
		field: f,
		number: func(x *E, lane int) *big.Int {
			sum, shift := new(big.Int), uint(0)
			for i, b := range bits {
				limb := new(big.Int).SetUint64(*at(x, i, lane))
				sum.Add(sum, limb.Lsh(limb, shift))
				shift += b
			}
			return sum
		},
		worst: func(x *E, lane int, as string) {
			for i, b := range bits {
				*at(x, i, lane) = limit(as, b)
			}
		},
	}
}

func bench4(f field[vec4]) bench[vec4] {
	return vectorBench(f, []uint{26, 25, 26, 25, 26, 25, 26, 25, 26, 25}, func(as string, bits uint) uint64 {
		times := map[string]float64{"result": 1.002, "first": 8.01, "second": 3.01, "negated": 2}[as]
		return uint64(times * float64(uint64(1)<<bits))
	})
}

func bench8(f field[vec8]) bench[vec8] {
	return vectorBench(f, []uint{51, 51, 51, 51, 51}, func(as string, bits uint) uint64 {
		if as == "result" { // and negated is 2p at most
			return 1<<bits + 1<<16
		}
		return 1<<52 - 1
	})
}

// The fields that this machine can run or emulate. Emulated ones are slow.
func onFields(t *testing.T, one func(t *testing.T, b bench[fp.Elt]), four func(t *testing.T, b bench[vec4]), eight func(t *testing.T, b bench[vec8])) {
	t.Run("portable", func(t *testing.T) { one(t, portableBench()) })
	for name, f := range fields4(t) {
		t.Run(name, func(t *testing.T) { four(t, bench4(f)) })
	}
	for name, f := range fields8(t) {
		t.Run(name, func(t *testing.T) { eight(t, bench8(f)) })
	}
}

func fields4(t testing.TB) map[string]field[vec4] {
	all := map[string]field[vec4]{
		"avx2 emulated": &vector[vec4]{&form4, emulated[vec4](assemble(t, "avx2_amd64.s"), "AVX2")},
	}
	if f, ok := native4(); ok {
		all["avx2"] = f
	}
	return all
}

func fields8(t testing.TB) map[string]field[vec8] {
	all := map[string]field[vec8]{
		"avx512ifma emulated": &vector[vec8]{&form8, emulated[vec8](assemble(t, "ifma_amd64.s"), "IFMA")},
	}
	if f, ok := native8(); ok {
		all["avx512ifma"] = f
	}
	return all
}

func TestFieldAgainstBigIntegers(t *testing.T) {
	onFields(t, testField[fp.Elt], testField[vec4], testField[vec8])
}

// samples are n vectors with edge numbers, worst limbs and random numbers.
func (b bench[E]) samples(n int, as string, seed uint64) []E {
	r := rand.New(rand.NewPCG(seed, 1))
	edges := []*big.Int{big.NewInt(0), big.NewInt(1), big.NewInt(2), big.NewInt(18), big.NewInt(19)}
	for _, d := range []int64{-20, -2, -1, 0, 1, 18} { // the last is 2^255-1
		edges = append(edges, new(big.Int).Add(prime, big.NewInt(d)))
	}
	all := make([]E, n)
	for i := range n * b.lanes() {
		x, lane := &all[i/b.lanes()], i%b.lanes()
		switch r.IntN(4) {
		case 0:
			b.worst(x, lane, as)
		case 1:
			b.put(x, lane, little(edges[r.IntN(len(edges))]))
		default:
			b.put(x, lane, randomBytes(r, Size))
		}
	}
	return all
}

func little(x *big.Int) []byte {
	b := x.FillBytes(make([]byte, Size))
	slices.Reverse(b)
	return b
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func testField[E any](t *testing.T, b bench[E]) {
	const n = 12
	for seed := range uint64(6) {
		x, y := b.samples(n, "result", 2*seed), b.samples(n, "result", 2*seed+1)
		first, second := b.samples(n, "first", 2*seed), b.samples(n, "second", 2*seed+1)
		type op struct {
			x, y []E
			do   func(z, x, y []E)
			want func(z, x, y *big.Int) *big.Int
		}
		square := func(z, x, _ *big.Int) *big.Int { return z.Mul(x, x) }
		for name, o := range map[string]op{
			"mul":       {first, second, b.mul, (*big.Int).Mul},
			"mul const": {first, second[:1], b.mul, (*big.Int).Mul},
			"add":       {x, y, b.add, (*big.Int).Add},
			"sub":       {x, y, b.sub, (*big.Int).Sub},
			"sub const": {x[:1], y, b.sub, (*big.Int).Sub},
			"sqr":       {second, second, func(z, x, _ []E) { b.sqr(z, x, 1) }, square},
			"sqr thrice": {second, second, func(z, x, _ []E) { b.sqr(z, x, 3) }, func(z, x, _ *big.Int) *big.Int {
				return z.Exp(x, big.NewInt(8), prime)
			}},
			"canon": {x, x, func(z, x, _ []E) { b.canon(z, x) }, func(z, x, _ *big.Int) *big.Int { return z.Set(x) }},
		} {
			z := make([]E, n)
			o.do(z, o.x, o.y)
			b.compare(t, name, z, o.x, o.y, o.want)
			if len(o.x) == n { // in place
				in := slices.Clone(o.x)
				o.do(in, in, o.y)
				b.compare(t, name+" in place", in, o.x, o.y, o.want)
			}
		}
		b.masks(t, x, y)
	}
}

// compare wants the number that is asked for, in a form that canon takes.
func (b bench[E]) compare(t *testing.T, name string, z, x, y []E, want func(z, x, y *big.Int) *big.Int) {
	t.Helper()
	canonical := make([]E, len(z))
	b.canon(canonical, z)
	for i := range len(z) * b.lanes() {
		v, lane := i/b.lanes(), i%b.lanes()
		w := want(new(big.Int), b.number(&x[v*step(x)], lane), b.number(&y[v*step(y)], lane))
		w.Mod(w, prime)
		var got [Size]byte
		b.get(got[:], &canonical[v], lane)
		if b.number(&canonical[v], lane).Cmp(w) != 0 || fromLittle(got[:]).Cmp(w) != 0 {
			t.Fatalf("%s: place %d, lane %d: %x, not %x", name, v, lane, got, little(w))
		}
	}
}

func (b bench[E]) masks(t *testing.T, x, y []E) {
	t.Helper()
	n := len(x) * b.lanes()
	odd, zero := make([]uint64, n), make([]uint64, n)
	b.odd(odd, x)
	b.zero(zero, x)
	z, m := make([]E, len(x)), make([]uint64, n)
	for i := range m {
		m[i] = -uint64(i * i / 3 % 2)
		v := new(big.Int).Mod(b.number(&x[i/b.lanes()], i%b.lanes()), prime)
		if odd[i] != -uint64(v.Bit(0)) || (zero[i] != 0) != (v.Sign() == 0) || zero[i]+1 > 1 {
			t.Fatalf("%x: odd %x, zero %x", v, odd[i], zero[i])
		}
	}
	b.choose(z, x, y, m)
	for i := range m {
		from := x
		if m[i] != 0 {
			from = y
		}
		v, lane := i/b.lanes(), i%b.lanes()
		if b.number(&z[v], lane).Cmp(b.number(&from[v], lane)) != 0 {
			t.Fatalf("choose: place %d, lane %d", v, lane)
		}
	}
}

func TestConstants(t *testing.T) {
	d := fromLittle(decoded(hexD))
	want := new(big.Int).Mul(big.NewInt(-121665), new(big.Int).ModInverse(big.NewInt(121666), prime))
	relation := func(name string, got, want *big.Int) {
		if got.Mod(got, prime).Cmp(want.Mod(want, prime)) != 0 {
			t.Error(name)
		}
	}
	one := big.NewInt(1)
	relation("d", new(big.Int).Set(d), want)
	square := func(h string) *big.Int { x := fromLittle(decoded(h)); return x.Mul(x, x) }
	minusDMinusOne := new(big.Int).Neg(new(big.Int).Add(d, one))
	relation("√-1", square(hexSqrtM1), big.NewInt(-1))
	relation("√(ad-1)", square(hexSqrtADMinusOne), new(big.Int).Set(minusDMinusOne))
	inv := square(hexInvsqrtAMinusD)
	relation("1/√(a-d)", inv.Mul(inv, minusDMinusOne), big.NewInt(1))
	dd := new(big.Int).Mul(d, d)
	relation("1-d²", fromLittle(decoded(hexOneMinusDSq)), dd.Sub(one, dd))
	less := new(big.Int).Sub(d, one)
	relation("(d-1)²", fromLittle(decoded(hexDMinusOneSq)), less.Mul(less, less))
}

func decoded(h string) (b []byte) {
	fmt.Sscanf(h, "%x", &b)
	return b
}
