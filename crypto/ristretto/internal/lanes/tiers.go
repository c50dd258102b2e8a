package lanes

import "bytes"

// Tiers are the engines that this machine can run, the fastest first; the last
// is portable. A tier that fails its known answer is left out.
func Tiers() []Engine {
	portable := Portable()
	var good []Engine
	for _, e := range vectorTiers() {
		if sameAnswers(e, portable) {
			good = append(good, e)
		}
	}
	return append(good, portable)
}

// questions is more points than any tier has lanes, and no multiple of them.
const questions = 9

// sameAnswers sees that a tier gives in every lane what the portable one does:
// a processor, or an emulator of one, that lacks an instruction must not come
// to light as a wrong overlap.
func sameAnswers(e, portable Engine) bool {
	uniform := make([]byte, UniformSize*questions)
	for i := range uniform {
		uniform[i] = byte(i*i + 7*i + 1)
	}
	k := [Size]byte{0x5a, 0xc3, 0x11, 15: 0xff, 20: 0x80, 31: 0x0f}
	ours, theirs := make([]byte, Size*questions), make([]byte, Size*questions)
	e.MapMul(ours, uniform, &k)
	portable.MapMul(theirs, uniform, &k)
	if !bytes.Equal(ours, theirs) || e.Mul(ours, ours, &k) != Fine || portable.Mul(theirs, theirs, &k) != Fine {
		return false
	}
	return bytes.Equal(ours, theirs)
}
