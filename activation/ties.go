package activation

// ties says of each column of few values with which group of such columns it goes
// together, as a town does with its postcode; 0 for all others. A decoy has a group
// from one row, and each group from another: all of them from one row would make a
// combination that nobody else has stand there twice.
func (s *Survey) ties(columns []shape) []int {
	numbered, group := make([][]int, len(columns)), make([]int, len(columns))
	other := s.permutation()
	for c, shape := range columns {
		if shape.kind != together {
			continue
		}
		numbered[c], group[c] = s.numbers(c), c+1
		for before := range c {
			if columns[before].kind == together && group[before] != group[c] && tied(numbered[before], numbered[c], other) {
				join(group, group[before], group[c])
			}
		}
	}
	return group
}

// join makes one group of two.
func join(group []int, a, b int) {
	for c := range group {
		if group[c] == b {
			group[c] = a
		}
	}
}

// tied: far fewer pairs of values stand side by side than would if the rows of one
// column were dealt anew.
func tied(a, b, other []int) bool {
	side, dealt := map[[2]int]bool{}, map[[2]int]bool{}
	for i := range a {
		side[[2]int{a[i], b[i]}] = true
		dealt[[2]int{a[i], b[other[i]]}] = true
	}
	return 10*len(side) < 9*len(dealt)
}

// numbers are a column's cells, alike cells by the same number.
func (s *Survey) numbers(c int) []int {
	known, out := map[Cell]int{}, make([]int, len(s.rows))
	for i, row := range s.rows {
		if _, ok := known[row[c]]; !ok {
			known[row[c]] = len(known)
		}
		out[i] = known[row[c]]
	}
	return out
}

// permutation deals the rows of the sample.
func (s *Survey) permutation() []int {
	chance, out := s.secret.draws(s.list, "ties", 0, 0), make([]int, len(s.rows))
	for i := range out {
		at := chance.below(i + 1)
		out[i], out[at] = out[at], i
	}
	return out
}
