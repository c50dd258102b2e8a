package column

import "bytes"

// An index finds rows by their key: an open hash table over rows that stand
// one after the other.
type index struct {
	width, key int
	rows       []byte
	slots      []uint32 // a row's place + 1; 0: free
}

// perSlot is the bytes of slots that a row takes at most.
const perSlot = 4 * 4

// reset makes the index empty, with room for n rows.
func (x *index) reset(n int) {
	slots := 16
	for slots < 2*n {
		slots *= 2
	}
	x.rows = x.rows[:0]
	if cap(x.rows) < n*x.width {
		x.rows = make([]byte, 0, n*x.width)
	}
	if cap(x.slots) < slots {
		x.slots = make([]uint32, slots)
		return
	}
	x.slots = x.slots[:slots]
	clear(x.slots)
}

// insert copies a row that reset made room for; hash is its key's. The key may
// not be there yet.
func (x *index) insert(hash uint64, row []byte) error {
	slot, met := x.seek(hash, row)
	if met != nil {
		return ErrDuplicate
	}
	x.rows = append(x.rows, row...)
	x.slots[slot] = uint32(len(x.rows) / x.width)
	return nil
}

// seek goes to the row with the key that row begins with, or to the free slot
// for one; hash is the key's.
func (x *index) seek(hash uint64, row []byte) (slot uint32, met []byte) {
	mask := uint32(len(x.slots) - 1)
	for slot = uint32(hash) & mask; x.slots[slot] != 0; slot = (slot + 1) & mask {
		at := int(x.slots[slot]-1) * x.width
		if bytes.Equal(x.rows[at:at+x.key], row[:x.key]) {
			return slot, x.rows[at : at+x.width]
		}
	}
	return slot, nil
}

// wipe forgets the rows.
func (x *index) wipe() { clear(x.rows[:cap(x.rows)]) }
