package notice

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// context names the vocabularies: the Data Privacy Vocabulary, its module on the
// GDPR, and Dublin Core for names and descriptions.
var context = map[string]string{
	"dpv":     "https://w3id.org/dpv#",
	"eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
	"dct":     "http://purl.org/dc/terms/",
}

// gdprBases are the terms of the legal bases.
var gdprBases = map[string]string{
	Consent: "eu-gdpr:A6-1-a", Contract: "eu-gdpr:A6-1-b", LegalObligation: "eu-gdpr:A6-1-c", LegitimateInterest: "eu-gdpr:A6-1-f",
}

// A ldRecord is the whole record.
type ldRecord struct {
	Context map[string]string `json:"@context"`
	Type    string            `json:"@type"`
	Process []ldProcess       `json:"dpv:hasPersonalDataProcess"`
}

// A ldProcess is one processing activity.
type ldProcess struct {
	Type       string     `json:"@type"`
	Title      string     `json:"dct:title"`
	Identifier string     `json:"dct:identifier"`
	About      string     `json:"dct:description,omitempty"`
	Valid      string     `json:"dct:valid,omitempty"`
	Controller []ldEntity `json:"dpv:hasDataController"`
	Processor  []ldEntity `json:"dpv:hasDataProcessor,omitempty"`
	Recipient  []ldEntity `json:"dpv:hasRecipient,omitempty"`
	Purpose    []ldThing  `json:"dpv:hasPurpose,omitempty"`
	Basis      []ldThing  `json:"dpv:hasLegalBasis,omitempty"`
	Subject    []ldThing  `json:"dpv:hasDataSubject,omitempty"`
	Data       []ldThing  `json:"dpv:hasPersonalData,omitempty"`
	Source     []ldThing  `json:"dpv:hasDataSource,omitempty"`
	Country    []ldThing  `json:"dpv:hasThirdCountry,omitempty"`
	Storage    []ldThing  `json:"dpv:hasStorageCondition,omitempty"`
	Measure    []ldThing  `json:"dpv:hasTechnicalOrganisationalMeasure"`
}

// A ldEntity is a company or a person who stands for it.
type ldEntity struct {
	Type           string    `json:"@type"`
	Name           string    `json:"dpv:hasName"`
	Address        string    `json:"dpv:hasAddress,omitempty"`
	Contact        string    `json:"dpv:hasContact,omitempty"`
	Representative *ldEntity `json:"dpv:hasRepresentative,omitempty"`
	Officer        *ldEntity `json:"dpv:hasDataProtectionOfficer,omitempty"`
}

// A ldThing is anything that has a type and a description.
type ldThing struct {
	Type    string    `json:"@type"`
	About   ldSaid    `json:"dct:description"`
	Measure []ldThing `json:"dpv:hasTechnicalOrganisationalMeasure,omitempty"`
}

// A ldSaid is words in a language.
type ldSaid struct {
	Value    string `json:"@value"`
	Language string `json:"@language"`
}

// JSONLD writes the record of processing activities in terms of the Data Privacy
// Vocabulary. It is refused while something that Art. 30 asks for is missing.
func JSONLD(all []Facts, language string) ([]byte, error) {
	if !known(language) {
		return nil, fmt.Errorf("record: %w", ErrLanguage)
	}
	record := ldRecord{Context: context, Type: "dpv:DataProcessingRecord", Process: []ldProcess{}}
	for _, f := range all {
		if err := CheckRecord(f, language); err != nil {
			return nil, fmt.Errorf("record of %.64q: %w", f.Sharing.Agreement, err)
		}
		p, err := newView(f, language).process()
		if err != nil {
			return nil, fmt.Errorf("record: %w", err)
		}
		record.Process = append(record.Process, p)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(record)
	return b.Bytes(), err
}

func (v view) process() (ldProcess, error) {
	p := ldProcess{
		Type: "dpv:PersonalDataProcess", Title: v.Sharing.Agreement, Identifier: v.Sharing.ID, About: v.Sharing.Purpose,
		Valid:   interval(v.Sharing.From, v.Sharing.Until),
		Purpose: v.ldPurposes(), Country: v.ldCountries(), Measure: v.things("dpv:TechnicalOrganisationalMeasure", v.Company.Measures),
		Subject: v.things("dpv:DataSubject", []Text{v.Company.Customers}), Source: v.things("dpv:DataSource", []Text{v.Company.Source}),
	}
	p.Controller, p.Processor, p.Recipient = v.ldParties()
	data, err := v.ldData()
	if err != nil {
		return p, err
	}
	p.Data = data
	if p.Basis, err = v.ldBases(); err != nil {
		return p, err
	}
	limits, err := v.limits()
	if limits != "" {
		p.Storage = []ldThing{v.thing("dpv:StorageDuration", limits)}
	}
	return p, err
}

// interval is two days as ISO 8601 writes them, empty unless both are there.
func interval(from, until time.Time) string {
	if from.IsZero() || until.IsZero() {
		return ""
	}
	return from.Format(time.DateOnly) + "/" + until.Format(time.DateOnly)
}
