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

// Add puts all of another set's numbers into the set.
func (b *Bits) Add(o *Bits) { b.set.Or(&o.set) }

// Without is the set less the numbers of another.
func (b *Bits) Without(o *Bits) *Bits {
	return &Bits{set: *roaring64.AndNot(&b.set, &o.set)}
}

// Count is how many numbers are in the set.
func (b *Bits) Count() uint64 { return b.set.GetCardinality() }
