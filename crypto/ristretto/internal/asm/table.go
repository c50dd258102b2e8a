package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A table of package lanes holds 8 entries of four elements, a comb 32 entries
// of three.
const (
	tableEntries = 8
	tableEntry   = 4 * elementSize
	combEntries  = 32
	combElement  = 4 * elementSize // the entries' limbs, side by side
)

// turns are, a lane, the window of a scalar that is its turn.
var turns = param{"turns", masks, reg.RDX}

// turn loads the turns, of which half are negative: they count down from the
// middle, the others up. sign becomes all ones for those, index the place.
func (g *generator) turn(half uint64, index, sign operand.Op) {
	g.load(g, g.at(reg.RDX).limb(0), index)
	shift := uint8(0)
	for 1<<shift < half {
		shift++
	}
	g.VPSRLQ(operand.U8(shift), index, sign)
	g.VPSUBQ(g.constant(1), sign, sign)
	g.xor(g, sign, index, index)
	g.and(g, g.constant(half-1), index, index)
}

// reading reads all of a table and keeps what a mask lets through.
func (g *generator) reading() {
	g.begin("lookup", "c becomes the point of the table at t whose turn it is",
		param{"c", elements, reg.RDI}, param{"t", elements, reg.RSI}, turns)
	r := g.regs(tableEntries, tableEntries+4)
	index, sign, sum, free := r[0], r[1], r[2], r[3]
	entryMasks := g.regs(0, tableEntries)
	g.turn(tableEntries, index, sign)
	for i, m := range entryMasks {
		g.equal(g, g.constant(uint64(i)), index, m)
	}
	g.MOVQ(reg.RDI, reg.R8)
	g.MOVQ(operand.U32(4), reg.RCX)
	g.loop("element", reg.RCX, func() {
		for i := range g.limbs() {
			at := operand.Mem{Base: reg.RSI, Disp: i * g.shape().width}
			g.and(g, at, entryMasks[0], sum)
			for e := 1; e < tableEntries; e++ {
				at.Disp += tableEntry
				g.blend(g, at, entryMasks[e], sum, free)
			}
			g.load(g, sum, g.at(reg.R8).limb(i))
		}
		g.ADDQ(operand.U32(elementSize), reg.RSI)
		g.ADDQ(operand.U32(elementSize), reg.R8)
	})
	r = g.regs(0, 3)
	for i := range g.limbs() {
		c := func(place int) operand.Mem { return g.at(reg.RDI).element(place, i) }
		g.load(g, c(atY), r[0])
		g.load(g, c(atX), r[1])
		g.swap(sign, r[0], r[1], r[2])
		g.load(g, r[0], c(atY))
		g.load(g, r[1], c(atX))
		g.load(g, c(atT), r[0])
		g.negate(sign, i, r[0], r[2])
		g.load(g, r[0], c(atT))
	}
	g.end()
}

// picking takes entries by permutations within registers, which hold an entry's
// limb beside those of the others. All of the comb is read.
func (g *generator) picking() {
	g.begin("pick", "c becomes the point of the comb at t whose turn it is",
		param{"c", elements, reg.RDI}, param{"t", elements, reg.RSI}, turns)
	r := g.regs(0, 5)
	index, sign, x, y, free := r[0], r[1], r[2], r[3], r[4]
	g.turn(combEntries, index, sign)
	choose := g.chooser(g, index, g.regs(5, 10))
	for i := range g.limbs() {
		c := func(place int) operand.Mem { return g.at(reg.RDI).element(place, i) }
		limb := func(place int) operand.Mem {
			return operand.Mem{Base: reg.RSI, Disp: place*combElement + 4*i*g.shape().width}
		}
		choose(limb(0), x)
		choose(limb(1), y)
		g.swap(sign, x, y, free)
		g.load(g, x, c(0))
		g.load(g, y, c(1))
		choose(limb(2), x)
		g.negate(sign, i, x, free)
		g.load(g, x, c(2))
	}
	g.end()
}

// swap exchanges Y-X and Y+X where it is all ones.
func (g *generator) swap(sign, x, y, free operand.Op) {
	g.xor(g, x, y, free)
	g.and(g, sign, free, free)
	g.xor(g, free, x, x)
	g.xor(g, free, y, y)
}

// negate makes 2p - x of limb i where the sign is all ones, which is the
// complement of x, plus 2p + 1.
func (g *generator) negate(sign operand.Op, i int, x, free operand.Op) {
	g.xor(g, sign, x, x)
	g.and(g, g.constant(2*g.modulusLimb(i)+1), sign, free)
	g.VPADDQ(free, x, x)
}
