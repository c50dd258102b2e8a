package bulk

import "mandorla/crypto/gf128"

// A bin is one whole bin of a vector, and the own rows in it.
type bin struct {
	elements []gf128.Element
	rows     []byte
}

// A gathering cuts a vector that comes in pieces into bins, and passes each on with
// the own rows in it.
type gathering struct {
	size    int // elements of a bin
	rows    reader
	present []gf128.Element // of the present bin, as far as it has come
	pass    func(bin) error
}

// add takes in the vector's next elements.
func (g *gathering) add(elements []gf128.Element) error {
	for len(elements) > 0 {
		n := min(len(elements), g.size-len(g.present))
		g.present = append(g.present, elements[:n]...)
		elements = elements[n:]
		if len(g.present) < g.size {
			return nil
		}
		rows, err := g.rows.next()
		if err != nil {
			return err
		}
		if err := g.pass(bin{g.present, rows}); err != nil {
			return err
		}
		g.present = make([]gf128.Element, 0, g.size)
	}
	return nil
}
