package legal

import (
	_ "embed"
	"time"
)

// The kinds of sharing.
const (
	ServiceProvider = "service-provider"
	Affiliate       = "affiliate"
	Partner         = "partner"
	Sale            = "sale"
)

// Kinds lists the kinds of sharing, the mildest first.
func Kinds() []string { return []string{ServiceProvider, Affiliate, Partner, Sale} }

// A File is a set of legal rules. Treat it as read-only.
type File struct {
	Lines  []Line
	places []place
}

// A place is a jurisdiction that the file lists, and the one that holds it.
type place struct{ code, within string }

// A Line is one thing that one source asks of some kinds of sharing in one place.
// Consent and Financial are zero, the others empty, where it does not speak of them.
type Line struct {
	In           string   // DE, US-CA, EU
	Kinds        []string // of sharing
	Consent      Consent
	Notice       bool
	GPC          bool
	Financial    Financial
	DeletionList bool
	LeastAge     int
	From, Until  time.Time // first and last day, midnights UTC; zero: open
	AsOf         time.Time // the day on which somebody last compared it with its source
	Statute      string
	URL          string
	Why          string // how it follows from the source
}

//go:embed law.yaml
var builtIn []byte

// BuiltIn gives the rules that come with the program.
func BuiltIn() (*File, error) { return Parse(builtIn) }

// AsOf is the day on which the line that nobody has looked at for longest was last
// compared with its source.
func (f *File) AsOf() time.Time {
	oldest := f.Lines[0].AsOf // Parse sees that there is one
	for _, l := range f.Lines {
		if l.AsOf.Before(oldest) {
			oldest = l.AsOf
		}
	}
	return oldest
}

// holds reports whether a line is in force on a day.
func (l Line) holds(day time.Time) bool {
	begun := l.From.IsZero() || !day.Before(l.From)
	ended := !l.Until.IsZero() && !day.Before(l.Until.AddDate(0, 0, 1))
	return begun && !ended
}
