package lanes

import (
	"fmt"
	"math/bits"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// An emulator runs the assembly of a vector tier as it stands in its file, on
// machines that lack the instructions. It knows the instructions that internal/asm
// writes and no others, keeps to the memory that it was lent, and refuses
// accesses that are not aligned to eight bytes.
type emulator struct {
	functions map[string]*function
	memory    [][]uint64        // by segment; an address is a segment and an offset
	symbols   map[string]uint64 // addresses of data

	vectors [32][8]uint64
	general map[string]uint64
	masks   [8]uint64
	zero    bool // the flag
	frame   uint64
	trace   uint64 // a digest of all places and addresses
	// ranges makes each pair of lanes the least and the greatest value that
	// one lane can have, and refuses what could wrap around.
	ranges bool
}

type function struct {
	code   []instruction
	labels map[string]int
	params []string
}

type instruction struct {
	op, line string
	args     []operand
}

// An operand of one of the kinds v (vector), k (mask), g (general), i (number),
// m (memory), p (parameter), l (label).
type operand struct {
	kind    byte
	reg     int
	lanes   int
	name    string
	value   uint64 // number or displacement
	index   string
	scale   uint64
	dataSym string
}

const segmentShift = 40

func (e *emulator) segment(words []uint64) uint64 {
	e.memory = append(e.memory, words)
	return uint64(len(e.memory)-1)<<segmentShift | 64
}

// words is memory from an address; the first 64 bytes of a segment are no one's.
func (e *emulator) words(address uint64, n int) []uint64 {
	e.follow(address)
	offset := address&(1<<segmentShift-1) - 64
	if offset%8 != 0 {
		panic(fmt.Sprintf("address %#x is not aligned", address))
	}
	return e.memory[address>>segmentShift][offset/8:][:n]
}

func (e *emulator) follow(x uint64) {
	e.trace = bits.RotateLeft64((e.trace^x)*0x9e3779b97f4a7c15, 29)
}

var (
	dataLine  = regexp.MustCompile(`^DATA (\w+)<>\+(\d+)\(SB\)/8, \$(\w+)$`)
	textLine  = regexp.MustCompile(`^TEXT ·(\w+)\(SB\), \$(\d+)-\d+$`)
	signature = regexp.MustCompile(`^// func \w+\((.*)\)$`)
	memoryArg = regexp.MustCompile(`^(-?\d*)\((\w+)\)(?:\((\w+)\*(\d)\))?$`)
	symbolArg = regexp.MustCompile(`^(\w+)<>\+0\(SB\)$`)
	paramArg  = regexp.MustCompile(`^\w+\+(\d+)\(FP\)$`)
	vectorArg = regexp.MustCompile(`^([YZ])(\d+)$`)
)

// assemble reads a file of assembly.
func assemble(t testing.TB, name string) *emulator {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	e := &emulator{functions: map[string]*function{}, symbols: map[string]uint64{}, memory: [][]uint64{nil}}
	var f *function
	var params []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if m := signature.FindStringSubmatch(line); m != nil {
			params = strings.Split(m[1], ", ")
			continue
		}
		if m := dataLine.FindStringSubmatch(line); m != nil {
			e.datum(m)
			continue
		}
		if m := textLine.FindStringSubmatch(line); m != nil {
			f = &function{labels: map[string]int{}, params: params}
			e.functions[m[1]] = f
			continue
		}
		if line == "" || strings.HasPrefix(line, "//") || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "GLOBL") {
			continue
		}
		if label, ok := strings.CutSuffix(line, ":"); ok {
			f.labels[label] = len(f.code)
			continue
		}
		f.code = append(f.code, parse(t, line))
	}
	return e
}

func (e *emulator) datum(m []string) {
	v, _ := strconv.ParseUint(m[3], 0, 64)
	address, ok := e.symbols[m[1]]
	if !ok {
		address = e.segment(nil)
		e.symbols[m[1]] = address
	}
	s := address >> segmentShift
	e.memory[s] = append(e.memory[s], v)
}

func parse(t testing.TB, line string) instruction {
	op, rest, _ := strings.Cut(line, " ")
	in := instruction{op: op, line: line}
	if rest = strings.TrimSpace(rest); rest == "" {
		return in
	}
	for _, a := range strings.Split(rest, ", ") {
		in.args = append(in.args, parseOperand(t, strings.TrimSpace(a)))
	}
	return in
}

