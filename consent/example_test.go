package consent_test

import (
	"fmt"
	"time"

	"mandorla/consent"
)

// A batch of three rows under an agreement with a bank.
func ExampleCompile() {
	policy, err := consent.Compile([]consent.Entry{
		{Kind: "jurisdiction", Column: "state", Country: "US"},
		{Kind: "gpp", Column: "gpp"},
		{Kind: "notice", Column: "told"},
	}, consent.Run{
		Agreement: consent.Partner, Partner: "bank", Purposes: []string{"dpv:Measurement"},
		Jurisdictions: []string{"US-CA", "US-VA"}, Start: time.Date(2026, 11, 25, 10, 1, 0, 0, time.UTC),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	rows := map[string][]string{
		"state": {"CA", "VA", "TX"},
		"gpp":   {"DBABBg~BAAAAAAA", "DBABRg~BAQAAAA", "DBABBg~BAAAAAAA"},
		"told":  {"bank:Measurement@2026-01-02", "bank:Measurement@2026-01-02", "shop:Marketing@2026-01-02"},
	}
	var columns []consent.Column
	for _, name := range policy.Columns() {
		columns = append(columns, func(i int) ([]byte, bool) { return []byte(rows[name][i]), false })
	}
	verdicts := make([]consent.Reason, 3)
	policy.Decide(columns, verdicts)
	var counts consent.Counts
	counts.Add(verdicts)
	fmt.Println(verdicts, counts.Rows(), counts.Excluded())
	// Output: [eligible opt_out jurisdiction] 3 map[jurisdiction:1 opt_out:1]
}
