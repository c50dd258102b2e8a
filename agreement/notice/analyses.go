package notice

// A nature is what an analysis does with single people. Its words are the templates
// result-NAME and, where something crosses, cross-NAME of each language.
type nature struct {
	counts  bool // it gives numbers alone
	common  bool // it is about people whom the sides have in common
	tells   bool // who learns it gets to know of single people that they are on the other list
	crosses bool // who learns it is given data on single people that it did not have
}

// natures are the analyses of which the texts can say what they give.
var natures = map[string]nature{
	"size":      {counts: true, common: true},
	"aggregate": {counts: true, common: true},
	"match":     {common: true, tells: true},
	"append":    {common: true, tells: true, crosses: true},
	"suppress":  {tells: true},
	"net_names": {crosses: true},
	"multi":     {counts: true, common: true},

	"frequency_cap": {tells: true},
}

// said reports whether the texts can say what a result gives, and to whom.
func (r Result) said() bool {
	_, known := natures[r.Analysis]
	return known && (r.Own || len(r.Peers) > 0)
}

// An outcome is a result as a text says it.
type outcome struct {
	Own, Peer bool
	Partner   string   // the partner's name; of a group those who learn it
	Who       string   // all who learn it
	Several   bool     // more than one does
	Gives     []string // what this company's columns hold that the partner is given
	Gets      []string // what the partner's hold that this company is given
	What      []string // which numbers
}

func (v view) outcome(r Result) outcome {
	var names []string
	for _, p := range r.Peers {
		names = append(names, v.name(p))
	}
	out := outcome{Own: r.Own, Peer: len(r.Peers) > 0, Partner: v.and(names), Gives: v.describe(r.Gives, ""), What: r.What}
	if len(v.Sharing.Partners) == 1 {
		out.Partner = v.Names()
	}
	who := names
	if r.Own {
		who, out.Gets = append([]string{v.In(Text{"We", "Wir"})}, names...), v.Received()
	}
	out.Who, out.Several = v.and(who), len(who) > 1
	return out
}

// Outcomes says of each analysis what each side learns.
func (v view) Outcomes() ([]string, error) { return v.each("result-", v.Sharing.Results) }

// Crossing says what goes from one side to the other, person by person.
func (v view) Crossing() ([]string, error) {
	var crossing []Result
	for _, r := range v.Sharing.Results {
		if natures[r.Analysis].crosses {
			crossing = append(crossing, r)
		}
	}
	return v.each("cross-", crossing)
}

// each says results, by the templates of that kind.
func (v view) each(kind string, results []Result) (all []string, err error) {
	for _, r := range results {
		said, err := v.word(kind+r.Analysis, v.outcome(r))
		if err != nil {
			return nil, err
		}
		if said != "" {
			all = append(all, said)
		}
	}
	return all, nil
}

// Counts reports whether a result is a number.
func (v view) Counts() bool { return v.some(func(r Result) bool { return natures[r.Analysis].counts }) }

// Common reports whether it is about people whom the sides have in common.
func (v view) Common() bool { return v.some(func(r Result) bool { return natures[r.Analysis].common }) }

// Told reports whether this company gets to know of single people that they are on
// the partner's list too: data from a source other than the person.
func (v view) Told() bool {
	return v.some(func(r Result) bool { return r.Own && natures[r.Analysis].tells })
}

// Strikes reports whether the partner uses a list of this company's to take people
// off its own: whoever says no stays on it.
func (v view) Strikes() bool {
	return v.some(func(r Result) bool { return r.Analysis == "suppress" && len(r.Peers) > 0 })
}
