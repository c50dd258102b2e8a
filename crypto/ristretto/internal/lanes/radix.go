package lanes

import "encoding/binary"

// vec4 is four elements in radix 2^25.5: limbs of 26 and 25 bits in turn.
type vec4 = [10][4]uint64

var form4 = form[vec4]{width: 4, putLane: put4, getLane: get4, putComb: comb4, moveLane: move4}

func put4(z *vec4, lane int, b []byte) {
	for i := range z {
		z[i][lane] = bitsAt(b, (51*i+1)/2) & (1<<(26-i%2) - 1)
	}
}

func get4(b []byte, x *vec4, lane int) {
	var w [4]uint64
	for i := range x {
		setBits(&w, (51*i+1)/2, x[i][lane])
	}
	putWords(b, &w)
}

// comb4 puts two limbs into a word.
func comb4(comb []vec4, entry int, b []byte) {
	var x vec4
	put4(&x, 0, b)
	for i := range x {
		word := (i*combEntries + entry) / 2
		z := &comb[word/40][word%40/4][word%4]
		*z |= x[i][0] << (entry % 2 * 32)
	}
}

func move4(z *vec4, to int, x *vec4, from int) {
	for i := range z {
		z[i][to&3] = x[i][from&3]
	}
}

// vec8 is eight elements in radix 2^51.
type vec8 = [5][8]uint64

var form8 = form[vec8]{width: 8, putLane: put8, getLane: get8, putComb: comb8, moveLane: move8}

func put8(z *vec8, lane int, b []byte) {
	for i := range z {
		z[i][lane] = bitsAt(b, 51*i) & (1<<51 - 1)
	}
}

func get8(b []byte, x *vec8, lane int) {
	var w [4]uint64
	for i := range x {
		setBits(&w, 51*i, x[i][lane])
	}
	putWords(b, &w)
}

func comb8(comb []vec8, entry int, b []byte) {
	var x vec8
	put8(&x, 0, b)
	for i := range x {
		word := i*combEntries + entry
		comb[word/40][word%40/8][word%8] = x[i][0]
	}
}

func move8(z *vec8, to int, x *vec8, from int) {
	for i := range z {
		z[i][to&7] = x[i][from&7]
	}
}

// bitsAt gives at least 51 bits of 32 bytes from a bit on, where there are so
// many.
func bitsAt(b []byte, bit int) uint64 {
	at := min(bit/8, Size-8)
	return binary.LittleEndian.Uint64(b[at:]) >> (bit - 8*at)
}

// setBits puts a limb at a bit.
func setBits(w *[4]uint64, bit int, limb uint64) {
	w[bit/64] |= limb << (bit % 64)
	if bit/64 < 3 {
		w[bit/64+1] |= limb >> (64 - bit%64)
	}
}

func putWords(b []byte, w *[4]uint64) {
	for i, word := range w {
		binary.LittleEndian.PutUint64(b[8*i:], word)
	}
}
