package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// field writes the functions of package gf128.
func (g *generator) field() {
	g.products()
	g.addScaled()
	g.inner()
	g.horner()
}

// The registers of a multiplication: factors and their sums of halves, the
// product in three parts, and x^7 + x^2 + x + 1.
const (
	xReg, xSumReg = 0, 1
	yReg, ySumReg = 2, 3
	lowReg        = 8
	midReg        = 9
	highReg       = 10
	freeReg       = 11
	polyReg       = 15
)

// usePolynomial makes ready for reductions.
func (g *generator) usePolynomial() {
	w := g.wide()
	w.broadcast(g.constant("polynomial", 0x87, 0), w.reg(polyReg))
}

// halves sets z to the sum of the halves of x, in both halves.
func (l lane) halves(x, z operand.Op) {
	l.VPSHUFD(operand.U8(0x4e), x, z)
	l.VPXOR(x, z, z)
}

// multiply makes the product in three parts, by Karatsuba: the middle one still
// lacks the other two.
func (l lane) multiply(x, xSum, y, ySum operand.Op) {
	l.clmul(0x00, x, y, l.reg(lowReg))
	l.clmul(0x11, x, y, l.reg(highReg))
	l.clmul(0x00, xSum, ySum, l.reg(midReg))
}

// reduce brings the parts together and leaves the element in the low one.
func (l lane) reduce() {
	low, mid, high, free, poly := l.reg(lowReg), l.reg(midReg), l.reg(highReg), l.reg(freeReg), l.reg(polyReg)
	l.VPXOR(low, mid, mid)
	l.VPXOR(high, mid, mid)
	l.clmul(0x01, high, poly, free) // the uppermost word, to where the middle part stands
	l.VPXOR(free, mid, mid)
	l.VPSLLDQ(operand.U8(8), mid, free)
	l.VPXOR(free, low, low)
	l.VPSRLDQ(operand.U8(8), mid, mid)
	l.VPXOR(mid, high, high)
	l.clmul(0x00, high, poly, free)
	l.VPXOR(free, low, low)
}

// factors reads two factors and sums up their halves.
func (l lane) factors(x, y reg.GPPhysical) {
	l.VMOVDQU(l.at(x, 0), l.reg(xReg))
	l.VMOVDQU(l.at(y, 0), l.reg(yReg))
	l.halves(l.reg(xReg), l.reg(xSumReg))
	l.halves(l.reg(yReg), l.reg(ySumReg))
	l.multiply(l.reg(xReg), l.reg(xSumReg), l.reg(yReg), l.reg(ySumReg))
}

func (g *generator) products() {
	g.begin("products", "dst = a·b for n elements", paramDst,
		param{"a", blocks, reg.RSI}, param{"b", blocks, reg.RDX}, paramN)
	g.usePolynomial()
	g.loops(1, func(l lane, _ int) {
		l.factors(reg.RSI, reg.RDX)
		l.reduce()
		l.VMOVDQU(l.reg(lowReg), l.at(reg.RDI, 0))
	}, reg.RDI, reg.RSI, reg.RDX)
	g.end()
}

func (g *generator) addScaled() {
	g.begin("addScaled", "dst = dst + k·src for n elements", paramDst, paramSrc, param{"k", blocks, reg.RDX}, paramN)
	g.usePolynomial()
	w := g.wide()
	w.broadcast(operand.Mem{Base: reg.RDX}, w.reg(yReg))
	w.halves(w.reg(yReg), w.reg(ySumReg))
	g.loops(1, func(l lane, _ int) {
		l.VMOVDQU(l.at(reg.RSI, 0), l.reg(xReg))
		l.halves(l.reg(xReg), l.reg(xSumReg))
		l.multiply(l.reg(xReg), l.reg(xSumReg), l.reg(yReg), l.reg(ySumReg))
		l.reduce()
		l.VPXOR(l.at(reg.RDI, 0), l.reg(lowReg), l.reg(lowReg))
		l.VMOVDQU(l.reg(lowReg), l.at(reg.RDI, 0))
	}, reg.RDI, reg.RSI)
	g.end()
}

