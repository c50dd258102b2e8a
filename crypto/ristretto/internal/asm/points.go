package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The places of a point's coordinates, as in package lanes, and in the scratch
// of what a sum or a double is the product of: Y = gh, Z = gf, X = ef, T = eh.
const (
	atY, atZ, atX, atT = 0, 1, 2, 3
	atG, atE, atH, atF = 4, 5, 6, 7
)

var (
	paramP       = param{"p", elements, reg.RDI}
	paramScratch = param{"w", elements, reg.RSI}
)

// doubling: with h = Y² + X², g = Y² - X², e = (X+Y)² - h, f = 2Z² - g.
func (g *generator) doubling() {
	g.begin("double", "p becomes 2^times·p, with the help of eight elements at w", paramP, paramScratch, param{"times", number, reg.RCX})
	g.stack()
	g.loop("again", reg.RCX, func() {
		s := g.sums(reg.RDI, nil, atT)
		for i := range g.limbs() {
			x := s.load(i, atX, 0)
			g.VPADDQ(s.from.element(atY, i), x, x)
			s.put(i, atT, x)
		}
		s.end()
		g.MOVQ(reg.RDI, reg.R8)
		g.MOVQ(reg.RSI, reg.R9)
		g.MOVQ(operand.U32(4), reg.R11)
		g.loop("square", reg.R11, func() {
			g.storeAll(g.sqr(g, g.at(reg.R8)), g.at(reg.R9))
			g.ADDQ(operand.U32(elementSize), reg.R8)
			g.ADDQ(operand.U32(elementSize), reg.R9)
		})
		g.doubleSums()
		g.MOVQ(operand.U32(3), reg.R11)
		g.CMPQ(reg.RCX, operand.U8(1))
		g.JNE(operand.LabelRef("products"))
		g.INCQ(reg.R11) // the last leaves T as well
		g.Label("products")
		g.products()
	})
	g.end()
}

// doubleSums makes e, f, g and h of the squares. f is of too much to be a second
// factor as it is, in any tier.
func (g *generator) doubleSums() {
	s := g.sums(reg.RSI, []int{atF}, atG, atE, atH)
	for i := range g.limbs() {
		yy, xx := s.load(i, atY, 0), s.load(i, atX, 1)
		h := s.free(2)
		g.VPADDQ(xx, yy, h)
		s.put(i, atH, h)
		g.VPADDQ(g.modulus(2, i), yy, yy)
		g.VPSUBQ(xx, yy, yy)
		s.put(i, atG, yy)
		f := s.load(i, atZ, 3)
		g.VPADDQ(f, f, f)
		g.VPADDQ(g.modulus(4, i), f, f)
		g.VPSUBQ(yy, f, f)
		s.put(i, atF, f)
		e := s.load(i, atT, 1)
		g.VPADDQ(g.modulus(4, i), e, e)
		g.VPSUBQ(h, e, e)
		s.put(i, atE, e)
	}
	s.end()
}

// addition of a cached point, coordinate by coordinate: with a, d, b, c the
// products, e = b - a, h = b + a, f = d - c, g = d + c.
func (g *generator) addition() {
	g.begin("plus", "p becomes p + c, its first so many coordinates, with the help of eight elements at w",
		paramP, param{"c", elements, reg.RDX}, paramScratch, param{"coordinates", number, reg.RCX})
	g.stack()
	g.readyToAdd()
	g.MOVQ(operand.U32(4), reg.R11)
	g.loop("multiply", reg.R11, func() {
		g.storeAll(g.mul(g, g.at(reg.R8), g.at(reg.RDX)), g.at(reg.R9))
		g.ADDQ(operand.U32(elementSize), reg.RDX)
		g.ADDQ(operand.U32(elementSize), reg.R8)
		g.ADDQ(operand.U32(elementSize), reg.R9)
	})
	g.additionSums(g.at(reg.RSI))
	g.MOVQ(reg.RCX, reg.R11)
	g.products()
	g.end()
}

// mixedAddition is of a cached point that has 2Z = 1: d is Z then, as it is.
func (g *generator) mixedAddition() {
	g.begin("mix", "p becomes p + c, with the help of eight elements at w",
		paramP, param{"c", elements, reg.RDX}, paramScratch)
	g.stack()
	g.readyToAdd()
	g.MOVQ(operand.U32(3), reg.R11)
	g.MOVQ(operand.U32(2*elementSize), reg.R12) // past Z
	g.loop("multiply", reg.R11, func() {
		g.storeAll(g.mul(g, g.at(reg.R8), g.at(reg.RDX)), g.at(reg.R9))
		g.ADDQ(operand.U32(elementSize), reg.RDX)
		g.ADDQ(reg.R12, reg.R8)
		g.ADDQ(reg.R12, reg.R9)
		g.MOVQ(operand.U32(elementSize), reg.R12)
	})
	g.additionSums(g.at(reg.RDI))
	g.MOVQ(operand.U32(4), reg.R11)
	g.products()
	g.end()
}

