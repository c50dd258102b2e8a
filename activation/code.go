package activation

// A class is the kind of a character that a code keeps.
func class(r rune) rune {
	switch {
	case '0' <= r && r <= '9':
		return '0'
	case 'a' <= r && r <= 'z':
		return 'a'
	case 'A' <= r && r <= 'Z':
		return 'A'
	}
	return r // stands as it is
}

// alphabets are what a class may hold at all.
var alphabets = map[rune]string{'0': "0123456789", 'a': "abcdefghijklmnopqrstuvwxyz", 'A': "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}

// A code makes ids, numbers and other single tokens: as long as a real one, with
// the same kind of character at each place, each drawn as often as it stands there
// in cells of that length.
type code struct {
	at   map[spot]*tally // by length of the cell, place and class
	used map[rune]*tally // by class alone
}

type spot struct {
	length, place int
	class         rune
}

// few is how many cells of a length tell nothing of their places yet.
const few = 16

func newCode(cells []string) *code {
	c := &code{map[spot]*tally{}, map[rune]*tally{}}
	for _, cell := range cells {
		runes := []rune(cell)
		for i, r := range runes {
			at := spot{len(runes), i, class(r)}
			if c.at[at] == nil {
				c.at[at] = new(tally)
			}
			if c.used[at.class] == nil {
				c.used[at.class] = new(tally)
			}
			c.at[at].add(r)
			c.used[at.class].add(r)
		}
	}
	return c
}

// forge implements [forge]. Where ids are dense, such as numbers from 1 on, none of
// the same beginning is free: with every fourth attempt one place more, from the
// end on, holds whatever its class uses.
func (c *code) forge(d *draws, like string, attempt int) string {
	runes := []rune(like)
	free := attempt / 4
	for i := len(runes) - 1; i >= 0; i-- {
		kind := class(runes[i])
		if alphabets[kind] == "" {
			continue
		}
		from := c.at[spot{len(runes), i, kind}]
		if from == nil || from.total < few {
			from = c.used[kind]
		}
		if free > 0 {
			free--
			from = c.used[kind]
		}
		if from != nil {
			runes[i] = from.draw(d)
		}
	}
	return string(runes)
}
