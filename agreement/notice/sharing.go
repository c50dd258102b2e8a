package notice

import (
	"slices"
	"time"
)

// Facts are all that the notice and the record are written from.
type Facts struct {
	Company Company
	Sharing Sharing
}

// Sharing is what an agreement says, as seen by one of its two members.
type Sharing struct {
	Agreement    string // its name
	ID           string // its hash
	Kind         string // service-provider, affiliate, partner or sale
	Partner      string // member name of the other side
	Helper       string // whose node without data joins for the two; empty: nobody's
	Processor    bool   // this member works for the other
	Purpose      string // in the members' words
	Purposes     []Purpose
	Identifiers  []string // types, such as email
	Columns      []string // this member's dimensions, measures and columns that a run reads
	Received     []string // the partner's columns that this member is given
	Results      []Result
	Passed       []Passed // to whom matched rows of this member may leave
	Exact        bool     // counts carry no noise
	MinGroupSize uint64   // smaller groups are not shown
	Keeps        Period   // how long results are kept; zero: not agreed
	Onward       string   // to whom results may be passed on, in the agreement's words
	DeleteBy     time.Time
	From, Until  time.Time // first and last day of the agreement
}

// A Purpose is a term of the Data Privacy Vocabulary, and what it says; Term is
// empty for a purpose that has none.
type Purpose struct {
	Term  string
	Words Text // such as "to advertise"
}

// A Result is one analysis, and who learns what it gives.
type Result struct {
	Analysis string // size, aggregate, match, append, suppress or net_names
	Own      bool   // this member learns it
	Peer     bool   // the partner does
}

// Passed is a recipient of rows: what it gets of people who are on both lists, and
// for how long.
type Passed struct {
	To      string // member name, or the recipient's name in the agreement
	Columns []string
	Days    int
}

// A Period is a length of time: 12 months.
type Period struct {
	N    int
	Unit string // day, month or year
}

// The analyses: those that give numbers, those that tell of single people, and
// those that hand over people whom the other side did not have.
var (
	counting = []string{"size", "aggregate"}
	telling  = []string{"match", "append", "suppress"}
	selling  = []string{"net_names"}
)

// said reports whether the texts can say what a result gives, and to whom.
func (r Result) said() bool {
	return (r.Own || r.Peer) && (slices.Contains(counting, r.Analysis) || slices.Contains(telling, r.Analysis) || slices.Contains(selling, r.Analysis))
}
