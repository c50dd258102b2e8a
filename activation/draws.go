package activation

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// draws are choices that follow from a key and look like chance to everybody
// else: HMAC-SHA256 in counter mode. They count how hard they are to guess.
type draws struct {
	key  []byte
	n    uint64
	left []byte
	bits float64 // of what was chosen
}

func (d *draws) uint32() uint32 {
	if len(d.left) < 4 {
		mac := hmac.New(sha256.New, d.key)
		mac.Write(binary.BigEndian.AppendUint64(nil, d.n))
		d.n++
		d.left = mac.Sum(nil)
	}
	v := binary.BigEndian.Uint32(d.left)
	d.left = d.left[4:]
	return v
}

// below draws one of the numbers from 0 to n-1, each as likely as the others.
func (d *draws) below(n int) int {
	limit := uint32(n)
	for reject := -limit % limit; ; {
		if v := uint64(d.uint32()) * uint64(limit); uint32(v) >= reject {
			return int(v >> 32)
		}
	}
}

// below64 is below for more than 32 bits; the numbers are as likely but for one in
// 2^24, if n has up to 40 bits.
func (d *draws) below64(n uint64) uint64 {
	high := uint64(d.uint32())
	return (high<<32 | uint64(d.uint32())) % n
}

// pick draws one of some cells.
func (d *draws) pick(from []string) string { return from[d.below(len(from))] }

// A tally counts runes, to draw one as often as it was seen.
type tally struct {
	total int
	runes []rune
	count []int
}

func (t *tally) add(r rune) {
	t.total++
	for i, known := range t.runes {
		if known == r {
			t.count[i]++
			return
		}
	}
	t.runes, t.count = append(t.runes, r), append(t.count, 1)
}

func (t *tally) draw(d *draws) rune {
	at := d.below(t.total)
	for i, n := range t.count {
		if at < n {
			d.bits += math.Log2(float64(t.total) / float64(n))
			return t.runes[i]
		}
		at -= n
	}
	return t.runes[0] // not reached: the counts add up to the total
}
