package legal

// Consent says what a person must have said, from nothing to yes.
type Consent int

// The levels of consent, the mildest first.
const (
	Unsaid Consent = iota // a line that does not speak of it
	None                  // nothing is asked of the person
	OptOut                // an objection is honoured
	OptIn                 // consent is needed; an objection is honoured too
)

var consentWords = []string{"", "none", "opt-out", "opt-in"}

// Financial says what holds for data of a financial institution alone.
type Financial int

// The levels of financial privacy, the mildest first.
const (
	NoFinancial            Financial = iota // nothing of its own
	FinancialOptOutNoJoint                  // an objection is honoured, but for joint marketing by contract
	FinancialOptOut                         // an objection is honoured
	FinancialOptIn                          // consent is needed
)

var financialWords = []string{"", "opt-out-unless-joint-marketing", "opt-out", "opt-in"}

// Needs is what the law asks of one kind of sharing in one or more places: for
// each thing the strictest of what it asks in any.
type Needs struct {
	Consent      Consent // None, OptOut or OptIn
	Notice       bool    // people must have been told
	GPC          bool    // a stored Global Privacy Control signal is an objection
	Financial    Financial
	DeletionList bool     // the state's list of deletion requests is applied first
	LeastAge     int      // younger people take no part; 0: no such age
	Unlisted     []string // places that no line gives a consent for: opt-in for want of one
	Lines        []Line   // the lines that this follows from, in the order of the file
}

// unlisted is asked where the rules do not say.
var unlisted = Needs{Consent: OptIn, Notice: true, GPC: true}

// add asks for what a line does, beside what is asked already.
func (n *Needs) add(l Line) {
	n.Consent = max(n.Consent, l.Consent)
	n.Notice = n.Notice || l.Notice
	n.GPC = n.GPC || l.GPC
	n.Financial = max(n.Financial, l.Financial)
	n.DeletionList = n.DeletionList || l.DeletionList
	n.LeastAge = max(n.LeastAge, l.LeastAge)
}
