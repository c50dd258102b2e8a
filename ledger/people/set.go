package people

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/RoaringBitmap/roaring/v2"
)

// A set file says which numbers took part in one run.
//
//	title   16 bytes
//	blocks  4 bytes, big-endian: how many
//	length  4 bytes, big-endian, of each block; 0 where nobody in it took part
//	block   a Roaring bitmap (its portable form) of the next 2^20 numbers, less the first of them
//	…
const setTitle = "mandorla-set-001"

const (
	blockBits  = 1 << 20 // numbers in a block
	blockWords = blockBits / 64
	maxBlocks  = (maxPersons + blockBits) / blockBits
	// maxBlock bounds a block's bytes: 16 bitmaps of 8 KiB and their heads.
	maxBlock = 16*(8<<10) + 1024
)

// writeSet writes the set of the numbers whose bits are set.
func writeSet(to io.Writer, bits []uint64) error {
	var table, body []byte
	blocks := 0
	for ; len(bits) > 0; blocks++ {
		words := bits[:min(len(bits), blockWords)]
		bits = bits[len(words):]
		block, err := blockOf(words)
		if err != nil {
			return err
		}
		table = binary.BigEndian.AppendUint32(table, uint32(len(block)))
		body = append(body, block...)
	}
	w := bufio.NewWriterSize(to, bufferSize)
	w.WriteString(setTitle) // a bufio.Writer keeps its first error for Flush
	w.Write(binary.BigEndian.AppendUint32(nil, uint32(blocks)))
	w.Write(table)
	w.Write(body)
	return w.Flush()
}

func blockOf(words []uint64) ([]byte, error) {
	bitmap := roaring.FromDense(words, false)
	if bitmap.IsEmpty() {
		return nil, nil
	}
	bitmap.RunOptimize()
	return bitmap.ToBytes()
}

// setHas says whether any of the numbers is in the set of a file.
func setHas(path string, ids []uint32) (has bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if has, err = readHas(f, ids); err != nil {
		return false, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	return has, nil
}

func readHas(f io.ReaderAt, ids []uint32) (bool, error) {
	var head [len(setTitle) + 4]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return false, err
	}
	blocks := binary.BigEndian.Uint32(head[len(setTitle):])
	if string(head[:len(setTitle)]) != setTitle || blocks > maxBlocks {
		return false, errors.New("not a set")
	}
	table := make([]byte, 4*blocks)
	if _, err := f.ReadAt(table, int64(len(head))); err != nil && blocks > 0 {
		return false, err
	}
	for _, id := range ids {
		if id/blockBits >= blocks {
			continue
		}
		bitmap, err := readBlock(f, int64(len(head)+len(table)), table, id/blockBits)
		if err != nil {
			return false, err
		}
		if bitmap.Contains(id % blockBits) {
			return true, nil
		}
	}
	return false, nil
}

// readBlock reads one block; body is where the first begins.
func readBlock(f io.ReaderAt, body int64, table []byte, block uint32) (*roaring.Bitmap, error) {
	for i := range block {
		body += int64(binary.BigEndian.Uint32(table[4*i:]))
	}
	length := binary.BigEndian.Uint32(table[4*block:])
	bitmap := roaring.New()
	if length == 0 {
		return bitmap, nil
	}
	if length > maxBlock {
		return nil, errors.New("a block that is too long")
	}
	b := make([]byte, length)
	if _, err := f.ReadAt(b, body); err != nil {
		return nil, err
	}
	if n, err := bitmap.FromBuffer(b); err != nil || n != int64(length) {
		return nil, errors.Join(errors.New("a block that is no bitmap"), err)
	}
	return bitmap, bitmap.Validate()
}
