package agreement

import (
	"strings"
	"testing"
)

// TestEpochs reads how long a key is kept, says it in words, and tells agreements
// apart by it.
func TestEpochs(t *testing.T) {
	h := newHouse(t)
	plain := mustParse(t, h.fill(sample))
	kept := mustParse(t, h.fill(strings.Replace(sample, "columns: {airline: [customer_id]}", "columns: {airline: [customer_id]}, epoch_days: 7", 1)))
	if plain.Terms.Analyses.Match.EpochDays != 0 || kept.Terms.Analyses.Match.EpochDays != 7 {
		t.Errorf("%d and %d days", plain.Terms.Analyses.Match.EpochDays, kept.Terms.Analyses.Match.EpochDays)
	}
	if got := FirstDifference(plain, kept); !strings.HasPrefix(got, "analyses.match.epoch_days") {
		t.Errorf("they differ in %q", got)
	}
	var said, silent strings.Builder
	if err := kept.Words(&said); err != nil {
		t.Fatal(err)
	}
	if err := plain.Words(&silent); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "up to 7 days bank keeps its key") || strings.Contains(silent.String(), "keeps its key") {
		t.Error("the words do not say that a key is kept, or say it where none is")
	}
}