// sumRegs hold the sum of products in three parts, not yet reduced.
var sumRegs = map[int]int{lowReg: 4, midReg: 5, highReg: 6}

func (g *generator) inner() {
	g.begin("inner", "sum = the sum of a·b for n elements", param{"sum", blocks, reg.RDI},
		param{"a", blocks, reg.RSI}, param{"b", blocks, reg.RDX}, paramN)
	g.usePolynomial()
	w, n := g.wide(), g.narrow()
	parts := []int{lowReg, midReg, highReg}
	for _, p := range parts {
		w.VPXOR(w.reg(sumRegs[p]), w.reg(sumRegs[p]), w.reg(sumRegs[p]))
	}
	body := func(l lane, _ int) {
		l.factors(reg.RSI, reg.RDX)
		for _, p := range parts {
			l.VPXOR(l.reg(p), l.reg(sumRegs[p]), l.reg(sumRegs[p]))
		}
	}
	w.loop("group", 1, body, reg.RSI, reg.RDX)
	for _, p := range parts {
		if w.width != single {
			g.VEXTRACTI128(operand.U8(1), w.reg(sumRegs[p]), n.reg(p))
			g.VPXOR(n.reg(p), n.reg(sumRegs[p]), n.reg(sumRegs[p]))
		}
	}
	n.loop("rest", 1, body, reg.RSI, reg.RDX)
	for _, p := range parts {
		g.VMOVDQA(n.reg(sumRegs[p]), n.reg(p))
	}
	n.reduce()
	g.VMOVDQU(n.reg(lowReg), n.at(reg.RDI, 0))
	g.end()
}

// hornerRegs is how many registers of polynomials are in work at a time: values
// from the first on, then the places.
const hornerRegs = 4

func (g *generator) horner() {
	g.begin("horner", "dst = dst + c[0]·h + c[1]·h² and so on, for n elements and so many terms, at least one", paramDst,
		param{"h", blocks, reg.RSI}, param{"c", blocks, reg.RDX}, param{"terms", number, reg.R8}, paramN)
	g.usePolynomial()
	g.SHLQ(operand.U8(4), reg.R8)
	g.ADDQ(reg.RDX, reg.R8) // the end of c
	g.loops(hornerRegs, func(l lane, n int) {
		for i := range n {
			l.VPXOR(l.reg(i), l.reg(i), l.reg(i))
			l.VMOVDQU(l.at(reg.RSI, i), l.reg(n+i))
		}
		l.terms(n)
		for i := range n {
			l.VPXOR(l.at(reg.RDI, i), l.reg(i), l.reg(i))
			l.VMOVDQU(l.reg(i), l.at(reg.RDI, i))
		}
	}, reg.RDI, reg.RSI)
	g.end()
}

// terms adds the coefficients, the last first, and multiplies after each.
func (l lane) terms(n int) {
	label := "terms"
	if n == 1 {
		label = "restTerms"
	}
	coefficient, vSum, hSum := l.reg(12), l.reg(13), l.reg(14)
	l.MOVQ(reg.R8, reg.R9)
	l.Label(label)
	l.SUBQ(operand.U32(block), reg.R9)
	l.broadcast(operand.Mem{Base: reg.R9}, coefficient)
	for i := range n {
		v, h := l.reg(i), l.reg(n+i)
		l.VPXOR(coefficient, v, v)
		l.halves(v, vSum)
		l.halves(h, hSum)
		l.multiply(v, vSum, h, hSum)
		l.reduce()
		l.VMOVDQA(l.reg(lowReg), v)
	}
	l.CMPQ(reg.R9, reg.RDX)
	l.JNE(operand.LabelRef(label))
}
