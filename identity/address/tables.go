package address

import (
	"embed"
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed en.csv de.csv states.csv
var data embed.FS

// The kinds of words in a table.
const (
	direction = "direction" // north
	area      = "area"      // upper; stays where it stands
	name      = "name"      // saint; part of a name
	suffix    = "suffix"    // strasse, at the end of a longer word
	kind      = "type"      // street
	leading   = "leading"   // avenue, which stands before its name too
	unit      = "unit"      // apartment: says no more than the number behind it
	place     = "place"     // building: is part of what it numbers
	level     = "level"     // floor, with a number
	story     = "story"     // basement, without one
	box       = "box"       // PO box
	care      = "care"      // care of
	country   = "country"   // United Kingdom
)

// A language is the words of its addresses.
type language struct {
	kinds map[string]map[string]string // by kind, how a phrase is written out
	most  map[string]int               // the most words of a phrase that begins with a word
}

// phrase finds the longest phrase of one of the kinds at the beginning of some
// words: how it is written out, of which kind it is, and how many words it has.
func (l *language) phrase(words []string, kinds ...string) (out, of string, n int) {
	if len(words) == 0 {
		return "", "", 0
	}
	for n := min(len(words), l.most[words[0]]); n > 0; n-- {
		text := strings.Join(words[:n], " ")
		for _, k := range kinds {
			if out, ok := l.kinds[k][text]; ok {
				return out, k, n
			}
		}
	}
	return "", "", 0
}

// is reports whether a whole list of words is a phrase of the kind.
func (l *language) is(words []string, kinds ...string) bool {
	_, _, n := l.phrase(words, kinds...)
	return n > 0 && n == len(words)
}

var (
	english = sync.OnceValue(func() *language { return readLanguage("en.csv") })
	german  = sync.OnceValue(func() *language { return readLanguage("de.csv") })
	states  = sync.OnceValue(readStates)
)

// readLanguage reads a language's table.
func readLanguage(file string) *language {
	l := &language{map[string]map[string]string{}, map[string]int{}}
	for _, row := range readTable(file) {
		of, word := row[0], row[1]
		if l.kinds[of] == nil {
			l.kinds[of] = map[string]string{}
		}
		l.kinds[of][word] = word
		for _, variant := range strings.Fields(row[2]) {
			l.kinds[of][strings.ReplaceAll(variant, "_", " ")] = word
		}
	}
	if len(l.kinds[direction]) > 0 {
		l.compose(area)
		l.compose(direction)
	}
	l.measure()
	return l
}

// compose adds the directions between two, in all the ways that the two are
// written: nthwest, nrth w. Short ones could be other words.
func (l *language) compose(across string) {
	const least = 5
	for a, ns := range maps.Clone(l.kinds[direction]) {
		for b, ew := range maps.Clone(l.kinds[across]) {
			if (ns != "north" && ns != "south") || !strings.HasPrefix(ew, "east") && !strings.HasPrefix(ew, "west") {
				continue
			}
			l.kinds[across][a+" "+b] = ns + ew
			if len(a+b) >= least {
				l.kinds[across][a+b] = ns + ew
			}
		}
	}
}

// measure works out how long phrases are.
func (l *language) measure() {
	for _, phrases := range l.kinds {
		for p := range phrases {
			first, _, _ := strings.Cut(p, " ")
			l.most[first] = max(l.most[first], strings.Count(p, " ")+1)
		}
	}
}

// readStates is the states by either way of writing them.
func readStates() map[string]string {
	all := map[string]string{}
	for _, row := range readTable("states.csv") {
		all[row[0]], all[row[1]] = row[0], row[0]
	}
	return all
}

// readTable reads the rows of a table that is part of the program; a test sees
// that all of them can be read.
func readTable(file string) (rows [][]string) {
	f, err := data.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	for {
		row, err := r.Read()
		if err == io.EOF || err != nil {
			return slices.Clip(rows[min(1, len(rows)):])
		}
		rows = append(rows, row)
	}
}
