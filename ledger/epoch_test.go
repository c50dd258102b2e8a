package ledger

import (
	"errors"
	"strings"
	"testing"
)

// TestEpochOfAReceipt: where a receipt names an epoch, it is one that a run can have.
func TestEpochOfAReceipt(t *testing.T) {
	good := Epoch{ID: "0011223344556677", Run: 2, Ends: "2026-03-08T12:00:00Z", Asked: 1024, Added: 1117, Removed: []uint64{32}}
	for name, c := range map[string]struct {
		change func(*Epoch)
		fits   bool
	}{
		"later":                {func(*Epoch) {}, true},
		"first":                {func(e *Epoch) { *e = Epoch{ID: e.ID, Run: 1, Full: true, Ends: e.Ends} }, true},
		"first, with a change": {func(e *Epoch) { e.Run, e.Full = 1, true }, false},
		"later, no change":     {func(e *Epoch) { e.Asked, e.Added, e.Removed = 0, 0, nil }, false},
		"no run":               {func(e *Epoch) { e.Run, e.Full = 0, true }, false},
		"first, later":         {func(e *Epoch) { e.Run = 1 }, false},
		"later, full":          {func(e *Epoch) { e.Full = true }, false},
		"short name":           {func(e *Epoch) { e.ID = e.ID[:14] }, false},
		"name of words":        {func(e *Epoch) { e.ID = "the last epoch!!" }, false},
		"no end at all":        {func(e *Epoch) { e.Ends = "" }, false},
		"no time of end":       {func(e *Epoch) { e.Ends = "in a week" }, false},
	} {
		r, e := receipt(), good
		c.change(&e)
		r.Epoch = &e
		text, err := r.Text()
		if (err == nil) != c.fits || (err != nil && !errors.Is(err, ErrReceipt)) {
			t.Errorf("%s: %v", name, err)
		}
		if c.fits && !strings.Contains(text, `"ends":"2026-03-08T12:00:00Z"`) {
			t.Errorf("%s: the text does not say it", name)
		}
	}
}
