package main

import (
	"strings"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// functions writes all functions of a tier.
func (g *generator) functions() {
	g.product()
	g.power()
	g.sum("add", "z = x + y for n vectors", g.addLimb)
	g.sum("sub", "z = x - y for n vectors", g.subLimb)
	g.canonical()
	g.verdict("odd", "the mask is all ones where x is odd", g.oddLanes)
	g.verdict("zero", "the mask is all ones where x is zero", g.zeroLanes)
	g.selection()
	g.doubling()
	g.addition()
	g.mixedAddition()
	g.reading()
	g.picking()
}

// A param of a function is an address of elements, of masks, or a number. It is
// loaded into its register, if there is one.
type param struct {
	name string
	kind string
	to   reg.Register
}

const (
	elements = "elements"
	masks    = "*uint64"
	number   = "uint64"
)

// The parameters that most functions have.
var (
	paramZ    = param{"z", elements, reg.RDI}
	paramX    = param{"x", elements, reg.RSI}
	paramY    = param{"y", elements, reg.RDX}
	paramN    = param{"n", number, reg.RCX}
	paramStep = []param{{"xstep", number, reg.R8}, {"ystep", number, reg.R9}}
)

// begin begins a function and loads its parameters.
func (g *generator) begin(name, doc string, params ...param) {
	s := g.shape()
	g.Function(name + s.suffix)
	g.Doc(name + s.suffix + ": " + doc + ".")
	g.Pragma("noescape")
	var list []string
	for _, p := range params {
		list = append(list, p.name+" "+strings.Replace(p.kind, elements, s.element, 1))
	}
	g.SignatureExpr("func(" + strings.Join(list, ", ") + ")")
	for _, p := range params {
		if p.to != nil {
			g.Load(g.Param(p.name), p.to)
		}
	}
}

// stack makes room for what multiplications spill, on a cache line.
func (g *generator) stack() {
	if !g.shape().spills {
		return
	}
	g.LEAQ(g.AllocLocal(elementSize+64), reg.R10)
	g.ADDQ(operand.U8(63), reg.R10)
	g.ANDQ(operand.I8(-64), reg.R10)
	g.spill = g.at(reg.R10)
}

func (g *generator) end() {
	g.VZEROUPPER()
	g.RET()
}

// loop repeats what do writes, count times, at least once.
func (g *generator) loop(label string, count reg.GPPhysical, do func()) {
	g.Label(label)
	do()
	g.DECQ(count)
	g.JNZ(operand.LabelRef(label))
}

func (g *generator) product() {
	g.begin("mul", "z = x·y for n vectors, from operands a step apart", append([]param{paramZ, paramX, paramY, paramN}, paramStep...)...)
	g.stack()
	g.loop("next", reg.RCX, func() {
		g.storeAll(g.mul(g, g.at(reg.RSI), g.at(reg.RDX)), g.at(reg.RDI))
		g.ADDQ(operand.U32(elementSize), reg.RDI)
		g.ADDQ(reg.R8, reg.RSI)
		g.ADDQ(reg.R9, reg.RDX)
	})
	g.end()
}

// power squares all vectors, then all of them again: their latencies overlap.
func (g *generator) power() {
	g.begin("sqr", "z = x^(2^times) for n vectors", paramZ, paramX, paramN, param{"times", number, reg.RDX})
	g.stack()
	g.loop("again", reg.RDX, func() {
		g.MOVQ(reg.RDI, reg.R8)
		g.MOVQ(reg.RCX, reg.R9)
		g.loop("next", reg.R9, func() {
			g.storeAll(g.sqr(g, g.at(reg.RSI)), g.at(reg.R8))
			g.ADDQ(operand.U32(elementSize), reg.RSI)
			g.ADDQ(operand.U32(elementSize), reg.R8)
		})
		g.MOVQ(reg.RDI, reg.RSI)
	})
	g.end()
}

// sum writes add or sub, which carry at once.
func (g *generator) sum(name, doc string, limb func(i int, x, y operand.Mem, z operand.Op)) {
	g.begin(name, doc+", from operands a step apart", append([]param{paramZ, paramX, paramY, paramN}, paramStep...)...)
	limbs, free := g.regs(0, g.limbs()), g.regs(g.limbs(), g.limbs()+2)
	g.loop("next", reg.RCX, func() {
		for i, r := range limbs {
			limb(i, g.at(reg.RSI).limb(i), g.at(reg.RDX).limb(i), r)
		}
		g.trim(limbs, free)
		g.storeAll(limbs, g.at(reg.RDI))
		g.ADDQ(operand.U32(elementSize), reg.RDI)
		g.ADDQ(reg.R8, reg.RSI)
		g.ADDQ(reg.R9, reg.RDX)
	})
	g.end()
}

func (g *generator) addLimb(i int, x, y operand.Mem, z operand.Op) {
	g.load(g, x, z)
	g.VPADDQ(y, z, z)
}

// subLimb adds 2p lest a limb become negative.
func (g *generator) subLimb(i int, x, y operand.Mem, z operand.Op) {
	g.load(g, x, z)
	g.VPADDQ(g.modulus(2, i), z, z)
	g.VPSUBQ(y, z, z)
}

func (g *generator) canonical() {
	g.begin("canon", "z = x below p for n vectors", paramZ, paramX, paramN)
	g.loop("next", reg.RCX, func() {
		g.storeAll(g.canonicalLimbs(), g.at(reg.RDI))
		g.ADDQ(operand.U32(elementSize), reg.RSI)
		g.ADDQ(operand.U32(elementSize), reg.RDI)
	})
	g.end()
}

// canonicalLimbs loads what RSI points to.
func (g *generator) canonicalLimbs() []operand.Op {
	limbs := g.regs(0, g.limbs())
	for i, r := range limbs {
		g.load(g, g.at(reg.RSI).limb(i), r)
	}
	g.reduce(limbs, g.shape().regs[g.limbs()])
	return limbs
}

// verdict writes a function that sets a mask a lane.
func (g *generator) verdict(name, doc string, lanes func(limbs []operand.Op, free, zero operand.Op)) {
	g.begin(name, doc+", for n vectors", param{"m", masks, reg.RDI}, paramX, paramN)
	free, zero := g.shape().regs[g.limbs()], g.shape().regs[g.limbs()+1]
	g.xor(g, zero, zero, zero)
	g.loop("next", reg.RCX, func() {
		lanes(g.canonicalLimbs(), free, zero)
		g.load(g, free, g.at(reg.RDI).limb(0))
		g.ADDQ(operand.U32(elementSize), reg.RSI)
		g.ADDQ(operand.U8(g.shape().width), reg.RDI)
	})
	g.end()
}

func (g *generator) oddLanes(limbs []operand.Op, free, zero operand.Op) {
	g.and(g, g.constant(1), limbs[0], free)
	g.VPSUBQ(free, zero, free)
}

func (g *generator) zeroLanes(limbs []operand.Op, free, zero operand.Op) {
	for _, r := range limbs[1:] {
		g.or(g, r, limbs[0], limbs[0])
	}
	g.equal(g, limbs[0], zero, free)
}

func (g *generator) selection() {
	g.begin("choose", "z = y where the mask is all ones and x where it is zero, for n vectors, from operands a step apart",
		append([]param{paramZ, paramX, paramY, {"m", masks, reg.R11}, paramN}, paramStep...)...)
	r := g.regs(0, 3)
	g.loop("next", reg.RCX, func() {
		g.load(g, g.at(reg.R11).limb(0), r[0])
		for i := range g.limbs() {
			g.load(g, g.at(reg.RSI).limb(i), r[1])
			g.xor(g, g.at(reg.RDX).limb(i), r[1], r[2])
			g.and(g, r[0], r[2], r[2])
			g.xor(g, r[2], r[1], r[1])
			g.load(g, r[1], g.at(reg.RDI).limb(i))
		}
		g.ADDQ(operand.U32(elementSize), reg.RDI)
		g.ADDQ(reg.R8, reg.RSI)
		g.ADDQ(reg.R9, reg.RDX)
		g.ADDQ(operand.U8(g.shape().width), reg.R11)
	})
	g.end()
}
