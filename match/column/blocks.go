package column

// blocks are rows in memory, in pieces: what is in a piece is never moved to a
// larger one, which would take both for a while, and keep the garbage collector
// waiting as long as the move takes. The zero value is empty.
type blocks struct {
	list [][]byte // all but the last that have rows are full
	used int      // how many have rows
	held int      // bytes of rows
}

// blockBytes is about how much memory is taken at a time.
const blockBytes = 1 << 18

// add copies rows of a width.
func (b *blocks) add(rows []byte, width int) {
	b.held += len(rows)
	size := max(1, blockBytes/width) * width
	for len(rows) > 0 {
		if b.used == 0 || len(b.list[b.used-1]) == size {
			b.next(size)
		}
		last := &b.list[b.used-1]
		n := min(len(rows), size-len(*last))
		*last = append(*last, rows[:n]...)
		rows = rows[n:]
	}
}

// next goes on to another block, one that was there before if there is one. The
// first grows with its rows, for most lists are short.
func (b *blocks) next(size int) {
	if b.used == len(b.list) {
		room := size
		if b.used == 0 {
			room = 0
		}
		b.list = append(b.list, make([]byte, 0, room))
	}
	b.used++
}

// full are the blocks that have rows.
func (b *blocks) full() [][]byte { return b.list[:b.used] }

// room is the bytes of memory taken.
func (b *blocks) room() (n int) {
	for _, one := range b.list {
		n += cap(one)
	}
	return n
}

// reset forgets the rows, and keeps their room.
func (b *blocks) reset() {
	for i := range b.list {
		b.list[i] = b.list[i][:0]
	}
	b.used, b.held = 0, 0
}

// wipe overwrites all rows that ever stood in the blocks, and gives their room
// back.
func (b *blocks) wipe() {
	for _, one := range b.list {
		wipe(one[:cap(one)])
	}
	*b = blocks{}
}

// wipe overwrites memory in pieces. While a single clear runs, the garbage
// collector cannot stop the goroutine, and spends the time trying.
func wipe(b []byte) {
	for len(b) > 0 {
		n := min(len(b), blockBytes)
		wipePiece(b[:n])
		b = b[n:]
	}
}

// wipePiece is a call, and calls are where a goroutine can be stopped.
//
//go:noinline
func wipePiece(b []byte) { clear(b) }
