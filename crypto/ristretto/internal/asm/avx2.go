package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// avx2 is four lanes in radix 2^25.5: limbs of 26 and 25 bits in turn, ten
// registers. VPMULUDQ multiplies 32 bits by 32. After a multiplication limbs
// are at most 1.002 times as large as their bits say; those of a first factor may be
// 8 times as large, those of a second 3 times, so that 19 times one is below 2^32.
// The largest column is 124.5·2^52 times the product of both: below 2^64 up to 32.
type avx2 struct{ avx2Registers }

type avx2Registers []reg.VecPhysical

func newAVX2() isa {
	return avx2{avx2Registers{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15}}
}

func (m avx2) shape() shape {
	return shape{
		name: "avx2", suffix: "AVX2", element: "*[10][4]uint64", width: 32,
		regs:    m.avx2Registers,
		bits:    []uint64{26, 25, 26, 25, 26, 25, 26, 25, 26, 25},
		relaxed: true,
		spills:  true,
	}
}

func (avx2) load(g *generator, m, r operand.Op)     { g.VMOVDQU(m, r) }
func (avx2) and(g *generator, x, y, z operand.Op)   { g.VPAND(x, y, z) }
func (avx2) or(g *generator, x, y, z operand.Op)    { g.VPOR(x, y, z) }
func (avx2) xor(g *generator, x, y, z operand.Op)   { g.VPXOR(x, y, z) }
func (avx2) equal(g *generator, x, y, z operand.Op) { g.VPCMPEQQ(x, y, z) }

func (avx2) blend(g *generator, m, mask, z, free operand.Op) {
	g.VPAND(m, mask, free)
	g.VPOR(free, z, z)
}

// chooser takes one of eight numbers of 32 bits out of each of four registers by
// the low bits of the index, of which a permutation heeds three, and keeps that of
// the register that the others say.
func (avx2) chooser(g *generator, index operand.Op, keep []operand.Op) func(m operand.Mem, z operand.Op) {
	free := keep[4]
	g.VPSRLQ(operand.U8(3), index, free)
	for i, mask := range keep[:4] {
		g.VPCMPEQQ(g.constant(uint64(i)), free, mask)
		g.VPAND(g.constant(1<<32-1), mask, mask)
	}
	return func(m operand.Mem, z operand.Op) {
		for i, mask := range keep[:4] {
			to := free
			if i == 0 {
				to = z
			}
			g.VMOVDQU(m, to) // apart from the permutation: twice as fast on Zen 3
			g.VPERMD(to, index, to)
			g.VPAND(mask, to, to)
			if i > 0 {
				g.VPOR(to, z, z)
			}
			m.Disp += 32
		}
	}
}

// mul goes row by row: limb i of x times all of y, where limbs of y that come
// round past 2^255 count 19 times, and odd times odd counts twice.
func (m avx2) mul(g *generator, x, y pointer) []operand.Op {
	sums := g.regs(0, 10)
	one, two, nineteen := m.avx2Registers[10], m.avx2Registers[11], m.avx2Registers[15]
	g.VMOVDQU(g.constant(19), nineteen)
	for j := 9; j > 0; j-- {
		t := m.avx2Registers[12+j%3]
		g.VPMULUDQ(y.limb(j), nineteen, t)
		g.VMOVDQU(t, g.spill.limb(j))
	}
	for i := range 10 {
		g.VMOVDQU(x.limb(i), one)
		if i%2 == 1 {
			g.VPADDQ(one, one, two)
		}
		for j := range 10 {
			factor, other := one, y.limb(j)
			if i%2 == 1 && j%2 == 1 {
				factor = two
			}
			if i+j >= 10 {
				other = g.spill.limb(j)
			}
			m.accumulate(g, i == 0, other, factor, sums, i+j)
		}
	}
	m.carry(g, sums)
	return sums
}

// accumulate adds a product to its column, or begins the column with it.
func (m avx2) accumulate(g *generator, first bool, x operand.Mem, y reg.VecPhysical, sums []operand.Op, column int) {
	if first {
		g.VPMULUDQ(x, y, sums[column%10])
		return
	}
	t := m.avx2Registers[12+column%4]
	g.VPMULUDQ(x, y, t)
	g.VPADDQ(t, sums[column%10], sums[column%10])
}

// sqr counts each pair of limbs once. A limb that comes round counts 19 times,
// or 38 where it is odd, which is then also the factor of two.
func (m avx2) sqr(g *generator, x pointer) []operand.Op {
	sums := g.regs(0, 10)
	t := m.avx2Registers[12]
	for j := 9; j > 4; j-- {
		g.VMOVDQU(x.limb(j), t)
		g.VPMULUDQ(g.constant(uint64(19*(1+j%2))), t, t)
		g.VMOVDQU(t, g.spill.limb(j))
	}
	for i := range 10 {
		one, two, four := m.avx2Registers[10], m.avx2Registers[11], m.avx2Registers[15]
		g.VMOVDQU(x.limb(i), one)
		g.VPADDQ(one, one, two)
		if i == 1 || i == 3 {
			g.VPADDQ(two, two, four)
		}
		factors := map[int]reg.VecPhysical{1: one, 2: two, 4: four}
		for j := i; j < 10; j++ {
			other, scaled := x.limb(j), 1
			if i+j >= 10 {
				other, scaled = g.spill.limb(j), 1+j%2
			}
			count := (1 + i%2*(j%2)) * min(2, 1+j-i)
			m.accumulateThree(g, i == 0, other, factors[count/scaled], sums, i+j)
		}
	}
	m.carry(g, sums)
	return sums
}

// accumulateThree is accumulate where one register less is free.
func (m avx2) accumulateThree(g *generator, first bool, x operand.Mem, y reg.VecPhysical, sums []operand.Op, column int) {
	if first {
		g.VPMULUDQ(x, y, sums[column%10])
		return
	}
	t := m.avx2Registers[12+column%3]
	g.VPMULUDQ(x, y, t)
	g.VPADDQ(t, sums[column%10], sums[column%10])
}

// carry makes columns of products into limbs: two chains at once, each around
// half of the element and one step further.
func (m avx2) carry(g *generator, c []operand.Op) {
	bits := m.shape().bits
	for n, i := range []int{0, 5, 1, 6, 2, 7, 3, 8, 4, 9, 5, 0} {
		t := m.avx2Registers[10+n%2]
		g.VPSRLQ(operand.U8(bits[i]), c[i], t)
		g.and(g, g.mask(i), c[i], c[i])
		if i < 9 {
			g.VPADDQ(t, c[i+1], c[i+1])
			continue
		}
		// 19 times what is too long for VPMULUDQ.
		g.VPADDQ(t, c[0], c[0])
		g.VPSLLQ(operand.U8(1), t, m.avx2Registers[12])
		g.VPSLLQ(operand.U8(4), t, t)
		g.VPADDQ(m.avx2Registers[12], c[0], c[0])
		g.VPADDQ(t, c[0], c[0])
	}
}
