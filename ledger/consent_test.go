package ledger

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// category is one that leaves nothing out.
func category() Category {
	party := func(id string) Party {
		return Party{ID: id, Address: "1 High Street", Name: strings.ToUpper(id), Contact: "privacy@" + id + ".example", Type: "PII controller"}
	}
	return Category{
		Name: "loyalty members", Notice: "https://airline.example/privacy", Language: "en",
		Purpose: Purpose{PurposeType: "dpv:Marketing", LawfulBasis: "dpv:Consent", StorageLocations: []string{"EU"},
			RetentionPeriod: "P1Y", Jurisdiction: []string{"DE"}, WithdrawalMethod: "https://airline.example/withdraw"},
		Parties: []Party{party("airline"), party("bank")},
		Types:   map[string]string{"email": "dpv-pd:EmailAddress"},
		Event:   ConsentEvent{Time: "2026-01-01T00:00:00Z", Validity: "P2Y", EntityID: "airline", Type: "expressed", State: "given"},
	}
}

func TestConsentReceipt(t *testing.T) {
	c, err := ConsentOf(accounted("run"), "airline", category())
	want(t, err, nil)
	b, err := c.JSON()
	want(t, err, nil)
	var again map[string]map[string]any
	want(t, json.Unmarshal(b, &again), nil)
	for _, section := range []string{"record_header", "pii_processing", "party_identification", "event"} {
		if again["consent_record"][section] == nil {
			t.Errorf("no section %s", section)
		}
	}
	for _, part := range []string{`"pii_type":"dpv-pd:EmailAddress"`, `"pii_type":"tier"`, `"pii_controllers":["airline","bank"]`,
		`"schema_version":"ISO/IEC TS 27560:2023"`, `"pii_principal_id":"loyalty members"`} {
		if !strings.Contains(string(b), part) {
			t.Errorf("no %s in %s", part, b)
		}
	}
}

// TestConsentReceiptIncomplete leaves out one mandatory field after the other.
func TestConsentReceiptIncomplete(t *testing.T) {
	for field, omit := range map[string]func(*Category){
		"pii_principal_id":  func(c *Category) { c.Name = "" },
		"privacy_notice":    func(c *Category) { c.Notice = "" },
		"language":          func(c *Category) { c.Language = "" },
		"storage_locations": func(c *Category) { c.Purpose.StorageLocations = nil },
		"retention_period":  func(c *Category) { c.Purpose.RetentionPeriod = "" },
		"jurisdiction":      func(c *Category) { c.Purpose.Jurisdiction = []string{""} },
		"withdrawal_method": func(c *Category) { c.Purpose.WithdrawalMethod = "" },
		"parties":           func(c *Category) { c.Parties = c.Parties[:1] },
		"party_address":     func(c *Category) { c.Parties[1].Address = "" },
		"party_contact":     func(c *Category) { c.Parties[1].Contact = "" },
		"event_time":        func(c *Category) { c.Event.Time = "" },
		"validity_duration": func(c *Category) { c.Event.Validity = "" },
		"event_state":       func(c *Category) { c.Event.State = "" },
	} {
		c := category()
		omit(&c)
		if _, err := ConsentOf(accounted("run"), "airline", c); !errors.Is(err, ErrConsent) || !strings.Contains(err.Error(), field) {
			t.Errorf("without %s: %v", field, err)
		}
	}
	r := accounted("run")
	r.Account.Parts["airline"] = Part{}
	if _, err := ConsentOf(r, "airline", category()); !errors.Is(err, ErrConsent) || !strings.Contains(err.Error(), "pii_information") {
		t.Errorf("without columns: %v", err)
	}
	if _, err := ConsentOf(receipt(), "airline", category()); !errors.Is(err, ErrConsent) {
		t.Errorf("without an account: %v", err)
	}
}
