package consent

// A Reason is the verdict on a row. Smaller reasons go before larger ones,
// Eligible apart: of several that hold, the row is counted under the first.
type Reason uint8

// The verdicts, in their order of precedence.
const (
	Eligible     Reason = iota
	OptOut              // an objection, a list or a signal says no
	Refused             // the flag says no
	UnderAge            // younger than the least age
	Jurisdiction        // where the agreement does not reach, or no signal speaks for
	NoPurpose           // no consent, or none for these purposes on this basis
	NotTold             // the notice does not name the partner and the purposes
	Future              // dated after the run's start
	Outdated            // older than the entry allows
	Unsupported         // a version or a section that is not known here
	Unreadable          // the cell says nothing that could be read
	Missing             // the cell is empty or null
	reasons
)

// String is the word in reports and receipts.
func (r Reason) String() string {
	return [reasons]string{"eligible", "opt_out", "refused", "under_age", "jurisdiction", "no_purpose", "not_told",
		"future", "outdated", "unsupported", "unreadable", "missing"}[r]
}

// first is the one of two verdicts that goes before the other.
func first(a, b Reason) Reason {
	if a == Eligible || b != Eligible && b < a {
		return b
	}
	return a
}

// Counts says how many rows have each verdict.
type Counts [reasons]uint64

// Add counts the verdicts of some rows.
func (c *Counts) Add(verdicts []Reason) {
	for _, r := range verdicts {
		c[r]++
	}
}

// Rows is how many were counted: those that take part and those that do not.
func (c *Counts) Rows() uint64 {
	var sum uint64
	for _, n := range c {
		sum += n
	}
	return sum
}

// Excluded is the rows that do not take part, by the word of the reason,
// without those that nobody has.
func (c *Counts) Excluded() map[string]uint64 {
	out := map[string]uint64{}
	for r, n := range c {
		if Reason(r) != Eligible && n > 0 {
			out[Reason(r).String()] = n
		}
	}
	return out
}
