package activation

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Figures make dates, times and amounts as the column has them, each part (day,
// minute, seconds; whole, fraction) between two neighbours that stand there. A copy
// of one that nobody else has would stand there twice, and give the decoy away.
type figures struct {
	layouts []string
	scales  map[notation][]*scale // one a part
}

// A notation is a way to write a figure: of a time its layout and zone, of an amount
// its sign, marks and number of decimals.
type notation struct {
	layout       string
	zone         int // seconds east
	sign         string
	point, group string
	decimals     int
}

func newFigures(cells []string) *figures {
	f := &figures{layouts: layoutsOf(cells), scales: map[notation][]*scale{}}
	values := map[notation][][]int64{}
	for _, cell := range cells {
		if n, parts, ok := f.read(cell); ok {
			values[n] = append(values[n], parts)
		}
	}
	for n, all := range values {
		for p := range all[0] {
			mod := int64(10)
			if n.layout != "" && p == 0 {
				mod = 7
			}
			f.scales[n] = append(f.scales[n], newScale(all, p, mod))
		}
	}
	return f
}

// forge implements [forge].
func (f *figures) forge(d *draws, like string, _ int) string {
	n, parts, ok := f.read(like)
	scales := f.scales[n]
	if !ok || len(scales) == 0 {
		return like // a slip in the table
	}
	for p, s := range scales {
		parts[p] = s.draw(d)
	}
	return n.write(parts)
}

// read takes a figure apart, if it can be written as it was.
func (f *figures) read(cell string) (n notation, parts []int64, ok bool) {
	for _, layout := range f.layouts {
		if n, parts, ok = readTime(cell, layout); ok {
			return n, parts, true
		}
	}
	return readAmount(cell)
}

func (n notation) write(parts []int64) string {
	if n.layout == "" {
		return n.amount(parts)
	}
	at := time.Unix(parts[0]*24*60*60, 0).UTC()
	return time.Date(at.Year(), at.Month(), at.Day(), 0, int(parts[1]), 0, int(parts[2]), time.FixedZone("", n.zone)).Format(n.layout)
}

// layouts are how tables write days and times.
var layouts = []string{time.DateOnly, "02.01.2006", "01/02/2006", "02/01/2006", "2006/01/02",
	time.RFC3339, "2006-01-02T15:04:05-07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, "2006-01-02 15:04",
	"02.01.2006 15:04", "02.01.2006 15:04:05",
	"2006-01-02T15:04:05.000Z07:00", "2006-01-02T15:04:05.000000Z07:00", "2006-01-02T15:04:05.000000000Z07:00",
	"2006-01-02T15:04:05.000", "2006-01-02T15:04:05.000000", "2006-01-02 15:04:05.000", "2006-01-02 15:04:05.000000"}

// layoutsOf are those that cells have, the most frequent first: where day and month
// may be either, the column decides.
func layoutsOf(cells []string) []string {
	times := map[string]int{}
	for _, layout := range layouts {
		times[layout] = count(cells, func(cell string) bool { _, _, ok := readTime(cell, layout); return ok })
	}
	out := slices.DeleteFunc(slices.Clone(layouts), func(l string) bool { return times[l] == 0 })
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Compare(times[b], times[a]) })
	return out
}

func readTime(cell, layout string) (n notation, parts []int64, ok bool) {
	at, err := time.Parse(layout, cell)
	if err != nil || at.Format(layout) != cell {
		return n, nil, false
	}
	_, zone := at.Zone()
	day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60)
	within := int64(at.Second())*int64(time.Second) + int64(at.Nanosecond())
	n = notation{layout: layout, zone: zone}
	parts = []int64{day, int64(at.Hour()*60 + at.Minute()), within}
	return n, parts, n.write(parts) == cell
}

// readAmount reads a number such as -1,234.50, 12,5 or 7.
func readAmount(cell string) (n notation, parts []int64, ok bool) {
	digits := strings.TrimLeft(cell, "+-")
	n.sign = cell[:len(cell)-len(digits)]
	whole, fraction := digits, ""
	if at := strings.LastIndexAny(digits, ".,"); at >= 0 {
		last := digits[at : at+1]
		if strings.Count(digits, last) > 1 {
			n.group = last
		} else {
			n.point, whole, fraction = last, digits[:at], digits[at+1:]
			n.decimals = len(fraction)
		}
	}
	if at := strings.IndexAny(whole, ".,"); at >= 0 {
		n.group = whole[at : at+1]
		whole = strings.ReplaceAll(whole, n.group, "")
	}
	parts = []int64{0, 0}
	var err error
	if parts[0], err = strconv.ParseInt(whole, 10, 64); err != nil || len(n.sign) > 1 {
		return n, nil, false
	}
	if parts[1], err = strconv.ParseInt("0"+fraction, 10, 64); err != nil {
		return n, nil, false
	}
	return n, parts, n.write(parts) == cell
}

func (n notation) amount(parts []int64) string {
	whole := strconv.FormatInt(parts[0], 10)
	for at := len(whole) - 3; n.group != "" && at > 0; at -= 3 {
		whole = whole[:at] + n.group + whole[at:]
	}
	if n.point == "" {
		return n.sign + whole
	}
	fraction := strconv.FormatInt(parts[1], 10)
	fraction = strings.Repeat("0", max(0, n.decimals-len(fraction))) + fraction
	if n.decimals == 0 {
		fraction = ""
	}
	return n.sign + whole + n.point + fraction
}

// A scale is the values of one part, in order.
type scale struct {
	values    []int64
	step, mod int64          // whole steps lie between values
	seen      map[int64]bool // what is left of them by mod: weekdays, last digits
}

func newScale(all [][]int64, part int, mod int64) *scale {
	s := &scale{mod: mod, seen: map[int64]bool{}}
	for _, parts := range all {
		v := parts[part]
		s.values = append(s.values, v)
		s.seen[v%mod] = true
		s.step = divisor(s.step, v-all[0][part])
	}
	slices.Sort(s.values)
	return s
}

// draw gives a value between two neighbours, or one of theirs where nothing lies
// between: what is frequent stays so.
func (s *scale) draw(d *draws) (v int64) {
	for range 32 {
		at := d.below(len(s.values))
		v = s.values[at]
		if at+1 == len(s.values) || s.step == 0 {
			return v
		}
		between := (s.values[at+1]-v)/s.step - 1
		if between < 1 {
			return v
		}
		drawn := v + s.step*(1+int64(d.below64(uint64(between))))
		if s.seen[drawn%s.mod] {
			return drawn
		}
	}
	return v
}

// divisor is the greatest that two numbers have in common.
func divisor(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}
