package column

import "github.com/RoaringBitmap/roaring/v2/roaring64"

// Bits is a set of row numbers, compressed: a few bytes a number where they are
// far apart, and at most a bit for each row of the table. The zero value is
// empty.
type Bits struct{ set roaring64.Bitmap }

// Set puts i into the set.
func (b *Bits) Set(i uint64) { b.set.Add(i) }

// Get reports whether i is in the set.
func (b *Bits) Get(i uint64) bool { return b.set.Contains(i) }

// Walk looks numbers up in order, from the least on. It does not see what is set
// after it has begun.
func (b *Bits) Walk() *Walk {
	w := &Walk{left: b.set.Iterator()}
	w.turn()
	return w
}

// A Walk goes through a set beside something else that is in order, which is
// cheaper than to look each number up.
type Walk struct {
	left roaring64.IntPeekable64
	next uint64
	more bool // next is in the set
}

// Get reports whether i is in the set. No i is less than the one before.
func (w *Walk) Get(i uint64) bool {
	for w.more && w.next < i {
		w.turn()
	}
	return w.more && w.next == i
}

// turn goes on to the next number of the set.
func (w *Walk) turn() {
	if w.more = w.left.HasNext(); w.more {
		w.next = w.left.Next()
	}
}

// Add puts all of another set's numbers into the set.
func (b *Bits) Add(o *Bits) { b.set.Or(&o.set) }

// Without is the set less the numbers of another.
func (b *Bits) Without(o *Bits) *Bits {
	return &Bits{set: *roaring64.AndNot(&b.set, &o.set)}
}

// Count is how many numbers are in the set.
func (b *Bits) Count() uint64 { return b.set.GetCardinality() }
