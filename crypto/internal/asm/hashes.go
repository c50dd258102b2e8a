package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const rounds = 10 // of AES-128

// hashes writes the functions of package mmo.
func (g *generator) hashes() {
	g.expansion()
	g.fixed("mmo", "dst = AES(src) + src for n blocks", lane.load)
	g.fixed("ccr", "dst = AES(s) + s with s = σ(src) for n blocks", lane.loadSigma)
	g.stream()
	g.keyed()
}

var (
	paramDst      = param{"dst", blocks, reg.RDI}
	paramSrc      = param{"src", blocks, reg.RSI}
	paramSchedule = param{"schedule", blocks, reg.RDX}
)

// The registers of a fixed key: states from the first on.
const (
	stateRegs = 8
	keyReg    = 8
	feedReg   = 9
	maskReg   = 10 // of σ
	nextReg   = 11 // of counters: the next, and the step between registers
	stepReg   = 12
)

func (l lane) load(m operand.Mem, z operand.Op) { l.VMOVDQU(m, z) }

// loadSigma sets z to σ of what m holds: its halves swapped, and the upper added
// to the new upper.
func (l lane) loadSigma(m operand.Mem, z operand.Op) {
	upper := l.reg(maskReg + 1)
	l.VMOVDQU(m, z)
	l.VPAND(l.reg(maskReg), z, upper)
	l.VPSHUFD(operand.U8(0x4e), z, z)
	l.VPXOR(upper, z, z)
}

// fixed writes a function that hashes with one key. The input is read a second
// time at the end, when it is added.
func (g *generator) fixed(name, doc string, load func(l lane, m operand.Mem, z operand.Op)) {
	g.begin(name, doc, paramDst, paramSrc, paramSchedule, paramN)
	w := g.wide()
	w.broadcast(g.constant("upper", 0, ^uint64(0)), w.reg(maskReg))
	g.loops(stateRegs, func(l lane, n int) {
		for i := range n {
			load(l, l.at(reg.RSI, i), l.reg(i))
		}
		l.encrypt(n)
		for i := range n {
			load(l, l.at(reg.RSI, i), l.reg(feedReg))
			l.VPXOR(l.reg(feedReg), l.reg(i), l.reg(i))
			l.VMOVDQU(l.reg(i), l.at(reg.RDI, i))
		}
	}, reg.RDI, reg.RSI)
	g.end()
}

// encrypt encrypts the first n registers.
func (l lane) encrypt(n int) {
	key := l.reg(keyReg)
	for r := range rounds + 1 {
		l.broadcast(operand.Mem{Base: reg.RDX, Disp: r * block}, key)
		for i := range n {
			switch r {
			case 0:
				l.VPXOR(key, l.reg(i), l.reg(i))
			case rounds:
				l.aes("VAESENCLAST", key, l.reg(i))
			default:
				l.aes("VAESENC", key, l.reg(i))
			}
		}
	}
}

// stream writes the function of counter mode.
func (g *generator) stream() {
	g.begin("stream", "dst = AES(counter), AES(counter + 1) and so on for n blocks",
		paramDst, paramSchedule, param{"counter", number, reg.RSI}, paramN)
	w := g.wide()
	g.VMOVQ(reg.RSI, g.narrow().reg(nextReg))
	if w.width != single {
		g.VINSERTI128(operand.U8(1), g.narrow().reg(nextReg), w.reg(nextReg), w.reg(nextReg))
		g.VPADDQ(g.constant("first", 0, 0, 1, 0), w.reg(nextReg), w.reg(nextReg))
	}
	w.broadcast(g.constant("step", uint64(w.width/block), 0), w.reg(stepReg))
	w.loop("group", stateRegs, lane.count, reg.RDI)
	n := g.narrow()
	n.broadcast(g.constant("one", 1, 0), n.reg(stepReg))
	n.loop("rest", 1, lane.count, reg.RDI)
	g.end()
}

// count encrypts the next counters.
func (l lane) count(n int) {
	next := l.reg(nextReg)
	for i := range n {
		l.VMOVDQA(next, l.reg(i))
		l.VPADDQ(l.reg(stepReg), next, next)
	}
	l.encrypt(n)
	for i := range n {
		l.VMOVDQU(l.reg(i), l.at(reg.RDI, i))
	}
}

