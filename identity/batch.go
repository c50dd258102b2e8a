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
	cells := make([][]byte, len(columns))
	for i := range columns[0].Len() {
		for c, column := range columns {
			cells[c], _ = column.Value(i)
		}
		start := len(out.data)
		var reason Reason
		out.data, reason = n.Append(out.data, cells...)
		out.ends = append(out.ends, len(out.data))
		out.reasons = append(out.reasons, reason)
		out.changed = append(out.changed, reason == Usable && n.changed(out.data[start:], cells))
	}
}

// A Report counts what became of a column's rows.
type Report struct {
	Rows, Empty, Invalid, Changed uint64
	Duplicate                     uint64            // rows that lose the identifier to another; counted by who sorts
	Institutional                 uint64            // rows of a household at an address of too many people; likewise
	Institutions                  uint64            // those addresses
	Reasons                       map[string]uint64 // of the invalid ones
}

// Add counts the rows of a batch for which take is true.
func (r *Report) Add(v *Values, take []bool) {
	var counts [reasons]uint64
	for i, reason := range v.reasons {
		if !take[i] {
			continue
		}
		counts[reason]++
		if v.changed[i] {
			r.Changed++
		}
	}
	r.Rows += counts[Usable] + counts[Absent]
	r.Empty += counts[Absent]
	for reason := Absent + 1; reason < reasons; reason++ {
		if counts[reason] > 0 {
			r.invalid(reason, counts[reason])
		}
	}
}

func (r *Report) invalid(reason Reason, rows uint64) {
	r.Rows += rows
	r.Invalid += rows
	if r.Reasons == nil {
		r.Reasons = map[string]uint64{}
	}
	r.Reasons[reason.String()] += rows
}
