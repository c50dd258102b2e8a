package node

import (
	"path/filepath"
	"testing"

	"mandorla/agreement"
)

// TestToldOfAll: among sister brands a record takes part only if its notice names
// every one of them.
func TestToldOfAll(t *testing.T) {
	t.Parallel()
	r, _ := three(t)
	r.kind, r.more = "affiliate", "purposes: [dpv:Marketing]\n"
	var rows []string
	for i, row := range guests(span(0, 600)...) {
		told := "cars:Marketing@2026-01-02;stay:Marketing@2026-01-02"
		switch {
		case i < 100:
			told = "cars:Marketing@2026-01-02"
		case i < 150:
			told = "stay:Marketing@2026-01-02"
		case i < 175:
			told = ""
		}
		rows = append(rows, row+","+told)
	}
	r.table(filepath.Join("air", "people.csv"), "email,told", rows)
	r.datasets["air"] += "    eligibility: {kind: notice, column: told}\n"
	r.configure()
	v, err := r.open("air", Options{}).Preview(t.Context(), Request{Analysis: agreement.Multi, Agreement: r.agree()})
	if err != nil {
		t.Fatal(err)
	}
	if v.Rows.Read != 600 || v.Rows.Eligible != 425 {
		t.Errorf("%+v, %v", v.Rows, v.Excluded)
	}
	if v.Partner != "cars, stay, combined by office" || v.Bytes.Sent != v.Padded*(2*32+16) || v.Budget.EpsilonLeft != "20.000" {
		t.Errorf("%+v", v)
	}
}