// The registers of a key a block: keys from the first on, then states, then what
// helps to make the next keys.
const (
	keyedRegs  = 4
	rotateReg  = 12
	roundReg   = 13
	shiftReg   = 14
	rotateWord = 0x0c0f0e0d_0c0f0e0d // the last word of a key, rotated, four times
)

// roundConstants are those of FIPS 197, in all four words of a key.
var roundConstants = [rounds]uint64{1, 2, 4, 8, 16, 32, 64, 128, 0x1b, 0x36}

func (g *generator) roundConstant(r int) operand.Mem {
	var words []uint64
	for _, c := range roundConstants {
		words = append(words, c|c<<32, c|c<<32)
	}
	return g.constant("rounds", words...).Offset((r - 1) * block)
}

// nextKey makes the key of the next round. The last word goes through the S-box
// by a last round of AES: with the same word in every column, its ShiftRows has
// no effect.
func (l lane) nextKey(key, t operand.Op) {
	l.VPSHUFB(l.reg(rotateReg), key, t)
	l.aes("VAESENCLAST", l.reg(roundReg), t)
	shifted := l.reg(shiftReg)
	for _, bytes := range []uint64{4, 8} { // each word becomes the sum of those up to it
		l.VPSLLDQ(operand.U8(bytes), key, shifted)
		l.VPXOR(shifted, key, key)
	}
	l.VPXOR(t, key, key)
}

// keyed writes the function with a key for every block.
func (g *generator) keyed() {
	g.begin("keyed", "dst = AES(values) + values under the keys, for n blocks",
		paramDst, param{"keys", blocks, reg.RSI}, param{"values", blocks, reg.RDX}, paramN)
	w := g.wide()
	w.broadcast(g.constant("rotate", rotateWord, rotateWord), w.reg(rotateReg))
	g.loops(keyedRegs, func(l lane, n int) {
		for i := range n {
			l.VMOVDQU(l.at(reg.RSI, i), l.reg(i))
			l.VPXOR(l.at(reg.RDX, i), l.reg(i), l.reg(n+i))
		}
		for r := 1; r <= rounds; r++ {
			l.broadcast(g.roundConstant(r), l.reg(roundReg))
			opcode := "VAESENC"
			if r == rounds {
				opcode = "VAESENCLAST"
			}
			for i := range n {
				l.nextKey(l.reg(i), l.reg(2*n+i))
				l.aes(opcode, l.reg(i), l.reg(n+i))
			}
		}
		for i := range n {
			l.VPXOR(l.at(reg.RDX, i), l.reg(n+i), l.reg(n+i))
			l.VMOVDQU(l.reg(n+i), l.at(reg.RDI, i))
		}
	}, reg.RDI, reg.RSI, reg.RDX)
	g.end()
}

// features writes the function that asks the processor what it can do beyond what
// package cpu tells.
func (g *generator) features() {
	g.Function("features")
	g.Doc("features is register ECX of leaf 7 of CPUID.")
	g.Pragma("noescape")
	g.SignatureExpr("func() uint32")
	g.MOVL(operand.U32(7), reg.EAX)
	g.XORL(reg.ECX, reg.ECX)
	g.CPUID()
	g.Store(reg.ECX, g.ReturnIndex(0))
	g.RET()
}

// expansion writes the function that makes the round keys of one key.
func (g *generator) expansion() {
	g.begin("expand", "the eleven round keys of a key", param{"schedule", blocks, reg.RDI}, param{"key", blocks, reg.RSI})
	l := g.narrow()
	l.broadcast(g.constant("rotate", rotateWord, rotateWord), l.reg(rotateReg))
	l.VMOVDQU(l.at(reg.RSI, 0), l.reg(0))
	l.VMOVDQU(l.reg(0), l.at(reg.RDI, 0))
	for r := 1; r <= rounds; r++ {
		l.broadcast(g.roundConstant(r), l.reg(roundReg))
		l.nextKey(l.reg(0), l.reg(1))
		l.VMOVDQU(l.reg(0), l.at(reg.RDI, r))
	}
	g.end()
}
