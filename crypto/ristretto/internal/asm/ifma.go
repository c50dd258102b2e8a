package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// ifma is eight lanes in radix 2^51, five registers. VPMADD52LUQ and VPMADD52HUQ
// take the low 52 bits of their factors and add the low and the high 52 bits of
// the product: limbs of factors have to be below 2^52. After a multiplication
// they stay below 2^51 + 2^16.
type ifma struct{ ifmaRegisters }

type ifmaRegisters []reg.VecPhysical

func newIFMA() isa {
	return ifma{ifmaRegisters{
		reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
		reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
		reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31}}
}

func (m ifma) shape() shape {
	return shape{
		name: "ifma", suffix: "IFMA", element: "*[5][8]uint64", width: 64,
		regs: m.ifmaRegisters,
		bits: []uint64{51, 51, 51, 51, 51},
	}
}

func (ifma) load(g *generator, m, r operand.Op)   { g.VMOVDQU64(m, r) }
func (ifma) and(g *generator, x, y, z operand.Op) { g.VPANDQ(x, y, z) }
func (ifma) or(g *generator, x, y, z operand.Op)  { g.VPORQ(x, y, z) }
func (ifma) xor(g *generator, x, y, z operand.Op) { g.VPXORQ(x, y, z) }

func (ifma) equal(g *generator, x, y, z operand.Op) {
	g.VPCMPEQQ(x, y, reg.K1)
	g.VPMOVM2Q(reg.K1, z)
}

// blend is z | mask & m in one instruction.
func (ifma) blend(g *generator, m, mask, z, free operand.Op) {
	g.VPTERNLOGQ(operand.U8(0xf8), m, mask, z)
}

// chooser takes one of the sixteen numbers of two registers by the low bits of the
// index, twice, and keeps the one that the highest bit says.
func (ifma) chooser(g *generator, index operand.Op, keep []operand.Op) func(m operand.Mem, z operand.Op) {
	high, free := keep[0], keep[1]
	g.VPXORQ(free, free, free)
	g.VPSRLQ(operand.U8(4), index, high)
	g.VPSUBQ(high, free, high)
	return func(m operand.Mem, z operand.Op) {
		for _, to := range []operand.Op{z, free} {
			g.VMOVDQU64(m, to)
			m.Disp += 64
			g.VPERMT2Q(m, index, to)
			m.Disp += 64
		}
		g.VPTERNLOGQ(operand.U8(0xd8), high, free, z) // free where high is set, else z
	}
}

// factors loads an element into five registers.
func (m ifma) factors(g *generator, x pointer, first int) []operand.Op {
	limbs := g.regs(first, first+5)
	for i, r := range limbs {
		g.VMOVDQU64(x.limb(i), r)
	}
	return limbs
}

// columns are nine registers for low and nine for high halves, all zero.
func (m ifma) columns(g *generator) (low, high []operand.Op) {
	for _, r := range g.regs(10, 28) {
		g.VPXORQ(r, r, r)
	}
	return g.regs(10, 19), g.regs(19, 28)
}

func (m ifma) mul(g *generator, x, y pointer) []operand.Op {
	a, b := m.factors(g, x, 0), m.factors(g, y, 5)
	low, high := m.columns(g)
	for i := range 5 {
		for j := range 5 {
			g.VPMADD52LUQ(a[i], b[j], low[i+j])
			g.VPMADD52HUQ(a[i], b[j], high[i+j])
		}
	}
	return m.fold(g, low, high)
}

// sqr counts pairs of different limbs once, doubles, then adds the squares.
func (m ifma) sqr(g *generator, x pointer) []operand.Op {
	a := m.factors(g, x, 0)
	low, high := m.columns(g)
	for i := range 5 {
		for j := i + 1; j < 5; j++ {
			g.VPMADD52LUQ(a[i], a[j], low[i+j])
			g.VPMADD52HUQ(a[i], a[j], high[i+j])
		}
	}
	for k := 1; k < 8; k++ {
		g.VPADDQ(low[k], low[k], low[k])
		g.VPADDQ(high[k], high[k], high[k])
	}
	for i := range 5 {
		g.VPMADD52LUQ(a[i], a[i], low[2*i])
		g.VPMADD52HUQ(a[i], a[i], high[2*i])
	}
	return m.fold(g, low, high)
}

// fold adds high halves, which weigh 2^52, twice to the next column of 2^51, and
// columns from 2^255 on 19 times to the first five. Columns are below 2^61 then.
func (m ifma) fold(g *generator, low, high []operand.Op) []operand.Op {
	for k, h := range high {
		g.VPADDQ(h, h, h)
		if k < 8 {
			g.VPADDQ(h, low[k+1], low[k+1])
		}
	}
	nineteen, t := m.ifmaRegisters[28], m.ifmaRegisters[29]
	g.VMOVDQU64(g.constant(19), nineteen)
	for k, c := range append(low[5:9:9], high[8]) {
		g.VPMULLQ(nineteen, c, t)
		g.VPADDQ(t, low[k], low[k])
	}
	limbs := low[:5]
	g.trim(limbs, g.regs(28, 30))
	return limbs
}
