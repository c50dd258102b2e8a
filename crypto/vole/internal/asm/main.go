// Command asm writes the assembly of package vole: the convolution of its code
// for AVX2, for one vector and for two side by side. Package vole runs it by go
// generate; what it writes is checked in, and never edited by hand.
package main

import (
	"flag"
	"log"
	"os"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	to := flag.String("to", "convolve_amd64.s", "the file to write")
	flag.Parse()
	text, err := generate()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*to, text, 0o644); err != nil {
		log.Fatal(err)
	}
}

func generate() ([]byte, error) {
	c := build.NewContext()
	c.ConstraintExpr("!purego")
	g := generator{Context: c}
	g.factor = g.constant()
	g.width = 16
	g.convolve("convolveRowsAVX2", []reg.VecPhysical{reg.X0, reg.X1, reg.X2, reg.X3, reg.X4, reg.X5, reg.X6})
	g.width = 32
	g.convolve("convolvePairRowsAVX2", []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6})
	file, err := c.Result()
	if err != nil {
		return nil, err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return nil, err
	}
	return printer.NewGoAsm(printer.Config{Name: "asm with avo", Pkg: "vole"}).Print(file)
}

// The shape of the code, as in package vole.
const (
	rows   = 1 << 17
	window = 24
	near   = window / 2
	reach  = window + 1
)

type generator struct {
	*build.Context
	factor operand.Mem
	width  int // bytes of a row
}

// constant is what the carries out of both halves of an element come to.
func (g generator) constant() operand.Mem {
	m := g.StaticGlobal("factor")
	g.DataAttributes(attr.RODATA | attr.NOPTR)
	for i, word := range []uint64{0x87, 1, 0x87, 1} {
		g.AddDatum(8*i, operand.U64(word))
	}
	return m
}

// convolve is the pass over all rows but the first: package vole's convolveRows.
// A row before is taken where the sign of mask says so; the mask moves by a bit
// from one to the next, from the farthest on. The row before this one is still in
// a register.
func (g generator) convolve(name string, r []reg.VecPhysical) {
	mask, far, sum, term, before, factor, zero := r[0], r[1], r[2], r[3], r[4], r[5], r[6]
	g.Function(name)
	g.Attributes(attr.NOSPLIT)
	g.SignatureExpr("func(d *uint64, taps *uint32)")
	d, taps := operand.Mem{Base: reg.RDX}, operand.Mem{Base: reg.RSI}
	g.Load(g.Param("d"), reg.RDX)
	g.Load(g.Param("taps"), reg.RSI)
	g.VMOVDQU(g.factor, factor)
	g.VPXOR(zero, zero, zero)
	g.ADDQ(operand.U32(reach*g.width), reg.RDX)
	g.ADDQ(operand.U32(reach*4), reg.RSI)
	g.MOVQ(operand.U32(rows-reach), reg.RCX)
	g.VMOVDQU(d.Offset(-g.width), before)
	g.Label(name + "Row")
	g.VPBROADCASTD(taps, mask)
	g.VPSLLD(operand.U8(32-window), mask, mask)
	g.VMOVDQU(d, far)
	g.VPXOR(d.Offset(-reach*g.width), far, far)
	take := func(row operand.Op, to reg.VecPhysical) {
		g.VBLENDVPS(mask, row, zero, term)
		g.VPXOR(term, to, to)
		g.VPADDD(mask, mask, mask)
	}
	for tap := window; tap > near; tap-- {
		take(d.Offset(-tap*g.width), far)
	}
	g.timesX(far, sum, term, factor, zero)
	for tap := near; tap > 1; tap-- {
		take(d.Offset(-tap*g.width), sum)
	}
	g.VBLENDVPS(mask, before, zero, term)
	g.VPXOR(term, sum, before)
	g.VMOVDQU(before, d)
	g.ADDQ(operand.U8(g.width), reg.RDX)
	g.ADDQ(operand.U8(4), reg.RSI)
	g.DECQ(reg.RCX)
	g.JNZ(operand.LabelRef(name + "Row"))
	g.VZEROUPPER()
	g.RET()
}

// timesX sets to to x·v.
func (g generator) timesX(v, to, carry, factor, zero reg.VecPhysical) {
	g.VPSRLQ(operand.U8(63), v, carry)
	g.VPSHUFD(operand.U8(0x4e), carry, carry) // into the other half
	g.VPSUBQ(carry, zero, carry)
	g.VPAND(factor, carry, carry)
	g.VPADDQ(v, v, to)
	g.VPXOR(carry, to, to)
}
