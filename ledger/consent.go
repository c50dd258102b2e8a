package ledger

import (
	"cmp"
	"errors"
	"fmt"
)

// ErrConsent is a consent receipt that lacks something that it must say.
var ErrConsent = errors.New("ledger: the consent receipt is incomplete")

// consentSchema names the information structure that consent receipts follow.
const consentSchema = "ISO/IEC TS 27560:2023"

// A ConsentReceipt says to a category of people which consent a run rests on, in
// the information structure of ISO/IEC TS 27560:2023: a receipt around a consent
// record with its four sections, under the standard's own field names. It is
// about a category, never about a person.
type ConsentReceipt struct {
	Metadata ReceiptMetadata `json:"receipt_metadata"`
	Record   ConsentRecord   `json:"consent_record"`
}

// ReceiptMetadata names the receipt.
type ReceiptMetadata struct {
	SchemaVersion string `json:"schema_version"`
	ReceiptID     string `json:"receipt_id"`
}

// A ConsentRecord is what a receipt is a copy of.
type ConsentRecord struct {
	Header     ConsentHeader  `json:"record_header"`
	Processing Processing     `json:"pii_processing"`
	Parties    []Party        `json:"party_identification"`
	Events     []ConsentEvent `json:"event"`
}

// A ConsentHeader names the record and the people whom it is about.
type ConsentHeader struct {
	SchemaVersion string `json:"schema_version"`
	RecordID      string `json:"record_id"`
	PrincipalID   string `json:"pii_principal_id"` // the category
}

// Processing is what happens with the data.
type Processing struct {
	PrivacyNotice string    `json:"privacy_notice"` // where the notice can be read, or its hash
	Language      string    `json:"language"`       // of the notice: BCP 47
	Purposes      []Purpose `json:"purposes"`
}

// A Purpose is one aim of the processing, and everything that depends on it.
type Purpose struct {
	Purpose             string   `json:"purpose"`
	PurposeType         string   `json:"purpose_type,omitempty"` // a term of the Data Privacy Vocabulary
	LawfulBasis         string   `json:"lawful_basis,omitempty"`
	Information         []PII    `json:"pii_information"`
	Controllers         []string `json:"pii_controllers"` // ids of parties
	CollectionMethod    string   `json:"collection_method,omitempty"`
	ProcessingMethod    string   `json:"processing_method,omitempty"`
	StorageLocations    []string `json:"storage_locations"`
	RetentionPeriod     string   `json:"retention_period"` // ISO 8601
	ProcessingLocations []string `json:"processing_locations,omitempty"`
	Jurisdiction        []string `json:"jurisdiction"`
	Recipients          []string `json:"recipient_third_parties"` // ids of parties; may be empty
	WithdrawalMethod    string   `json:"withdrawal_method"`
	PrivacyRights       []string `json:"privacy_rights,omitempty"`
	AuthorityParty      string   `json:"authority_party,omitempty"`
}

// PII is one kind of data that takes part.
type PII struct {
	Type      string `json:"pii_type"`
	Attribute string `json:"pii_attribute_id,omitempty"` // the column
	Sensitive string `json:"sensitive_pii_category,omitempty"`
}

// A Party is somebody named in a consent record.
type Party struct {
	ID      string `json:"party_id"`
	Address string `json:"party_address"`
	Email   string `json:"party_email,omitempty"`
	URL     string `json:"party_url,omitempty"`
	Phone   string `json:"party_phone,omitempty"`
	Name    string `json:"party_name"`
	Role    string `json:"party_role,omitempty"`
	Contact string `json:"party_contact"`
	Type    string `json:"party_type"`
}

// A ConsentEvent is how, when and for how long consent was given.
type ConsentEvent struct {
	Time     string `json:"event_time"`        // RFC 3339
	Validity string `json:"validity_duration"` // ISO 8601
	EntityID string `json:"entity_id"`
	Type     string `json:"event_type"`
	State    string `json:"event_state"`
}

