package lanes

import (
	"math/big"
	"math/rand/v2"
	"testing"

	fp "github.com/cloudflare/circl/math/fp25519"
)

// affine is the plain arithmetic: the addition law of the curve.
type affine struct{ x, y *big.Int }

var curveD = fromLittle(decoded(hexD))

func (p affine) plus(q affine) affine {
	mul := func(a, b *big.Int) *big.Int { return new(big.Int).Mul(a, b) }
	xx, yy := mul(p.x, q.x), mul(p.y, q.y)
	dxy := mul(curveD, new(big.Int).Mod(mul(xx, yy), prime))
	over := func(n, d *big.Int) *big.Int {
		inverse := new(big.Int).ModInverse(new(big.Int).Mod(d, prime), prime)
		return n.Mod(n.Mul(n, inverse), prime)
	}
	one := big.NewInt(1)
	x := new(big.Int).Add(mul(p.x, q.y), mul(p.y, q.x))
	return affine{over(x, new(big.Int).Add(one, dxy)), over(yy.Add(yy, xx), new(big.Int).Sub(one, dxy))}
}

func (p affine) minus() affine { return affine{new(big.Int).Sub(prime, p.x), p.y} }

func (p affine) times(n int) affine {
	if n < 0 {
		return p.minus().times(-n)
	}
	sum := affine{new(big.Int), big.NewInt(1)}
	for range n {
		sum = sum.plus(p)
	}
	return sum
}

// basePoint is the generator of the curve.
func basePoint() affine {
	y := new(big.Int).Mul(big.NewInt(4), new(big.Int).ModInverse(big.NewInt(5), prime))
	y.Mod(y, prime)
	yy := new(big.Int).Mul(y, y)
	n := new(big.Int).Sub(yy, big.NewInt(1))
	d := new(big.Int).Add(new(big.Int).Mul(curveD, yy), big.NewInt(1))
	x := n.Mul(n, new(big.Int).ModInverse(d.Mod(d, prime), prime))
	return affine{x.ModSqrt(x.Mod(x, prime), prime), y}
}

// lanePoints are a vector of points, one a lane, with any Z.
func (b bench[E]) lanePoints(points []affine, r *rand.Rand) *point[E] {
	p := new(point[E])
	for lane, a := range points {
		z := new(big.Int).Mod(fromLittle(randomBytes(r, Size)), prime)
		for at, v := range map[int]*big.Int{atX: a.x, atY: a.y, atZ: big.NewInt(1), atT: new(big.Int).Mul(a.x, a.y)} {
			v = new(big.Int).Mul(v, z)
			b.put(&p[at], lane, little(v.Mod(v, prime)))
		}
	}
	return p
}

// same wants the points of a vector, and T where it has to be right.
func (b bench[E]) same(t *testing.T, what string, p *point[E], want []affine, coordinates int) {
	t.Helper()
	for lane, w := range want {
		x, y, z := b.number(&p[atX], lane), b.number(&p[atY], lane), b.number(&p[atZ], lane)
		inverse := new(big.Int).ModInverse(z.Mod(z, prime), prime)
		affineOf := func(v *big.Int) *big.Int { v.Mul(v, inverse); return v.Mod(v, prime) }
		if affineOf(x).Cmp(w.x) != 0 || affineOf(y).Cmp(w.y) != 0 {
			t.Fatalf("%s: lane %d: another point", what, lane)
		}
		xy := new(big.Int).Mul(x, y)
		if coordinates == 4 && affineOf(b.number(&p[atT], lane)).Cmp(xy.Mod(xy, prime)) != 0 {
			t.Fatalf("%s: lane %d: another T", what, lane)
		}
	}
}

func TestPointsAgainstPlainArithmetic(t *testing.T) {
	onFields(t, testPoints[fp.Elt], testPoints[vec4], testPoints[vec8])
}

func testPoints[E any](t *testing.T, b bench[E]) {
	r := rand.New(rand.NewPCG(3, 4))
	w := newWork[E](b.field, newConstants[E](b.field))
	points, doubles, others, sums := make([]affine, b.lanes()), make([]affine, b.lanes()), make([]affine, b.lanes()), make([]affine, b.lanes())
	for lane := range points {
		points[lane] = basePoint().times(lane + 2)
		doubles[lane] = points[lane].times(8)
		// All cases of the addition: another point, the same, its negative, nothing.
		others[lane] = []affine{basePoint().times(17), points[lane], points[lane].minus(), points[lane].times(0)}[(lane+b.lanes()/8)%4]
		sums[lane] = points[lane].plus(others[lane])
	}
	p := b.lanePoints(points, r)
	b.double(p, w.inner, 3)
	b.same(t, "double", p, doubles, 4)
	for _, coordinates := range []int{3, 4} {
		p := b.lanePoints(points, r)
		w.cache(w.pick, b.lanePoints(others, r))
		b.plus(p, w.pick, w.inner, coordinates)
		b.same(t, "plus", p, sums, coordinates)
	}
	*w.acc = *b.lanePoints(points, r)
	w.fillTable()
	for d := -8; d <= 8; d++ {
		abs, sign := split(int8(d))
		b.lookup(w.pick, w.table, abs, sign)
		p, want := b.lanePoints(points, r), make([]affine, b.lanes())
		for lane := range want {
			want[lane] = points[lane].times(1 + d)
		}
		b.plus(p, w.pick, w.inner, 4)
		b.same(t, "lookup", p, want, 4)
	}
}

