package purpose

import (
	"encoding/csv"
	"regexp"
	"strings"
	"testing"
)

// clause is the beginning of a German clause that no comma parts from the rest.
var clause = regexp.MustCompile(`[^,] (dass|ob|was|wer|wie)\b.*`)

func TestTable(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil || len(rows) < 40 || len(terms) != len(rows)-1 {
		t.Fatalf("%d rows, %d terms: %v", len(rows), len(terms), err)
	}
	for _, row := range rows[1:] {
		if _, ok := terms[row[1]]; row[1] != "" && !ok {
			t.Errorf("%s: broader %s is not in the table", row[0], row[1])
		}
		if !strings.HasPrefix(row[2], "to ") || !strings.HasPrefix(row[3], "um ") {
			t.Errorf("%s: words %q, %q", row[0], row[2], row[3])
		}
		if m := clause.FindString(row[3]); m != "" {
			t.Errorf("%s: a clause without its comma:%s", row[0], m)
		}
	}
}

func TestCheckAndWords(t *testing.T) {
	for purpose, ok := range map[string]bool{"dpv:Marketing": true, "Marketing": false, "dpv:marketing": false, "dpv:": false, "": false, "dpv:PersonnelHiring": false} {
		if (Check(purpose) == nil) != ok {
			t.Errorf("%q: %v", purpose, Check(purpose))
		}
	}
	if Words("dpv:Advertising", "de") != "um zu werben" || Words("dpv:Advertising", "en") != "to advertise" || Words("dpv:X", "en") != "dpv:X" {
		t.Error("words")
	}
}
