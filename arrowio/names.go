package arrowio

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// trim takes off the blanks that some writers put around names.
func trim(name string) string { return strings.TrimSpace(name) }

// listed says which columns there are.
func listed(names []string) string {
	const most = 50
	quoted := make([]string, 0, most)
	for _, name := range names[:min(len(names), most)] {
		quoted = append(quoted, strconv.Quote(name))
	}
	if len(names) > most {
		quoted = append(quoted, "…")
	}
	return "it has " + strings.Join(quoted, ", ")
}

// looksLikeData reports whether a name is rather a cell: an address, a number, a
// date, or too long for a name. Names are no secrets, but the first line of a
// file without a header holds a customer, whom no error may name.
func looksLikeData(name string) bool {
	var digits int
	for _, c := range name {
		if unicode.IsDigit(c) {
			digits++
		}
	}
	begins := strings.ContainsFunc(name[:min(len(name), 1)], unicode.IsDigit)
	return strings.Contains(name, "@") || begins || digits > 4 || len(name) > 64
}

// place finds the wanted columns among the names of a file, or says what is
// there; with none wanted it gives them all.
func place(names, wanted []string, there string) ([]int, error) {
	if len(wanted) == 0 {
		all := make([]int, len(names))
		for i := range all {
			all[i] = i
		}
		return all, nil
	}
	at := make([]int, len(wanted))
	for i, w := range wanted {
		is := func(name string) bool { return trim(name) == trim(w) }
		at[i] = slices.IndexFunc(names, is)
		if at[i] < 0 {
			return nil, fmt.Errorf("no column %q; %s", w, there)
		}
		if slices.ContainsFunc(names[at[i]+1:], is) {
			return nil, fmt.Errorf("column %q stands there twice; rename one", w)
		}
	}
	return at, nil
}

// numbered names the columns of a file without a header.
func numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("c%d", i)
	}
	return names
}

// ColumnNamed is the place of a column in a record, by its name without the
// blanks around it.
func ColumnNamed(rec Record, name string) (int, error) {
	names := make([]string, rec.NumCols())
	for i := range names {
		names[i] = rec.ColumnName(i)
	}
	at, err := place(names, []string{name}, listed(names))
	if err != nil {
		return 0, err
	}
	return at[0], nil
}

// CountNamed is how many columns of a record have a name.
func CountNamed(rec Record, name string) (n int) {
	for i := range int(rec.NumCols()) {
		if trim(rec.ColumnName(i)) == name {
			n++
		}
	}
	return n
}