// TestSumsOfWorstLimbs doubles and adds what are no points, but have limbs as
// large as they become: the formulas hold for any numbers.
func TestSumsOfWorstLimbs(t *testing.T) {
	onFields(t, testWorst[fp.Elt], testWorst[vec4], testWorst[vec8])
}

func testWorst[E any](t *testing.T, b bench[E]) {
	w := newWork[E](b.field, newConstants[E](b.field))
	for seed := range uint64(40) {
		p, c := point[E](b.samples(4, "result", 2*seed)), cached[E](b.samples(4, "result", 2*seed+1))
		doubled, sum := p, p
		b.double(&doubled, w.inner, 1)
		b.plus(&sum, &c, w.inner, 4)
		for lane := range b.lanes() {
			y, z, x, s := b.number(&p[atY], lane), b.number(&p[atZ], lane), b.number(&p[atX], lane), b.number(&p[atT], lane)
			add, sub, mul := operations()
			h, g := add(mul(y, y), mul(x, x)), sub(mul(y, y), mul(x, x))
			e, f := sub(mul(add(x, y), add(x, y)), h), sub(add(mul(z, z), mul(z, z)), g)
			b.products(t, "double", &doubled, lane, e, f, g, h)
			a, d := mul(sub(y, x), b.number(&c[atYMinusX], lane)), mul(z, b.number(&c[at2Z], lane))
			bb, cc := mul(add(y, x), b.number(&c[atYPlusX], lane)), mul(s, b.number(&c[at2dT], lane))
			b.products(t, "plus", &sum, lane, sub(bb, a), sub(d, cc), add(d, cc), add(bb, a))
		}
	}
}

func operations() (add, sub, mul func(x, y *big.Int) *big.Int) {
	add = func(x, y *big.Int) *big.Int { return new(big.Int).Add(x, y) }
	sub = func(x, y *big.Int) *big.Int { return new(big.Int).Sub(x, y) }
	mul = func(x, y *big.Int) *big.Int { return new(big.Int).Mul(x, y) }
	return add, sub, mul
}

func (b bench[E]) products(t *testing.T, what string, p *point[E], lane int, e, f, g, h *big.Int) {
	t.Helper()
	_, sub, mul := operations()
	for at, want := range map[int]*big.Int{atX: mul(e, f), atY: mul(g, h), atZ: mul(f, g), atT: mul(e, h)} {
		if d := sub(want, b.number(&p[at], lane)); d.Mod(d, prime).Sign() != 0 {
			t.Fatalf("%s: coordinate %d, lane %d", what, at, lane)
		}
	}
}

var orderInt = new(big.Int).SetBytes([]byte{0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0x14, 0xde, 0xf9, 0xde, 0xa2, 0xf7, 0x9c, 0xd6, 0x58, 0x12, 0x63, 0x1a, 0x5c, 0xf5, 0xd3, 0xed})

// edgeScalars are those at which digits, carries or the half go another way:
// every digit repeated, powers of two and their neighbours, ends of the range.
func edgeScalars() [][Size]byte {
	numbers := []*big.Int{big.NewInt(0), big.NewInt(1), big.NewInt(2), big.NewInt(3)}
	for d := range int64(16) {
		repeated := new(big.Int).Div(new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 252), big.NewInt(1)), big.NewInt(15))
		numbers = append(numbers, repeated.Mul(repeated, big.NewInt(d)))
	}
	for shift := uint(3); shift < 252; shift += 31 {
		power := new(big.Int).Lsh(big.NewInt(1), shift)
		numbers = append(numbers, power, new(big.Int).Sub(power, big.NewInt(1)))
	}
	for back := range int64(4) {
		numbers = append(numbers, new(big.Int).Sub(orderInt, big.NewInt(back+1)))
	}
	var all [][Size]byte
	for _, n := range numbers {
		// Twice the number as well, whose half it is.
		all = append(all, [Size]byte(little(n)), [Size]byte(little(n.Mod(n.Lsh(n, 1), orderInt))))
	}
	return all
}

func TestHalfAndDigits(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	scalars := edgeScalars()
	for range 200 {
		k := new(big.Int).Mod(fromLittle(randomBytes(r, Size)), orderInt)
		scalars = append(scalars, [Size]byte(little(k)))
	}
	for _, k := range scalars {
		half := halve(&k)
		h := fromLittle(half[:])
		if twice := new(big.Int).Lsh(h, 1); twice.Mod(twice, orderInt).Cmp(fromLittle(k[:])) != 0 || h.Cmp(orderInt) >= 0 {
			t.Fatalf("%x: half of it is %x", k, half)
		}
		var d digits
		d.set(&half)
		sum := new(big.Int)
		for i := len(d) - 1; i >= 0; i-- {
			if d[i] < -8 || d[i] > 8 {
				t.Fatalf("%x: digit %d", k, d[i])
			}
			sum.Lsh(sum, 4).Add(sum, big.NewInt(int64(d[i])))
		}
		if sum.Cmp(h) != 0 {
			t.Fatalf("%x: the digits are of %x", half, little(sum.Mod(sum, orderInt)))
		}
	}
}
