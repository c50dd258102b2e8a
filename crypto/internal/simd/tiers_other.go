//go:build !amd64 || purego

package simd

// Tiers are none where there is no assembly, so that nothing below is called.
func Tiers() []Tier { return nil }

// Expand makes the eleven round keys of a key.
func (Tier) Expand(schedule, key *uint64) {}

// MMO sets dst to AES(src) + src. dst may be src.
func (Tier) MMO(dst, src, schedule *uint64, n int) {}

// CCR sets dst to AES(s) + s with s = σ(src). dst may be src.
func (Tier) CCR(dst, src, schedule *uint64, n int) {}

// Stream sets dst to AES of the numbers from counter on.
func (Tier) Stream(dst, schedule *uint64, counter uint64, n int) {}

// Keyed sets dst to AES(values) + values under a key each. dst may be one of the
// others.
func (Tier) Keyed(dst, keys, values *uint64, n int) {}

// Products sets dst to a·b. dst may be one of them.
func (Tier) Products(dst, a, b *uint64, n int) {}

// AddScaled adds k·src to dst. dst may be src.
func (Tier) AddScaled(dst, src, k *uint64, n int) {}

// Inner sets one element to the sum of a·b.
func (Tier) Inner(sum, a, b *uint64, n int) {}

// Horner adds c[0]·h + c[1]·h² and so on to dst, so many terms, at least one.
// dst may be h.
func (Tier) Horner(dst, h, c *uint64, terms, n int) {}
