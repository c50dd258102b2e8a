package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// entries of a table, each four elements.
const (
	entries   = 8
	entrySize = 4 * elementSize
)

// reading reads all of a table and keeps what a mask lets through.
func (g *generator) reading() {
	g.begin("lookup", "c becomes abs times the point of the table at t, negated where sign is all ones",
		param{"c", elements, reg.RDI}, param{"t", elements, reg.RSI}, param{"abs", number, nil}, param{"sign", number, nil})
	digit, sum, free := g.shape().regs[8], g.shape().regs[9], g.shape().regs[10]
	entryMasks := g.regs(0, entries)
	g.broadcast("abs", digit)
	for i, m := range entryMasks {
		g.equal(g, g.constant(uint64(i+1)), digit, m)
	}
	g.MOVQ(reg.RDI, reg.R8)
	g.MOVQ(operand.U32(4), reg.RCX)
	g.loop("element", reg.RCX, func() {
		for i := range g.limbs() {
			at := operand.Mem{Base: reg.RSI, Disp: i * g.shape().width}
			g.and(g, at, entryMasks[0], sum)
			for e := 1; e < entries; e++ {
				at.Disp += entrySize
				g.blend(g, at, entryMasks[e], sum, free)
			}
			g.load(g, sum, g.at(reg.R8).limb(i))
		}
		g.ADDQ(operand.U32(elementSize), reg.RSI)
		g.ADDQ(operand.U32(elementSize), reg.R8)
	})
	g.identity(digit, sum, free)
	g.negation()
	g.end()
}

// broadcast loads a parameter into every lane.
func (g *generator) broadcast(name string, r operand.Op) {
	b, err := g.Param(name).Resolve()
	if err != nil {
		panic(err) // the generator's own mistake
	}
	g.VPBROADCASTQ(b.Addr, r)
}

// identity adds what makes nothing the identity where the digit is zero: 1, 2, 1
// and 0, the same as Y-X, 2Z, Y+X and 2dT of a cached point.
func (g *generator) identity(digit, is, free operand.Op) {
	c := g.at(reg.RDI)
	g.xor(g, free, free, free)
	g.equal(g, free, digit, is)
	g.and(g, g.constant(1), is, is)
	for _, place := range []int{atY, atX, atZ} {
		if place == atZ {
			g.VPADDQ(is, is, is)
		}
		g.VPADDQ(c.element(place, 0), is, free)
		g.load(g, free, c.element(place, 0))
	}
}

// negation swaps Y-X and Y+X and negates T, by mask.
func (g *generator) negation() {
	r := g.regs(0, 4)
	sign, x, y, t := r[0], r[1], r[2], r[3]
	c := g.at(reg.RDI)
	g.broadcast("sign", sign)
	for i := range g.limbs() {
		g.load(g, c.element(atY, i), x)
		g.load(g, c.element(atX, i), y)
		g.xor(g, x, y, t)
		g.and(g, sign, t, t)
		g.xor(g, t, x, x)
		g.xor(g, t, y, y)
		g.load(g, x, c.element(atY, i))
		g.load(g, y, c.element(atX, i))

		g.load(g, c.element(atT, i), x)
		g.load(g, g.modulus(2, i), t)
		g.VPSUBQ(x, t, t)
		g.xor(g, x, t, t)
		g.and(g, sign, t, t)
		g.xor(g, t, x, x)
		g.load(g, x, c.element(atT, i))
	}
}
