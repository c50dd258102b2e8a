package lanes

import (
	"bytes"
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
	p = b.lanePoints(points, r)
	b.mix(p, b.slimPoints(others), w.inner)
	b.same(t, "mix", p, sums, 4)
	*w.acc = *b.lanePoints(points, r)
	w.fillTable()
	for first := range uint64(2 * tableEntries) {
		p, want := b.lanePoints(points, r), make([]affine, b.lanes())
		for lane := range want {
			turn := (first + uint64(lane)*5) % (2 * tableEntries)
			w.turns[lane] = turn
			want[lane] = points[lane].times(1 + 2*int(turn) - 2*tableEntries + 1)
		}
		b.lookup(w.pick, w.table, w.turn(0))
		b.plus(p, w.pick, w.inner, 4)
		b.same(t, "lookup", p, want, 4)
	}
}

// slimPoints are a vector of points with 2Z = 1.
func (b bench[E]) slimPoints(points []affine) *slim[E] {
	s, half := new(slim[E]), new(big.Int).ModInverse(big.NewInt(2), prime)
	for lane, p := range points {
		dxy := new(big.Int).Mul(curveD, new(big.Int).Mul(p.x, p.y))
		difference, sum := new(big.Int).Sub(p.y, p.x), new(big.Int).Add(p.y, p.x)
		for i, v := range []*big.Int{difference.Mul(difference, half), sum.Mul(sum, half), dxy} {
			b.put(&s[i], lane, little(v.Mod(v, prime)))
		}
	}
	return s
}

// TestCombs reads every entry of the first and of the second comb, every lane
// another.
func TestCombs(t *testing.T) {
	onFields(t, testCombs[fp.Elt], testCombs[vec4], testCombs[vec8])
}

func testCombs[E any](t *testing.T, b bench[E]) {
	c := newConstants(b.field)
	w, combs := newWork(b.field, c), c.combs()
	size, bits := b.comb()
	base := affineBase(t)
	for window := range 2 {
		for first := range 1 << bits {
			want := make([]affine, b.lanes())
			for lane := range want {
				turn := (first + lane*5) % (1 << bits)
				w.turns[lane] = uint64(turn)
				want[lane] = base.times(2*turn + 1 - 1<<bits)
			}
			b.pick(w.near, combs[window*size:][:size], w.turn(0))
			w.identity(w.acc)
			b.mix(w.acc, w.near, w.inner)
			b.same(t, "pick", w.acc, want, 4)
		}
		base = base.times(1 << bits)
	}
}

// affineBase is the point that the generator's encoding is decoded to.
func affineBase(t *testing.T) affine {
	b := portableBench()
	w := newWork(b.field, newConstants(b.field))
	w.begin(1)
	w.decode(decoded(hexBase))
	if w.refused(Identity) != Fine {
		t.Fatal("the generator is refused")
	}
	return affine{b.number(&w.x[0], 0), b.number(&w.y[0], 0)}
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

// TestRecoding adds up what the turns of a scalar stand for.
func TestRecoding(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	scalars := append(edgeScalars(), [Size]byte(little(orderInt)), [Size]byte(append(bytes.Repeat([]byte{255}, Size-1), 127)))
	for range 200 {
		k := new(big.Int).Mod(fromLittle(randomBytes(r, Size)), orderInt)
		scalars = append(scalars, [Size]byte(little(k)))
	}
	for _, k := range scalars {
		for halvings := range 2 {
			recodes(t, k, halvings, tableTurns, tableBits)
			recodes(t, k, halvings, 51, 5)
			recodes(t, k, halvings, 43, 6)
		}
	}
}

func recodes(t *testing.T, k [Size]byte, halvings, turns, width int) {
	t.Helper()
	var s recoded
	s.set(k[:], halvings, turns*width)
	sum, all := new(big.Int), make([]uint64, 3*turns)
	s.turns(all, 3, turns, uint(width))
	for i := turns - 1; i >= 0; i-- {
		entries := uint64(1) << (width - 1)
		place, sign := split(all[3*i], uint(width))
		if place >= entries || sign+1 > 1 {
			t.Fatalf("%x: turn %d: place %d, sign %x", k, i, place, sign)
		}
		d := 2*int64(place) + 1
		if sign != 0 {
			d = -d
		}
		sum.Lsh(sum, uint(width)).Add(sum, big.NewInt(d))
	}
	if sum.Lsh(sum, uint(halvings)).Sub(sum, fromLittle(k[:])); sum.Mod(sum, orderInt).Sign() != 0 {
		t.Fatalf("%x, %d halvings: the turns of %d bits are of another", k, halvings, width)
	}
}