// readyToAdd makes Y and X of the point at RDI into Y-X and Y+X, and points R8
// and R9 to what is multiplied and where the products go.
func (g *generator) readyToAdd() {
	s := g.sums(reg.RDI, nil, atY, atX)
	for i := range g.limbs() {
		y, x, sum := s.load(i, atY, 0), s.load(i, atX, 1), s.free(2)
		g.VPADDQ(x, y, sum)
		s.put(i, atX, sum)
		g.VPADDQ(g.modulus(2, i), y, y)
		g.VPSUBQ(x, y, y)
		s.put(i, atY, y)
	}
	s.end()
	g.MOVQ(reg.RDI, reg.R8)
	g.MOVQ(reg.RSI, reg.R9)
}

// additionSums makes e, f, g and h of the products at RSI. d stands where Z does
// from the given pointer on.
func (g *generator) additionSums(d pointer) {
	s := g.sums(reg.RSI, nil, atG, atE, atH, atF)
	for i := range g.limbs() {
		g.sumAndDifference(s, i, s.from.element(atX, i), s.from.element(atY, i), atH, atE)
		g.sumAndDifference(s, i, d.element(atZ, i), s.from.element(atT, i), atG, atF)
	}
	s.end()
}

func (g *generator) sumAndDifference(s *sums, i int, x, y operand.Mem, sum, difference int) {
	a, b, c := s.free(0), s.free(1), s.free(2)
	g.load(g, x, a)
	g.load(g, y, b)
	g.VPADDQ(b, a, c)
	s.put(i, sum, c)
	g.VPADDQ(g.modulus(2, i), a, a)
	g.VPSUBQ(b, a, a)
	s.put(i, difference, a)
}

// products sets as many coordinates as R11 says from the scratch at RSI: gh, gf,
// ef, eh.
func (g *generator) products() {
	left, right, place, z := reg.R8, reg.R9, reg.R12, reg.R13
	g.XORQ(place, place)
	g.MOVQ(reg.RDI, z)
	g.loop("coordinate", reg.R11, func() {
		g.MOVQ(place, left)
		g.SHRQ(operand.U8(1), left)
		g.IMUL3Q(operand.U32(elementSize), left, left)
		g.LEAQ(operand.Mem{Base: reg.RSI, Disp: atG * elementSize, Index: left, Scale: 1}, left)
		g.INCQ(place)
		g.MOVQ(place, right)
		g.SHRQ(operand.U8(1), right)
		g.ANDQ(operand.U8(1), right)
		g.IMUL3Q(operand.U32(elementSize), right, right)
		g.LEAQ(operand.Mem{Base: reg.RSI, Disp: atH * elementSize, Index: right, Scale: 1}, right)
		g.storeAll(g.mul(g, g.at(left), g.at(right)), g.at(z))
		g.ADDQ(operand.U32(elementSize), z)
	})
}

// sums are elements on their way from sums of limbs to memory at a pointer. Some
// are kept in registers until they can be carried.
type sums struct {
	g    *generator
	from pointer
	kept map[int][]operand.Op
	keep []int // their places, in order
	next int   // the first register that is not kept
}

// sums carries the elements of some places in every tier, and those of others
// unless the tier is relaxed.
func (g *generator) sums(base reg.GPPhysical, always []int, others ...int) *sums {
	s := &sums{g: g, from: g.at(base), kept: map[int][]operand.Op{}, keep: always}
	if !g.shape().relaxed {
		s.keep = append(s.keep, others...)
	}
	for _, place := range s.keep {
		s.kept[place] = g.regs(s.next, s.next+g.limbs())
		s.next += g.limbs()
	}
	return s
}

func (s *sums) free(i int) operand.Op { return s.g.shape().regs[s.next+i] }

func (s *sums) load(i, place, free int) operand.Op {
	s.g.load(s.g, s.from.element(place, i), s.free(free))
	return s.free(free)
}

// put stores a limb, or keeps it.
func (s *sums) put(i, place int, r operand.Op) {
	to := operand.Op(s.from.element(place, i))
	if limbs, ok := s.kept[place]; ok {
		to = limbs[i]
	}
	s.g.load(s.g, r, to)
}

// end carries and stores what was kept.
func (s *sums) end() {
	for _, place := range s.keep {
		s.g.trim(s.kept[place], []operand.Op{s.free(0), s.free(1)})
		for i, r := range s.kept[place] {
			s.g.load(s.g, r, s.from.element(place, i))
		}
	}
}
