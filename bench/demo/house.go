package demo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mandorla/agreement"
	"mandorla/node"
)

// The agreements of the demonstration: their files, and what they say beside
// the members' keys and the days.
var agreements = []struct{ file, terms string }{
	{"agreement.yaml", head + `analyses:
  size: {to: [airline, bank]}
  match: {to: [airline], columns: {airline: [customer_id]}}
rules:
  noise: none            # counts are exact; both nodes learn them
  min_set_size: 100
  min_list_size: 1
  min_group_size: 1
` + days},
	{"crosstab.yaml", head + `analyses:
  aggregate: {to: [airline, bank], dimensions: {airline: [tier], bank: [product]}, measures: {bank: [spend]}}
rules:
  epsilon_per_run: 2     # noise: no node sees a true figure
  epsilon_budget: 10
  min_set_size: 100
  min_group_size: 20
` + days},
}

// What every agreement of the demonstration begins and ends with.
const (
	head = `# What the airline and the bank agreed on. Both signed this text below.
agreement: skyline-%[5]s
kind: partner
purpose: Measure how many of the airline's customers hold the bank's card
members:
  airline: %[1]q
  bank: %[2]q
datasets: {airline: flyers, bank: cardholders}
identifiers: {profile: uid2-1, types: [email, phone]}
`
	days = `valid: {from: %[3]s, until: %[4]s}
`
)

// configs are the nodes' node.yaml, by member.
var configs = map[string]string{
	airline: `name: airline
listen: %[1]s
datasets:
  flyers:
    source: customers.csv
    identifiers:
      - {type: email, column: email}
      - {type: phone, column: phone, region: DE}
    dimensions: [tier, home_country]
    measures:
      - {column: spend, min: 0, max: 5000}
    eligibility: {column: consent, kind: flag}
peers:
  bank: {address: %[2]s}
`,
	bank: `name: bank
listen: %[1]s
datasets:
  cardholders:
    source: cardholders.csv
    identifiers:
      - {type: email, column: email}
      - {type: phone, column: phone, region: DE}
    dimensions: [product]
    measures:
      - {column: spend, min: 0, max: 5000}
    eligibility: {column: consent, kind: flag}
peers:
  airline: {address: %[2]s}
`,
}

// house makes both nodes' folders and the agreements between them, which both
// sign and accept.
func house(dir string) (agreed []*agreement.Agreement, err error) {
	keys := map[string]string{}
	for _, member := range []string{airline, bank} {
		if keys[member], err = node.Init(filepath.Join(dir, member), member, ""); err != nil {
			return nil, err
		}
	}
	if err := configure(dir, map[string]string{airline: "127.0.0.1:0", bank: "127.0.0.1:0"}); err != nil {
		return nil, err
	}
	today := time.Now().UTC()
	for _, a := range agreements {
		path := filepath.Join(dir, a.file)
		text := fmt.Sprintf(a.terms, keys[airline], keys[bank], today.Format(time.DateOnly),
			today.AddDate(1, 0, 0).Format(time.DateOnly), strings.TrimSuffix(a.file, ".yaml"))
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return nil, err
		}
		signed, err := sign(dir, path)
		if err != nil {
			return nil, err
		}
		agreed = append(agreed, signed)
	}
	return agreed, nil
}

// sign lets both members sign an agreement and accept it.
func sign(dir, path string) (*agreement.Agreement, error) {
	for _, member := range []string{airline, bank} {
		if _, err := node.Sign(filepath.Join(dir, member), path, nil); err != nil {
			return nil, err
		}
	}
	for _, member := range []string{airline, bank} {
		if _, err := node.Accept(filepath.Join(dir, member), path); err != nil {
			return nil, err
		}
	}
	return node.ReadAgreement(path)
}

// configure writes both nodes' node.yaml with the addresses they listen at.
func configure(dir string, addresses map[string]string) error {
	for member, config := range configs {
		peer := airline
		if member == airline {
			peer = bank
		}
		body := fmt.Sprintf(config, addresses[member], addresses[peer])
		if err := os.WriteFile(filepath.Join(dir, member, "node.yaml"), []byte(body), 0o644); err != nil {
			return err
		}
	}
	return nil
}
