package identity

// A Text is a column of text in Arrow's layout, lent: row i is
// Data[Offsets[i]:Offsets[i+1]], and is null where bit Offset+i of Nulls is 0.
type Text struct {
	Offsets []int32
	Data    []byte
	Nulls   []byte // nil: no row is null
	Offset  int
}

// Len is the number of rows.
func (t Text) Len() int { return max(len(t.Offsets)-1, 0) }

// Value is the cell of row i; a null cell is empty.
func (t Text) Value(i int) (cell []byte, null bool) {
	if b := t.Offset + i; t.Nulls != nil && t.Nulls[b/8]>>(b%8)&1 == 0 {
		return nil, true
	}
	return t.Data[t.Offsets[i]:t.Offsets[i+1]], false
}

// Values are the canonical identifiers of a batch of rows. It is reused from
// batch to batch.
type Values struct {
	data    []byte
	ends    []int
	reasons []Reason
	changed []bool
}

// Len is the number of rows.
func (v *Values) Len() int { return len(v.ends) }

// Value is row i's identifier, lent until the next batch; empty where it has
// none.
func (v *Values) Value(i int) []byte {
	start := 0
	if i > 0 {
		start = v.ends[i-1]
	}
	return v.data[start:v.ends[i]:v.ends[i]]
}

// Reason says why row i has no identifier, or [Usable].
func (v *Values) Reason(i int) Reason { return v.reasons[i] }

// Batch normalises the rows of the columns, which are the identifier's parts
// in order and of the same length.
func (n *Normaliser) Batch(columns []Text, out *Values) {
	out.data, out.ends = out.data[:0], out.ends[:0]
	out.reasons, out.changed = out.reasons[:0], out.changed[:0]
	parts := make([][]byte, len(columns))
	for i := range columns[0].Len() {
		for c, column := range columns {
			parts[c], _ = column.Value(i)
		}
		start := len(out.data)
		var reason Reason
		out.data, reason = n.Append(out.data, parts...)
		out.ends = append(out.ends, len(out.data))
		out.reasons = append(out.reasons, reason)
		out.changed = append(out.changed, reason == Usable && n.changed(out.data[start:], parts))
	}
}

// changed reports whether an identifier differs from what stood in the cells.
func (n *Normaliser) changed(value []byte, parts [][]byte) bool {
	if n.parts == 1 {
		return string(value) != string(parts[0])
	}
	for _, p := range parts {
		if len(value) < 2+len(p) || string(value[2:2+len(p)]) != string(p) || int(value[0])<<8|int(value[1]) != len(p) {
			return true
		}
		value = value[2+len(p):]
	}
	return false
}

// A Report counts what became of a column's rows.
type Report struct {
	Rows, Empty, Invalid, Changed uint64
	Duplicate                     uint64            // rows that lose the identifier to another; counted by who sorts
	Reasons                       map[string]uint64 // of the invalid ones
}

// Add counts the rows of a batch for which take is true.
func (r *Report) Add(v *Values, take []bool) {
	for i, reason := range v.reasons {
		if !take[i] {
			continue
		}
		r.Rows++
		switch {
		case reason == Absent:
			r.Empty++
		case reason != Usable:
			r.Invalid++
			if r.Reasons == nil {
				r.Reasons = map[string]uint64{}
			}
			r.Reasons[reason.String()]++
		case v.changed[i]:
			r.Changed++
		}
	}
}
