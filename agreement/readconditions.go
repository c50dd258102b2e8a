package agreement

import (
	"regexp"

	"go.yaml.in/yaml/v3"

	"mandorla/agreement/place"
	"mandorla/agreement/purpose"
	"mandorla/agreement/strict"
)

// What lists of terms hold at most.
const (
	maxPurposes      = 20
	maxJurisdictions = 60
	maxVersion       = 10_000
)

var idForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// version reads which version this is, and which agreement it replaces.
func (r reader) version(s strict.Section) (int, string) {
	version := uint64(1)
	n, ok := s.Has("version")
	if ok {
		version = r.Count(n, "version", 1)
	}
	if version > maxVersion {
		r.Fail(n, "version", "must be at most %d", maxVersion)
	}
	old, replaces := s.Has("replaces")
	switch {
	case replaces && version == 1:
		r.Fail(old, "replaces", "a first version replaces none; add version: 2, or leave it out")
	case replaces:
		id := r.Text(old, "replaces")
		if !idForm.MatchString(id) {
			r.Fail(old, "replaces", "must be sha256: and 64 hexadecimal digits, as show prints them")
		}
		return int(version), id
	case version > 1:
		r.Fail(n, "replaces", "missing; name the agreement that this version replaces by its hash")
	}
	return int(version), ""
}

// purposes reads terms of the Data Privacy Vocabulary.
func (r reader) purposes(s strict.Section) []string {
	n, ok := s.Has("purposes")
	if !ok {
		return nil
	}
	all := r.bounded(n, "purposes", maxPurposes)
	for i, p := range all {
		if err := purpose.Check(p); err != nil {
			r.Fail(n.Content[i], "purposes", "%.64q %v", p, err)
		}
	}
	return all
}

// bounded is a list of texts, not too many.
func (r reader) bounded(n *yaml.Node, field string, most int) []string {
	if len(n.Content) > most {
		r.Fail(n, field, "must be at most %d", most)
		return nil
	}
	return r.Texts(n, field)
}

// conditions reads the terms that hang on the kind.
func (r reader) conditions(s strict.Section, t *Terms) Conditions {
	var c Conditions
	r.onlyFor(s, t.Kind)
	if n, ok := s.Has("vendor"); ok {
		c.Vendor = r.Text(n, "vendor")
		r.member(n, "vendor", c.Vendor, t.Members)
		if t.Analyses.Append.Learns(c.Vendor) {
			r.Fail(n, "vendor", "%s stands under analyses.append.to; what a vendor has is appended for its client, not the client's for the vendor", c.Vendor)
		}
	}
	if n, ok := s.Has("vendor_data"); ok {
		c.VendorData = r.OneOf(n, "vendor_data", VendorOwn)
	}
	if n, ok := s.Has("brands"); ok {
		c.Brands = r.brands(n, t.Members)
	}
	if n, ok := s.Has("jurisdictions"); ok {
		c.Jurisdictions = r.jurisdictions(n)
	}
	if n, ok := s.Has("joint_marketing"); ok {
		c.JointMarketing = r.Truth(n, "joint_marketing")
	}
	if n, ok := s.Has("retention"); ok {
		c.Retention = r.Period(n, "retention")
	}
	if n, ok := s.Has("onward_transfer"); ok {
		c.OnwardTransfer = r.Text(n, "onward_transfer")
	}
	if n, ok := s.Has("delete_by"); ok {
		c.DeleteBy = r.Date(n, "delete_by")
		if c.DeleteBy.Before(t.Valid.Until) {
			r.Fail(n, "delete_by", "lies before valid.until; what is deleted then must not be made later")
		}
	}
	return c
}

// onlyFor refuses keys that mean nothing in another kind of agreement.
func (r reader) onlyFor(s strict.Section, kind string) {
	for _, c := range []struct{ key, kind string }{
		{"vendor", ServiceProvider}, {"vendor_data", ServiceProvider}, {"brands", Affiliate}, {"joint_marketing", Partner},
	} {
		if n, ok := s.Has(c.key); ok && kind != c.kind {
			r.Fail(n, c.key, "belongs to the kind %s; leave it out", c.kind)
		}
	}
}

func (r reader) brands(n *yaml.Node, members map[string]string) map[string]string {
	all := map[string]string{}
	for _, p := range r.Pairs(n, "brands") {
		r.member(p.Key, p.Path, p.Name, members)
		all[p.Name] = r.Line(p.Value, p.Path)
	}
	return all
}

func (r reader) jurisdictions(n *yaml.Node) []string {
	all := r.bounded(n, "jurisdictions", maxJurisdictions)
	for i, code := range all {
		if err := place.Check(code); err != nil {
			r.Fail(n.Content[i], "jurisdictions", "%.64q %v", code, err)
		}
	}
	return all
}
