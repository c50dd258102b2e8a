package frequency

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"math/bits"
	"slices"

	"mandorla/match"
)

// checkRule refuses a rule that does not say who keeps what.
func checkRule(g *match.Circle) error {
	if g.Contacts < 1 {
		return errors.New("frequency: a contact is kept by one member at least")
	}
	sorted := slices.Sorted(slices.Values(g.Order))
	for i, m := range sorted {
		if i != m || len(sorted) != len(g.Caps) {
			return fmt.Errorf("frequency: the order is not of all %d members, each once", len(g.Caps))
		}
	}
	return nil
}

// keep says who of the members that hold a contact keep it, member i in bit i: as
// many as agreed, or all.
func keep(g *match.Circle, held uint32) uint32 {
	if bits.OnesCount32(held) <= g.Contacts {
		return held
	}
	if g.Order == nil {
		return lot(held, g.Contacts)
	}
	kept := uint32(0)
	for _, m := range g.Order {
		if bits.OnesCount32(kept) < g.Contacts {
			kept |= held & (1 << m)
		}
	}
	return kept
}

// lot draws so many of the members that hold a contact, each set of them as likely
// as any other.
func lot(held uint32, n int) (kept uint32) {
	for left := bits.OnesCount32(held); n > 0; left-- {
		drawn := nth(held&^kept, below(left))
		kept |= drawn
		n--
	}
	return kept
}

// nth is the bit of a set that so many lower ones stand before.
func nth(set uint32, before int) uint32 {
	for range before {
		set &= set - 1
	}
	return set & -set
}

// below draws a number from 0 to below n.
func below(n int) int {
	x, _ := rand.Int(rand.Reader, big.NewInt(int64(n))) // crypto/rand does not fail
	return int(x.Int64())
}
