package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// elementSize is the bytes of a vector of elements, in both tiers.
const elementSize = 320

// A shape is what the functions need to know of a tier.
type shape struct {
	name    string // in the names of files
	suffix  string // of the names of functions
	element string // the Go type of a vector of elements
	width   int    // bytes of a register
	regs    []reg.VecPhysical
	bits    []uint64 // of each limb
	// relaxed tells that sums of two or three elements can be multiplied as
	// they are.
	relaxed bool
	// spills tells that multiplications need memory.
	spills bool
}

// An isa is a tier: the few steps that differ between the instruction sets.
type isa interface {
	shape() shape
	load(g *generator, m, r operand.Op)
	and(g *generator, x, y, z operand.Op)
	or(g *generator, x, y, z operand.Op)
	xor(g *generator, x, y, z operand.Op)
	// mul and sqr read memory and return the registers of the product, carried.
	// They may use every register, and the stack.
	mul(g *generator, x, y pointer) []operand.Op
	sqr(g *generator, x pointer) []operand.Op
	// equal sets z to all ones in the lanes where x and y are equal.
	equal(g *generator, x, y, z operand.Op)
	// chooser gives what sets z to the one of 32 numbers in memory that the
	// index says, a lane. It keeps five registers and leaves the index alone.
	chooser(g *generator, index operand.Op, keep []operand.Op) func(m operand.Mem, z operand.Op)
	// blend adds what m holds to z in the lanes where mask is all ones; z is
	// zero there.
	blend(g *generator, m, mask, z, free operand.Op)
}

// A pointer is a register that holds the address of a vector of elements.
type pointer struct {
	base  reg.GPPhysical
	width int
}

// limb is the memory of a limb.
func (p pointer) limb(i int) operand.Mem { return operand.Mem{Base: p.base, Disp: i * p.width} }

// element is a limb of the e-th vector from here.
func (p pointer) element(e, i int) operand.Mem {
	return operand.Mem{Base: p.base, Disp: e*elementSize + i*p.width}
}

// A generator writes one file.
type generator struct {
	*build.Context
	isa
	constants map[uint64]operand.Mem
	spill     pointer // to aligned memory of one element
}

// constant is the memory that holds a number in every lane.
func (g *generator) constant(v uint64) operand.Mem {
	if m, ok := g.constants[v]; ok {
		return m
	}
	m := g.StaticGlobal(fmt.Sprintf("all%x", v))
	g.DataAttributes(attr.RODATA | attr.NOPTR)
	for range g.shape().width / 8 {
		g.AppendDatum(operand.U64(v))
	}
	g.constants[v] = m
	return m
}

func (g *generator) at(r reg.GPPhysical) pointer { return pointer{r, g.shape().width} }

// regs are registers from the first to before the last.
func (g *generator) regs(first, last int) []operand.Op {
	var all []operand.Op
	for _, r := range g.shape().regs[first:last] {
		all = append(all, r)
	}
	return all
}

func (g *generator) limbs() int { return len(g.shape().bits) }

func (g *generator) storeAll(limbs []operand.Op, z pointer) {
	for i, r := range limbs {
		g.load(g, r, z.limb(i))
	}
}

// mask is what keeps the bits of limb i.
func (g *generator) mask(i int) operand.Mem {
	return g.constant(1<<g.shape().bits[i] - 1)
}

// modulus is a limb of a multiple of p.
func (g *generator) modulus(times uint64, i int) operand.Mem {
	return g.constant(times * g.modulusLimb(i))
}

func (g *generator) modulusLimb(i int) uint64 {
	full := uint64(1)<<g.shape().bits[i] - 1
	if i == 0 {
		full -= 18
	}
	return full
}

// trim carries sums: every limb once, all at the same time. What a limb has too
// much must be below 2^32.
func (g *generator) trim(limbs, free []operand.Op) {
	top, t := free[0], free[1]
	last := len(limbs) - 1
	bits := g.shape().bits
	g.VPSRLQ(operand.U8(bits[last]), limbs[last], top)
	g.and(g, g.mask(last), limbs[last], limbs[last])
	for i := last - 1; i >= 0; i-- {
		g.VPSRLQ(operand.U8(bits[i]), limbs[i], t)
		g.and(g, g.mask(i), limbs[i], limbs[i])
		g.VPADDQ(t, limbs[i+1], limbs[i+1])
	}
	g.VPMULUDQ(g.constant(19), top, top)
	g.VPADDQ(top, limbs[0], limbs[0])
}

// reduce makes limbs canonical: x minus p if x + 19 reaches 2^255. x is below 2p.
func (g *generator) reduce(limbs []operand.Op, q operand.Op) {
	bits := g.shape().bits
	g.VPADDQ(g.constant(19), limbs[0], q)
	g.VPSRLQ(operand.U8(bits[0]), q, q)
	for i := 1; i < len(limbs); i++ {
		g.VPADDQ(limbs[i], q, q)
		g.VPSRLQ(operand.U8(bits[i]), q, q)
	}
	g.VPMULUDQ(g.constant(19), q, q)
	g.VPADDQ(q, limbs[0], limbs[0])
	for i := range limbs {
		if i+1 < len(limbs) {
			g.VPSRLQ(operand.U8(bits[i]), limbs[i], q)
			g.VPADDQ(q, limbs[i+1], limbs[i+1])
		}
		g.and(g, g.mask(i), limbs[i], limbs[i])
	}
}
