//go:build !purego

package lanes

//go:generate go run ../asm -dir .

// avx2 multiplies 32 bits by 32 in four lanes.
var avx2 = &vector[vec4]{&form4, &kernels[vec4]{
	mul: mulAVX2, add: addAVX2, sub: subAVX2, sqr: sqrAVX2,
	canon: canonAVX2, odd: oddAVX2, zero: zeroAVX2, choose: chooseAVX2,
	double: doubleAVX2, plus: plusAVX2, mix: mixAVX2,
	lookup: lookupAVX2, pick: pickAVX2,
}}

// ifma multiplies 52 bits by 52 in eight lanes.
var ifma = &vector[vec8]{&form8, &kernels[vec8]{
	mul: mulIFMA, add: addIFMA, sub: subIFMA, sqr: sqrIFMA,
	canon: canonIFMA, odd: oddIFMA, zero: zeroIFMA, choose: chooseIFMA,
	double: doubleIFMA, plus: plusIFMA, mix: mixIFMA,
	lookup: lookupIFMA, pick: pickIFMA,
}}
