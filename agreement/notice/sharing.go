package notice

import "time"

// Facts are all that the notice and the record are written from.
type Facts struct {
	Company Company
	Sharing Sharing
}

// Sharing is what an agreement says, as seen by one of its members.
type Sharing struct {
	Agreement    string            // its name
	ID           string            // its hash
	Kind         string            // service-provider, affiliate, partner or sale
	Partners     []string          // member names of the other sides: one, or those of a group
	Brands       map[string]string // by member name: what customers know it by; absent where by its company's name
	Helper       string            // whose node without data joins for the two; empty: nobody's
	Combiner     string            // whose node without data counts for the group; empty: nobody's
	Processor    bool              // this member works for the other
	Purpose      string            // in the members' words
	Purposes     []Purpose
	Identifiers  []string // types, such as email
	Columns      []string // this member's dimensions, measures and columns that a run reads
	Received     []string // the partner's columns that this member is given, person by person
	Figures      []string // the partner's columns of which this member is given numbers, by group
	Results      []Result
	Passed       []Passed // to whom matched rows of this member may leave
	Exact        bool     // counts carry no noise
	MinGroupSize uint64   // smaller groups are not shown
	KeyLasts     Period   // how long runs may share a key, and what was compared is kept; zero: a new key each time
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
	Analysis string
	Own      bool     // this member learns it
	Peers    []string // the other members who do
	Gives    []string // this member's columns that they are given, person by person
	What     []string // which numbers: of size person, household; of multi pairs, reach, regions
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
