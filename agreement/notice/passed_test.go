package notice

import (
	"strings"
	"testing"
)

// TestPassedOn: whoever may get rows is named to customers and in the record, with
// what it gets and for how long.
func TestPassedOn(t *testing.T) {
	f := small(t)
	f.Sharing.Passed = []Passed{{"bank", []string{"tier"}, 30}, {"mailhouse", []string{"tier"}, 14}}
	for language, says := range map[string][]string{
		English: {"we may give this to Example Bank AG: your status in our bonus scheme. It must be deleted there after 30 days", "to mailhouse: your status in our bonus scheme. It must be deleted there after 14 days"},
		German:  {"geben wir vielleicht dies an Example Bank AG: Ihr Status in unserem Bonusprogramm. Dort muss es nach höchstens 30 Tagen", "an mailhouse: Ihr Status in unserem Bonusprogramm. Dort muss es nach höchstens 14 Tagen"},
	} {
		text, err := f.Text(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, said := range says {
			if strings.Count(text, said) != 1 {
				t.Errorf("%s: %q is not said once", language, said)
			}
		}
		record, err := CSV([]Facts{f}, language)
		if err != nil || strings.Count(string(record), "mailhouse") != 1 || strings.Count(string(record), "Example Bank AG;") != 1 {
			t.Errorf("%v:\n%s", err, record)
		}
		ld, err := JSONLD([]Facts{f}, language)
		if err != nil || strings.Count(string(ld), `"mailhouse"`) != 1 {
			t.Errorf("%v:\n%s", err, ld)
		}
	}
}
