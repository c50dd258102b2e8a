//go:build !purego

package lanes

//go:generate go run ../asm

var avx2 = vector[vec4]{form4, &kernels[vec4]{
	mul: mulAVX2, add: addAVX2, sub: subAVX2, sqr: sqrAVX2,
	canon: canonAVX2, odd: oddAVX2, zero: zeroAVX2, choose: chooseAVX2,
	double: doubleAVX2, plus: plusAVX2, lookup: lookupAVX2,
}}
