package ledger

import "slices"

// A gain is what an analysis gives to those members who are to learn it.
type gain struct {
	Words   string
	crosses bool // records of single people go from one member to another
}

// gains are those of the analyses.
var gains = map[string]gain{
	"size":      {"how many customers two of us have in common", false},
	"aggregate": {"how many customers two of us have in common and what they spend or the like, by group", false},
	"match":     {"which of its own customers the other has too", false},
	"append":    {"which of its own customers the other has too, and what the other knows of each", true},
	"suppress":  {"which of its own people stand on a list of the other, to leave them out", false},
	"net_names": {"the people on a list of the other whom it did not have itself", true},
	"multi":     {"how many customers several of us have in common", false},

	"frequency_cap": {"whom on its own plan of mailings enough others of us are to write to", false},
}

// Gives says what those who were to learn a result were given, a line each.
func (f *Figures) Gives() (lines []string) {
	for _, name := range f.Analyses {
		if words := gains[name].Words; words != "" {
			lines = append(lines, words)
		}
	}
	return lines
}

// Crossed reports whether records of single people went to somebody else, or might
// have: what is not known here is not vouched for.
func (f *Figures) Crossed() bool {
	return len(f.Recipients) > 0 || slices.ContainsFunc(f.Analyses, func(name string) bool { g, known := gains[name]; return !known || g.crosses })
}
