//go:build !purego

package simd

import "golang.org/x/sys/cpu"

//go:generate go run ../asm -dir .

// Tiers are those that the machine can run, the fastest first, without Portable.
func Tiers() []Tier {
	const vaes, vpclmulqdq = 1 << 9, 1 << 10 // bits of features
	x := &cpu.X86
	switch {
	case !x.HasAVX2 || !x.HasAES || !x.HasPCLMULQDQ:
		return nil
	case features()&(vaes|vpclmulqdq) != vaes|vpclmulqdq:
		return []Tier{AVX2}
	}
	return []Tier{VAES, AVX2}
}

// Expand makes the eleven round keys of a key.
func (t Tier) Expand(schedule, key *uint64) {
	expandAVX2(schedule, key)
}

// MMO sets dst to AES(src) + src. dst may be src.
func (t Tier) MMO(dst, src, schedule *uint64, n int) {
	if t == VAES {
		mmoVAES(dst, src, schedule, uint64(n))
		return
	}
	mmoAVX2(dst, src, schedule, uint64(n))
}

// CCR sets dst to AES(s) + s with s = σ(src). dst may be src.
func (t Tier) CCR(dst, src, schedule *uint64, n int) {
	if t == VAES {
		ccrVAES(dst, src, schedule, uint64(n))
		return
	}
	ccrAVX2(dst, src, schedule, uint64(n))
}

// Stream sets dst to AES of the numbers from counter on.
func (t Tier) Stream(dst, schedule *uint64, counter uint64, n int) {
	if t == VAES {
		streamVAES(dst, schedule, counter, uint64(n))
		return
	}
	streamAVX2(dst, schedule, counter, uint64(n))
}

// Keyed sets dst to AES(values) + values under a key each. dst may be one of the
// others.
func (t Tier) Keyed(dst, keys, values *uint64, n int) {
	if t == VAES {
		keyedVAES(dst, keys, values, uint64(n))
		return
	}
	keyedAVX2(dst, keys, values, uint64(n))
}

// Products sets dst to a·b. dst may be one of them.
func (t Tier) Products(dst, a, b *uint64, n int) {
	if t == VAES {
		productsVAES(dst, a, b, uint64(n))
		return
	}
	productsAVX2(dst, a, b, uint64(n))
}

// AddScaled adds k·src to dst. dst may be src.
func (t Tier) AddScaled(dst, src, k *uint64, n int) {
	if t == VAES {
		addScaledVAES(dst, src, k, uint64(n))
		return
	}
	addScaledAVX2(dst, src, k, uint64(n))
}

// Inner sets one element to the sum of a·b.
func (t Tier) Inner(sum, a, b *uint64, n int) {
	if t == VAES {
		innerVAES(sum, a, b, uint64(n))
		return
	}
	innerAVX2(sum, a, b, uint64(n))
}

// Horner adds c[0]·h + c[1]·h² and so on to dst, so many terms, at least one.
// dst may be h.
func (t Tier) Horner(dst, h, c *uint64, terms, n int) {
	if t == VAES {
		hornerVAES(dst, h, c, uint64(terms), uint64(n))
		return
	}
	hornerAVX2(dst, h, c, uint64(terms), uint64(n))
}
