package demo

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"mandorla/agreement"
	"mandorla/node"
)

// terms is the agreement of the demonstration.
const terms = `# What the airline and the bank agreed on. Both signed this text below.
agreement: skyline-demo
kind: partner
purpose: Measure how many of the airline's customers hold the bank's card
members:
  airline: %q
  bank: %q
datasets: {airline: flyers, bank: cardholders}
identifiers: {profile: uid2-1, types: [email, phone]}
analyses:
  size: {to: [airline, bank]}
  match: {to: [airline], columns: {airline: [customer_id]}}
rules:
  noise: none            # counts are exact; both nodes learn them
  min_set_size: 100
  min_list_size: 1
  min_group_size: 1
valid: {from: %s, until: %s}
`

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

// house makes both nodes' folders and the agreement between them, which both
// sign and accept.
func house(dir string) (*agreement.Agreement, error) {
	keys := map[string]string{}
	for _, member := range []string{airline, bank} {
		key, err := node.Init(filepath.Join(dir, member), member, "")
		if err != nil {
			return nil, err
		}
		keys[member] = key
	}
	anywhere := map[string]string{airline: "127.0.0.1:0", bank: "127.0.0.1:0"}
	if err := configure(dir, anywhere); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "agreement.yaml")
	today := time.Now().UTC()
	text := fmt.Sprintf(terms, keys[airline], keys[bank], today.Format(time.DateOnly), today.AddDate(1, 0, 0).Format(time.DateOnly))
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return nil, err
	}
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
