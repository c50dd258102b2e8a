package place

import (
	"errors"
	"testing"
)

func TestCheck(t *testing.T) {
	for code, ok := range map[string]bool{"DE": true, "US-CA": true, "EU": true, "EEA": true, "GB-ENG": true, "ES-1": true,
		"": false, "de": false, "Germany": false, "US_CA": false, "US-": false, "US-ABCD": false, "UK": false, "EL": false, "UK-ENG": false} {
		if (Check(code) == nil) != ok {
			t.Errorf("%q: %v", code, Check(code))
		}
	}
	if !errors.Is(Check("UK"), errKingdom) {
		t.Error("UK is not told what it is")
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		inner, outer string
		in, meet     bool
	}{
		{"DE", "DE", true, true}, {"DE", "EU", true, true}, {"DE", "EEA", true, true}, {"EU", "EEA", true, true},
		{"NO", "EEA", true, true}, {"NO", "EU", false, false}, {"EEA", "EU", false, true}, {"EU", "DE", false, true},
		{"US-CA", "US", true, true}, {"US", "US-CA", false, true}, {"US-CA", "US-CO", false, false}, {"DE-BY", "EU", true, true},
		{"GB", "EU", false, false}, {"CH", "EEA", false, false},
	} {
		if Within(c.inner, c.outer) != c.in || Meet(c.inner, c.outer) != c.meet {
			t.Errorf("%s in %s: %v, meet %v", c.inner, c.outer, Within(c.inner, c.outer), Meet(c.inner, c.outer))
		}
	}
	if WithinAny("DE", nil) || !WithinAny("DE", []string{"US", "EU"}) {
		t.Error("within any")
	}
	if len(members[Union]) != 27 || len(members[Area]) != 30 {
		t.Error("the Union has 27 members, the Area 30")
	}
}