func parseOperand(t testing.TB, a string) operand {
	if n, ok := strings.CutPrefix(a, "$"); ok {
		v, err := strconv.ParseInt(n, 0, 64)
		if err != nil {
			t.Fatalf("number %s: %v", a, err)
		}
		return operand{kind: 'i', value: uint64(v)}
	}
	if m := vectorArg.FindStringSubmatch(a); m != nil {
		n, _ := strconv.Atoi(m[2])
		return operand{kind: 'v', reg: n, lanes: map[string]int{"Y": 4, "Z": 8}[m[1]]}
	}
	if m := symbolArg.FindStringSubmatch(a); m != nil {
		return operand{kind: 'm', dataSym: m[1]}
	}
	if m := paramArg.FindStringSubmatch(a); m != nil {
		v, _ := strconv.ParseUint(m[1], 10, 64)
		return operand{kind: 'p', value: v}
	}
	if m := memoryArg.FindStringSubmatch(a); m != nil {
		v, _ := strconv.ParseInt("0"+m[1], 10, 64)
		scale, _ := strconv.ParseUint("0"+m[4], 10, 64)
		return operand{kind: 'm', value: uint64(v), name: m[2], index: m[3], scale: scale}
	}
	if a[0] == 'K' {
		return operand{kind: 'k', reg: int(a[1] - '0')}
	}
	if strings.ToLower(a) == a {
		return operand{kind: 'l', name: a}
	}
	return operand{kind: 'g', name: a}
}

func (e *emulator) address(o operand) uint64 {
	if o.kind == 'p' {
		return e.frame + o.value
	}
	if o.dataSym != "" {
		return e.symbols[o.dataSym]
	}
	return e.general[o.name] + o.value + e.general[o.index]*o.scale
}

// call runs a function with parameters of one word each.
func (e *emulator) call(name string, params ...uint64) {
	f := e.functions[name]
	if f == nil || len(params) != len(f.params) {
		panic("no such function, or another signature: " + name)
	}
	kept := len(e.memory)
	e.frame = e.segment(params)
	stack := make([]uint64, 64)
	e.general = map[string]uint64{"SP": e.segment(stack)}
	e.vectors, e.masks = [32][8]uint64{}, [8]uint64{}
	for pc := 0; pc >= 0; {
		pc = e.step(f, pc)
	}
	e.memory = e.memory[:kept]
}

// step does one instruction and returns the place of the next, negative at the end.
func (e *emulator) step(f *function, pc int) int {
	e.follow(uint64(pc))
	in := &f.code[pc]
	switch in.op {
	case "RET":
		return -1
	case "VZEROUPPER":
		for i := range 16 {
			clear(e.vectors[i][2:])
		}
	case "JNZ", "JNE":
		if !e.zero {
			return f.labels[in.args[0].name]
		}
	default:
		if in.op[0] == 'V' {
			e.vector(in)
		} else {
			e.scalar(in)
		}
	}
	return pc + 1
}

func (e *emulator) value(o operand) uint64 {
	switch o.kind {
	case 'i':
		return o.value
	case 'g':
		return e.general[o.name]
	}
	return e.words(e.address(o), 1)[0]
}

func (e *emulator) scalar(in *instruction) {
	to := in.args[len(in.args)-1].name
	a, b := in.args[0], e.general[to]
	switch in.op {
	case "MOVQ":
		e.general[to] = e.value(a)
		return
	case "LEAQ":
		e.general[to] = e.address(a)
		return
	case "IMUL3Q":
		b = e.value(a) * e.value(in.args[1])
	case "ADDQ":
		b += e.value(a)
	case "ANDQ":
		b &= e.value(a)
	case "XORQ":
		b ^= e.value(a)
	case "SHRQ":
		b >>= e.value(a)
	case "INCQ":
		b++
	case "DECQ":
		b--
	case "CMPQ":
		e.zero = e.value(a) == e.value(in.args[1])
		return
	default:
		panic("unknown instruction: " + in.line)
	}
	e.general[to], e.zero = b, b == 0
}

// lanesOf reads a vector operand.
func (e *emulator) lanesOf(o operand, n int) (v [8]uint64) {
	if o.kind == 'v' {
		copy(v[:n], e.vectors[o.reg][:n])
		return v
	}
	copy(v[:n], e.words(e.address(o), n))
	return v
}

