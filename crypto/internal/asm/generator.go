package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const (
	block  = 16 // bytes of a block, and of an element
	single = 16 // width of the registers that work on one block at a time
)

// A generator writes one file.
type generator struct {
	*build.Context
	tier
	constants map[string]operand.Mem
}

// A lane is a width of registers: that of the tier, or of a single block for
// what is left over.
type lane struct {
	*generator
	width int
}

func (g *generator) wide() lane   { return lane{g, g.tier.width} }
func (g *generator) narrow() lane { return lane{g, single} }

// reg is vector register i in the lane's width.
func (l lane) reg(i int) operand.Op {
	if l.width == single {
		return []reg.VecPhysical{reg.X0, reg.X1, reg.X2, reg.X3, reg.X4, reg.X5, reg.X6, reg.X7,
			reg.X8, reg.X9, reg.X10, reg.X11, reg.X12, reg.X13, reg.X14, reg.X15}[i]
	}
	return []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15}[i]
}

// broadcast reads one block into every half of a register.
func (l lane) broadcast(m operand.Mem, z operand.Op) {
	if l.width == single {
		l.VMOVDQU(m, z)
		return
	}
	l.VBROADCASTI128(m, z)
}

// at is the memory of register i of those that follow a pointer.
func (l lane) at(base reg.GPPhysical, i int) operand.Mem {
	return operand.Mem{Base: base, Disp: i * l.width}
}

// raw writes an instruction in a form that avo does not list: it stands for the
// same operands in wider registers. The last operand is what it writes.
func (l lane) raw(opcode string, operands ...operand.Op) {
	last := len(operands) - 1
	l.Instruction(&ir.Instruction{Opcode: opcode, Operands: operands, Inputs: operands[:last], Outputs: operands[last:]})
}

// aes does a round, or the last one, on a state.
func (l lane) aes(opcode string, key, state operand.Op) { l.raw(opcode, key, state, state) }

// clmul multiplies the half of x that the low digit of halves names by that of y
// that the high digit does.
func (l lane) clmul(halves uint8, x, y, z operand.Op) {
	l.raw("VPCLMULQDQ", operand.U8(halves), y, x, z)
}

// constant is the memory that holds 64-bit words.
func (g *generator) constant(name string, words ...uint64) operand.Mem {
	if g.constants == nil {
		g.constants = map[string]operand.Mem{}
	}
	if m, ok := g.constants[name]; ok {
		return m
	}
	m := g.StaticGlobal(fmt.Sprintf("%s%s", name, g.suffix))
	g.DataAttributes(attr.RODATA | attr.NOPTR)
	for _, w := range words {
		g.AppendDatum(operand.U64(w))
	}
	g.constants[name] = m
	return m
}

// A param of a function is loaded into its register.
type param struct {
	name string
	kind string
	to   reg.Register
}

const (
	blocks = "*uint64"
	number = "uint64"
)

// count is the register of how many blocks are left.
var count = reg.RCX

var paramN = param{"n", number, count}

// begin begins a function and loads its parameters.
func (g *generator) begin(name, doc string, params ...param) {
	g.Function(name + g.suffix)
	g.Doc(name + g.suffix + ": " + doc + ".")
	g.Pragma("noescape")
	list := ""
	for i, p := range params {
		if i > 0 {
			list += ", "
		}
		list += p.name + " " + p.kind
	}
	g.SignatureExpr("func(" + list + ")")
	for _, p := range params {
		g.Load(g.Param(p.name), p.to)
	}
}

func (g *generator) end() {
	g.VZEROUPPER()
	g.RET()
}

// loop does a body for so many registers of a lane as long as there are blocks
// for them, and advances the pointers.
func (l lane) loop(label string, registers int, body func(l lane, registers int), pointers ...reg.GPPhysical) {
	per := registers * l.width / block
	l.CMPQ(count, operand.U32(per))
	l.JB(operand.LabelRef(label + "End"))
	l.Label(label)
	body(l, registers)
	for _, p := range pointers {
		l.ADDQ(operand.U32(registers*l.width), p)
	}
	l.SUBQ(operand.U32(per), count)
	l.CMPQ(count, operand.U32(per))
	l.JAE(operand.LabelRef(label))
	l.Label(label + "End")
}

// loops does a body for groups of registers and then for single blocks.
func (g *generator) loops(registers int, body func(l lane, registers int), pointers ...reg.GPPhysical) {
	g.wide().loop("group", registers, body, pointers...)
	g.narrow().loop("rest", 1, body, pointers...)
}
