package legal

import (
	"fmt"
	"time"
)

// The days after which rules warn, and after which they block a sale.
const (
	WarnAfter  = 90
	BlockAfter = 180
)

// An Age is how long ago the rules were last compared with their sources.
type Age struct {
	AsOf time.Time
	Days int // below zero: the day lies ahead, and nobody can tell
}

// Age is that of the oldest line.
func (f *File) Age(now time.Time) Age {
	asOf := f.AsOf()
	if now.Before(asOf.AddDate(0, 0, -1)) { // a day ahead may be another time zone's today
		return Age{asOf, -1}
	}
	return Age{asOf, max(0, int(now.Sub(asOf)/(24*time.Hour)))}
}

// Warn reports whether somebody should look the rules through.
func (a Age) Warn() bool { return a.Days < 0 || a.Days > WarnAfter }

// Blocks reports whether the rules are too old for a kind of sharing: they can be
// for a sale.
func (a Age) Blocks(kind string) bool {
	return kind == Sale && (a.Days < 0 || a.Days > BlockAfter)
}

// Words says what is the matter and what to do, empty where nothing is.
func (a Age) Words() string {
	day := a.AsOf.Format(time.DateOnly)
	switch {
	case a.Days < 0:
		return fmt.Sprintf("The legal rules are dated %s, which lies ahead; set the clock or their as_of right. No sale runs until then.", day)
	case a.Days > BlockAfter:
		return fmt.Sprintf("The legal rules are of %s, %d days old. No sale runs until they are compared with their sources.", day, a.Days)
	case a.Days > WarnAfter:
		return fmt.Sprintf("The legal rules are of %s, %d days old; compare them with their sources. After %d days no sale runs.", day, a.Days, BlockAfter)
	}
	return ""
}