// vector does the instructions on vectors. Go writes operands the other way
// round than the manuals: the destination is the last.
func (e *emulator) vector(in *instruction) {
	args, last := in.args, in.args[len(in.args)-1]
	n := 0
	for _, a := range args {
		n = max(n, a.lanes)
	}
	switch in.op {
	case "VMOVDQU", "VMOVDQU64":
		v := e.lanesOf(args[0], n)
		if last.kind == 'm' {
			copy(e.words(e.address(last), n), v[:n])
			return
		}
		e.vectors[last.reg] = v // lanes above are cleared
		return
	case "VPBROADCASTQ":
		v := e.value(args[0])
		e.vectors[last.reg] = [8]uint64{}
		for i := range n {
			e.vectors[last.reg][i] = v
		}
		return
	case "VPMOVM2Q":
		for i := range n {
			e.vectors[last.reg][i] = -(e.masks[args[0].reg] >> i & 1)
		}
		return
	}
	x, y := e.lanesOf(args[len(args)-3+shifts(in)], n), e.lanesOf(args[len(args)-2], n)
	if last.kind == 'k' {
		e.masks[last.reg] = 0
		for i := range n {
			e.masks[last.reg] |= lane(in, x[i], y[i], 0) & 1 << i
		}
		return
	}
	old := e.vectors[last.reg]
	e.vectors[last.reg] = [8]uint64{}
	if strings.HasPrefix(in.op, "VPERM") {
		e.vectors[last.reg] = permuted(in, x, y, old)
		return
	}
	if e.ranges {
		for i := 0; i < n; i += 2 {
			x, y, z := extent{x[i], x[i+1]}, extent{y[i], y[i+1]}, extent{old[i], old[i+1]}
			r := laneRange(in, x, y, z)
			e.vectors[last.reg][i], e.vectors[last.reg][i+1] = r.least, r.most
		}
		return
	}
	for i := range n {
		e.vectors[last.reg][i] = lane(in, x[i], y[i], old[i])
	}
}

// shifts is one for instructions whose first operand is a number and that have
// one vector operand only.
func shifts(in *instruction) int {
	if in.op == "VPSRLQ" || in.op == "VPSLLQ" {
		return 1
	}
	return 0
}

const low52 = 1<<52 - 1

// lane is what an instruction does in a lane: x and y stand as in Go's assembly,
// z is what the destination held.
func lane(in *instruction, x, y, z uint64) uint64 {
	switch in.op {
	case "VPADDQ":
		return x + y
	case "VPSUBQ":
		return y - x
	case "VPAND", "VPANDQ":
		return x & y
	case "VPOR", "VPORQ":
		return x | y
	case "VPXOR", "VPXORQ":
		return x ^ y
	case "VPSRLQ":
		return y >> in.args[0].value
	case "VPSLLQ":
		return y << in.args[0].value
	case "VPMULUDQ":
		return x & (1<<32 - 1) * (y & (1<<32 - 1))
	case "VPMULLQ":
		return x * y
	case "VPCMPEQQ":
		if x == y {
			return ^uint64(0)
		}
		return 0
	case "VPMADD52LUQ":
		_, low := bits.Mul64(x&low52, y&low52)
		return z + low&low52
	case "VPMADD52HUQ":
		high, low := bits.Mul64(x&low52, y&low52)
		return z + (high<<12 | low>>52)
	case "VPTERNLOGQ":
		return ternary(byte(in.args[0].value), z, y, x)
	}
	panic("unknown instruction: " + in.line)
}

// permuted takes what y says out of x, or out of z and x: eight numbers of 32
// bits of the first, sixteen of 64 of both.
func permuted(in *instruction, x, y, z [8]uint64) (r [8]uint64) {
	switch in.op {
	case "VPERMD":
		for i := range 8 {
			from := y[i/2] >> (32 * (i % 2)) & 7
			r[i/2] |= x[from/2] >> (32 * (from % 2)) & (1<<32 - 1) << (32 * (i % 2))
		}
	case "VPERMT2Q":
		both := append(z[:], x[:]...)
		for i := range r {
			r[i] = both[y[i]&15]
		}
	default:
		panic("unknown instruction: " + in.line)
	}
	return r
}

// ternary looks every bit up in the table, with bits of a, b, c as the index.
func ternary(table byte, a, b, c uint64) (r uint64) {
	for i := range 64 {
		index := a>>i&1<<2 | b>>i&1<<1 | c>>i&1
		r |= uint64(table) >> index & 1 << i
	}
	return r
}
