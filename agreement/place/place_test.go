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
		in           bool
	}{
		{"DE", "DE", true}, {"DE", "EU", true}, {"DE", "EEA", true}, {"EU", "EEA", true},
		{"NO", "EEA", true}, {"NO", "EU", false}, {"EEA", "EU", false}, {"EU", "DE", false},
		{"US-CA", "US", true}, {"US", "US-CA", false}, {"US-CA", "US-CO", false}, {"DE-BY", "EU", true},
		{"GB", "EU", false}, {"CH", "EEA", false},
	} {
		if Within(c.inner, c.outer) != c.in {
			t.Errorf("%s in %s: %v", c.inner, c.outer, Within(c.inner, c.outer))
		}
	}
	if WithinAny("DE", nil) || !WithinAny("DE", []string{"US", "EU"}) {
		t.Error("within any")
	}
	if len(members[Union]) != 27 || len(members[Area]) != 30 {
		t.Error("the Union has 27 members, the Area 30")
	}
}
