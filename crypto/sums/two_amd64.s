//go:build !purego

#include "textflag.h"

// The order of bytes that turns a block into big-endian words.
DATA swap<>+0(SB)/8, $0x0405060700010203
DATA swap<>+8(SB)/8, $0x0c0d0e0f08090a0b
GLOBL swap<>(SB), RODATA|NOPTR, $16

// The state's words stand as the instructions want them, ABEF and CDGH: of one
// message in X1 and X2, of the other in X7 and X8. X3-X6 and X9-X12 are the last
// sixteen words of their schedules.

// LOAD takes up a state and a block.
#define LOAD(state, block, abef, cdgh, w0, w1, w2, w3) \
	MOVOU   (state), X13      \
	MOVOU   16(state), cdgh   \
	PSHUFD  $0xB1, X13, X13   \
	PSHUFD  $0x1B, cdgh, cdgh \
	MOVO    X13, abef         \
	PALIGNR $8, cdgh, abef    \
	PBLENDW $0xF0, X13, cdgh  \
	MOVOU   (block), w0       \
	MOVOU   16(block), w1     \
	MOVOU   32(block), w2     \
	MOVOU   48(block), w3     \
	PSHUFB  X15, w0           \
	PSHUFB  X15, w1           \
	PSHUFB  X15, w2           \
	PSHUFB  X15, w3

// STORE adds what the rounds have made to the state.
#define STORE(state, abef, cdgh) \
	PSHUFD  $0x1B, abef, X13   \
	PSHUFD  $0xB1, cdgh, cdgh  \
	MOVO    X13, abef          \
	PBLENDW $0xF0, cdgh, abef  \
	PALIGNR $8, X13, cdgh      \
	MOVOU   (state), X13       \
	MOVOU   16(state), X14     \
	PADDL   X13, abef          \
	PADDL   X14, cdgh          \
	MOVOU   abef, (state)      \
	MOVOU   cdgh, 16(state)

// ROUNDS is four rounds of both messages, with their words wa and wb.
#define ROUNDS(at, wa, wb) \
	MOVOU       at(R8), X13     \
	MOVO        X13, X0         \
	PADDL       wa, X0          \
	PADDL       wb, X13         \
	PSHUFD      $0x0E, X0, X14  \
	SHA256RNDS2 X0, X1, X2      \
	MOVO        X13, X0         \
	PSHUFD      $0x0E, X13, X13 \
	SHA256RNDS2 X0, X7, X8      \
	MOVO        X14, X0         \
	SHA256RNDS2 X0, X2, X1      \
	MOVO        X13, X0         \
	SHA256RNDS2 X0, X8, X7

// FINISH makes the next four words of a schedule, of which the present four and
// those before them are the last ones.
#define FINISH(before, present, next) \
	MOVO       present, X14    \
	PALIGNR    $4, before, X14 \
	PADDL      X14, next       \
	SHA256MSG2 present, next

// BEGIN begins the words that take the place of those before the present ones.
#define BEGIN(before, present) \
	SHA256MSG1 present, before

// func two(first, second *[8]uint32, blocks *[2][64]byte, constants *[64]uint32)
TEXT ·two(SB), NOSPLIT, $0-32
	MOVQ  first+0(FP), DI
	MOVQ  second+8(FP), SI
	MOVQ  blocks+16(FP), DX
	MOVQ  constants+24(FP), R8
	LEAQ  64(DX), CX
	MOVOU swap<>(SB), X15
	LOAD(DI, DX, X1, X2, X3, X4, X5, X6)
	LOAD(SI, CX, X7, X8, X9, X10, X11, X12)

	ROUNDS(0, X3, X9)
	ROUNDS(16, X4, X10)
	BEGIN(X3, X4)
	BEGIN(X9, X10)
	ROUNDS(32, X5, X11)
	BEGIN(X4, X5)
	BEGIN(X10, X11)
	ROUNDS(48, X6, X12)
	FINISH(X5, X6, X3)
	BEGIN(X5, X6)
	FINISH(X11, X12, X9)
	BEGIN(X11, X12)
	ROUNDS(64, X3, X9)
	FINISH(X6, X3, X4)
	BEGIN(X6, X3)
	FINISH(X12, X9, X10)
	BEGIN(X12, X9)
	ROUNDS(80, X4, X10)
	FINISH(X3, X4, X5)
	BEGIN(X3, X4)
	FINISH(X9, X10, X11)
	BEGIN(X9, X10)
	ROUNDS(96, X5, X11)
	FINISH(X4, X5, X6)
	BEGIN(X4, X5)
	FINISH(X10, X11, X12)
	BEGIN(X10, X11)
	ROUNDS(112, X6, X12)
	FINISH(X5, X6, X3)
	BEGIN(X5, X6)
	FINISH(X11, X12, X9)
	BEGIN(X11, X12)
	ROUNDS(128, X3, X9)
	FINISH(X6, X3, X4)
	BEGIN(X6, X3)
	FINISH(X12, X9, X10)
	BEGIN(X12, X9)
	ROUNDS(144, X4, X10)
	FINISH(X3, X4, X5)
	BEGIN(X3, X4)
	FINISH(X9, X10, X11)
	BEGIN(X9, X10)
	ROUNDS(160, X5, X11)
	FINISH(X4, X5, X6)
	BEGIN(X4, X5)
	FINISH(X10, X11, X12)
	BEGIN(X10, X11)
	ROUNDS(176, X6, X12)
	FINISH(X5, X6, X3)
	BEGIN(X5, X6)
	FINISH(X11, X12, X9)
	BEGIN(X11, X12)
	ROUNDS(192, X3, X9)
	FINISH(X6, X3, X4)
	BEGIN(X6, X3)
	FINISH(X12, X9, X10)
	BEGIN(X12, X9)
	ROUNDS(208, X4, X10)
	FINISH(X3, X4, X5)
	FINISH(X9, X10, X11)
	ROUNDS(224, X5, X11)
	FINISH(X4, X5, X6)
	FINISH(X10, X11, X12)
	ROUNDS(240, X6, X12)

	STORE(DI, X1, X2)
	STORE(SI, X7, X8)
	RET

// func leaf7() (max, ebx uint32)
TEXT ·leaf7(SB), NOSPLIT, $0-8
	XORL AX, AX
	XORL CX, CX
	CPUID
	MOVL AX, max+0(FP)
	MOVL $0, ebx+4(FP)
	CMPL AX, $7
	JLT  done
	MOVL $7, AX
	XORL CX, CX
	CPUID
	MOVL BX, ebx+4(FP)

done:
	RET
