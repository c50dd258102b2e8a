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

// longestPhrase is the most words that a phrase of the tables has.
const longestPhrase = 5

// A language is the words of its addresses: by kind, how a phrase is written out.
type language map[string]map[string]string

// phrase finds the longest phrase of one of the kinds at the beginning of some
// words: how it is written out, of which kind it is, and how many words it has.
func (l language) phrase(words []string, kinds ...string) (out, of string, n int) {
	for n := min(len(words), longestPhrase); n > 0; n-- {
		text := strings.Join(words[:n], " ")
		for _, k := range kinds {
			if out, ok := l[k][text]; ok {
				return out, k, n
			}
		}
	}
	return "", "", 0
}

// is reports whether a whole list of words is a phrase of the kind.
func (l language) is(words []string, kinds ...string) bool {
	_, _, n := l.phrase(words, kinds...)
	return n > 0 && n == len(words)
}

var (
	english = sync.OnceValue(func() language { return readLanguage("en.csv") })
	german  = sync.OnceValue(func() language { return readLanguage("de.csv") })
	states  = sync.OnceValue(readStates)
)

func readLanguage(file string) language {
	l := language{}
	for _, row := range readTable(file) {
		of, word := row[0], row[1]
		if l[of] == nil {
			l[of] = map[string]string{}
		}
		l[of][word] = word
		for _, variant := range strings.Fields(row[2]) {
			l[of][strings.ReplaceAll(variant, "_", " ")] = word
		}
	}
	l.compose()
	return l
}

// compose adds the directions between two, in all the ways that the two are
// written: nthwest, nrth w. Short ones could be other words.
func (l language) compose() {
	const least = 5
	between := func(into, across string) {
		for a, ns := range maps.Clone(l[direction]) {
			for b, ew := range maps.Clone(l[across]) {
				if (ns != "north" && ns != "south") || !strings.HasPrefix(ew, "east") && !strings.HasPrefix(ew, "west") {
					continue
				}
				l[into][a+" "+b] = ns + ew
				if len(a+b) >= least {
					l[into][a+b] = ns + ew
				}
			}
		}
	}
	if len(l[direction]) > 0 {
		between(area, area)
		between(direction, direction)
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
