package arrowio

import (
	"encoding/base64"
	"encoding/binary"
	"io"
)

const (
	parquetMagic   = "PAR1"
	parquetTail    = 8 // the footer's length, and the magic
	longestFooter  = 64 << 20
	deepestParquet = 16
)

// checkFooter checks what the footer claims before the library believes it: its
// length, that its lists and its tree of columns can be there, and the Arrow
// schema that it may carry.
func checkFooter(f io.ReaderAt, size int64) error {
	if size < int64(len(parquetMagic))+parquetTail {
		return broken("too short for Parquet")
	}
	var tail [parquetTail]byte
	if _, err := f.ReadAt(tail[:], size-parquetTail); err != nil {
		return err
	}
	if string(tail[4:]) != parquetMagic {
		return broken("no Parquet at its end, or encrypted")
	}
	length := int64(binary.LittleEndian.Uint32(tail[:]))
	if length > min(size-parquetTail-int64(len(parquetMagic)), longestFooter) {
		return broken("its footer cannot be %d bytes long", length)
	}
	footer := make([]byte, length)
	if _, err := f.ReadAt(footer, size-parquetTail-length); err != nil {
		return err
	}
	return walkFooter(footer, size)
}

func walkFooter(footer []byte, size int64) error {
	var children []int64
	var key string
	var arrowSchema []byte
	w := &thriftWalk{in: footer}
	w.open = func(path int) {
		if path == thriftPath(2) { // a node of the schema
			children = append(children, 0)
		}
	}
	w.num = func(path int, v int64) {
		switch path {
		case thriftPath(2, 5): // how many nodes are under it
			children[len(children)-1] = v
		case thriftPath(2, 2): // the width of its values
			if v < 0 || v > size {
				w.fail("values wider than the file")
			}
		}
	}
	w.text = func(path int, text []byte) {
		switch path {
		case thriftPath(5, 1):
			key = string(text)
		case thriftPath(5, 2):
			if key == "ARROW:schema" {
				arrowSchema = text
			}
		}
	}
	w.structure(0, deepestParquet)
	if w.err != nil {
		return w.err
	}
	if err := checkTree(children); err != nil {
		return err
	}
	return checkArrowSchema(arrowSchema)
}

// checkTree checks that the nodes of a schema, depth first with their numbers
// of children, are one tree.
func checkTree(children []int64) error {
	const deepest = 64
	open := []int64{1} // how many nodes are yet to come, on each level
	shut := func() {
		for len(open) > 0 && open[len(open)-1] == 0 {
			open = open[:len(open)-1]
		}
	}
	for _, n := range children {
		if shut(); len(open) == 0 || len(open) > deepest || n < 0 || n > int64(len(children)) {
			return broken("its columns are not a tree")
		}
		open[len(open)-1]--
		open = append(open, n)
	}
	if shut(); len(open) > 0 {
		return broken("its columns are not a tree")
	}
	return nil
}

// checkArrowSchema checks the schema that Arrow's writers put in the footer; the
// library takes both ways to end base64.
func checkArrowSchema(text []byte) error {
	if text == nil {
		return nil
	}
	frame, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		frame, err = base64.RawStdEncoding.AppendDecode(nil, text)
	}
	if err != nil {
		return broken("its Arrow schema is not base64")
	}
	return checkSchemaFrame(frame)
}
