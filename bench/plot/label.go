package plot

import (
	"strconv"
	"strings"
	"unicode"
)

// maxLabel is how many characters of a label, title or caption are read.
const maxLabel = 300

// clean makes text of one line that every reader of XML takes: what does not
// print is replaced, for it could hide or reorder what stands beside it.
func clean(s string) string {
	var b strings.Builder
	runes := 0
	for _, r := range s {
		if runes++; runes > maxLabel {
			b.WriteRune('…')
			break
		}
		b.WriteRune(printable(r))
	}
	return strings.TrimSpace(b.String())
}

func printable(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsPrint(r):
		return r
	}
	return unicode.ReplacementChar
}

// named is a label as it is shown; one without a character is shown as such.
func named(s string) string {
	if s = clean(s); s != "" {
		return s
	}
	return "(empty)"
}

func namedAll(labels []string) []string {
	out := make([]string, len(labels))
	for i, l := range labels {
		out[i] = named(l)
	}
	return out
}

// width is how long a line of text is at most, roughly: the reader's font is not
// known.
func width(s string, size float64) float64 {
	em := 0.0
	for _, r := range s {
		em += advance(r)
	}
	return em * size
}

// advance is the width of a character, in parts of the font's size.
func advance(r rune) float64 {
	switch {
	case strings.ContainsRune(" .,:;'|!()[]iIjlt–", r):
		return 0.42
	case strings.ContainsRune("mwMW@%…—", r), r >= 0x2e80:
		return 1.05
	case r < 0x80 && !unicode.IsUpper(r):
		return 0.62
	case r < 0x250:
		return 0.74
	}
	return 0.9
}

// widest is the width of the longest of some lines.
func widest(lines []string, size float64) (most float64) {
	for _, l := range lines {
		most = max(most, width(l, size))
	}
	return most
}

// shorten takes the middle out of text that is longer than room, so that labels
// that differ at either end still do.
func shorten(s string, size, room float64) string {
	if width(s, size) <= room {
		return s
	}
	runes := []rune(s)
	left := room - width("…", size)
	head, tail := 0, len(runes)
	for used := 0.0; head < tail; head++ {
		if used += advance(runes[head]) * size; used > left*0.6 {
			break
		}
	}
	left -= width(string(runes[:head]), size)
	for used := 0.0; tail > head; tail-- {
		if used += advance(runes[tail-1]) * size; used > left {
			break
		}
	}
	return string(runes[:head]) + "…" + string(runes[tail:])
}

// shortenAll shortens labels. Those that would look alike get their place.
func shortenAll(labels []string, size, room float64) []string {
	out := make([]string, len(labels))
	alike := map[string]int{}
	for i, l := range labels {
		out[i] = shorten(l, size, room)
		alike[out[i]]++
	}
	for i, l := range labels {
		if out[i] != l && alike[out[i]] > 1 {
			place := " #" + strconv.Itoa(i+1)
			out[i] = shorten(l, size, room-width(place, size)) + place
		}
	}
	return out
}

// wrap breaks text between words into lines no longer than room. What is more
// than the last line holds is taken out of it.
func wrap(s string, size, room float64, lines int) (out []string) {
	words := strings.Fields(s)
	for len(words) > 0 {
		if len(out) == lines-1 {
			return append(out, shorten(strings.Join(words, " "), size, room))
		}
		n := 1
		for n < len(words) && width(strings.Join(words[:n+1], " "), size) <= room {
			n++
		}
		out = append(out, shorten(strings.Join(words[:n], " "), size, room))
		words = words[n:]
	}
	return out
}
