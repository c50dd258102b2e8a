package consent

// most is how many columns one entry judges at most.
const most = 8

// A row is the cells of a row that one entry judges, trimmed; a null cell is
// empty. It is reused from entry to entry and from row to row.
type row struct {
	cells     [most][]byte
	n         int
	place     place
	consented bool   // an entry read a consent
	scratch   []byte // for canonical identifiers
}

// empty reports whether a cell of the entry is.
func (r *row) empty() bool {
	for _, c := range r.cells[:r.n] {
		if len(c) == 0 {
			return true
		}
	}
	return false
}

// A judge decides about a row by one entry. It keeps nothing of the row.
type judge func(r *row) Reason
