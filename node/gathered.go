package node

// gathered are values that are hashed together, one after the other.
type gathered struct {
	text []byte
	ends []int
}

// add copies a value.
func (g *gathered) add(value []byte) {
	g.text = append(g.text, value...)
	g.ends = append(g.ends, len(g.text))
}

// inOrder lends the values: asked for each once, in order.
func (g *gathered) inOrder() func(i int) []byte {
	start := 0
	return func(i int) []byte {
		value := g.text[start:g.ends[i]]
		start = g.ends[i]
		return value
	}
}

// reset forgets the values, and keeps their room.
func (g *gathered) reset() { g.text, g.ends = g.text[:0], g.ends[:0] }