// A Category is what a company says about one category of people in a run, such
// as its loyalty members: what a receipt cannot know.
type Category struct {
	Name     string // of the category
	Notice   string // where its privacy notice can be read
	Language string
	Purpose  Purpose           // its purpose, controllers and information come from the run
	Parties  []Party           // every member, under the member's name as id
	Types    map[string]string // column: the kind of data that it holds; where there is none, the column's own name
	Event    ConsentEvent
}

// ConsentOf makes the consent receipt of a run for one category of people of a
// member. What the run knows is filled in: the purpose, the members, and the
// columns that took part. It fails with [ErrConsent], naming the field, where
// the category leaves out something that the standard demands.
func ConsentOf(r *Receipt, member string, c Category) (*ConsentReceipt, error) {
	if r.Account == nil {
		return nil, fmt.Errorf("%w: the run's receipt says nothing of its columns", ErrConsent)
	}
	purpose := c.Purpose
	purpose.Purpose, purpose.Information, purpose.Controllers = r.Purpose, nil, nil
	for _, column := range r.Account.Parts[member].Columns {
		purpose.Information = append(purpose.Information, PII{Type: cmp.Or(c.Types[column], column), Attribute: column})
	}
	for _, p := range c.Parties {
		if _, ok := r.Members[p.ID]; ok {
			purpose.Controllers = append(purpose.Controllers, p.ID)
		}
	}
	if purpose.Recipients == nil {
		purpose.Recipients = []string{}
	}
	id := r.Run + "/" + member + "/" + c.Name
	out := &ConsentReceipt{
		Metadata: ReceiptMetadata{consentSchema, id},
		Record: ConsentRecord{
			Header:     ConsentHeader{consentSchema, id, c.Name},
			Processing: Processing{c.Notice, c.Language, []Purpose{purpose}},
			Parties:    c.Parties,
			Events:     []ConsentEvent{c.Event},
		},
	}
	if len(purpose.Controllers) != len(r.Members) {
		return nil, fmt.Errorf("%w: parties: every member of the run has to be among them", ErrConsent)
	}
	return out, out.check()
}

// JSON is the receipt as it is handed out.
func (c *ConsentReceipt) JSON() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return Canonical(c)
}

// check names the first mandatory field that is empty.
func (c *ConsentReceipt) check() error {
	r := c.Record
	fields := []field{
		{"receipt_id", c.Metadata.ReceiptID}, {"schema_version", r.Header.SchemaVersion},
		{"record_id", r.Header.RecordID}, {"pii_principal_id", r.Header.PrincipalID},
		{"privacy_notice", r.Processing.PrivacyNotice}, {"language", r.Processing.Language},
	}
	for _, p := range r.Processing.Purposes {
		fields = append(fields, p.mandatory()...)
	}
	for _, p := range r.Parties {
		fields = append(fields, field{"party_id", p.ID}, field{"party_address", p.Address}, field{"party_name", p.Name},
			field{"party_contact", p.Contact}, field{"party_type", p.Type})
	}
	for _, e := range r.Events {
		fields = append(fields, field{"event_time", e.Time}, field{"validity_duration", e.Validity},
			field{"entity_id", e.EntityID}, field{"event_type", e.Type}, field{"event_state", e.State})
	}
	for _, f := range fields {
		if f.value == "" {
			return fmt.Errorf("%w: %s; fill it in", ErrConsent, f.name)
		}
	}
	return nil
}

// A field is a mandatory one, and something that is empty where it is.
type field struct{ name, value string }

func (p Purpose) mandatory() []field {
	fields := []field{{"purpose", p.Purpose}, {"retention_period", p.RetentionPeriod}, {"withdrawal_method", p.WithdrawalMethod},
		{"pii_controllers", first(p.Controllers)}, {"storage_locations", first(p.StorageLocations)}, {"jurisdiction", first(p.Jurisdiction)}}
	if len(p.Information) == 0 {
		fields = append(fields, field{"pii_information", ""})
	}
	for _, i := range p.Information {
		fields = append(fields, field{"pii_type", i.Type})
	}
	return fields
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
