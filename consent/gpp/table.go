package gpp

import (
	"strconv"
	"strings"
)

// A form is how the parts of a section stand in it.
type form uint8

const (
	opaque   form = iota // not read here: deprecated, reserved, or no bits
	legacy               // the core, which starts with the version, then sub-sections that start with their type
	headered             // a header with the section's number, the version and its sub-sections, then these
)

// What stands in several tables, as the specifications have it: name:bits, or
// name:bits×times for a list.
const (
	mspa       = " MspaCoveredTransaction:2 MspaOptOutOptionMode:2 MspaServiceProviderMode:2"
	notices    = " SaleOptOutNotice:2 TargetedAdvertisingOptOutNotice:2"
	choices    = " SaleOptOut:2 TargetedAdvertisingOptOut:2"
	sharing    = "Version:6 SharingNotice:2" + notices
	processing = "Version:6 ProcessingNotice:2" + notices
	national   = "Version:6 SharingNotice:2 SaleOptOutNotice:2 SharingOptOutNotice:2 TargetedAdvertisingOptOutNotice:2" +
		" SensitiveDataProcessingOptOutNotice:2 SensitiveDataLimitUseNotice:2 SaleOptOut:2 SharingOptOut:2 TargetedAdvertisingOptOut:2"
	second     = "MspaVersion:6 MspaCoveredTransaction:2 MspaMode:2 ProcessingNotice:2" + notices + choices
	gpc        = "SubsectionType:2 Gpc:1"
	sensitive8 = "SensitiveDataProcessing:2×8"
)

// A table says how a section is encoded.
type table struct {
	id       int
	name     string // the prefix of the client-side API
	place    string // whom the section speaks for, in ISO 3166; EEA is all who use the European framework
	page     string // below https://github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform/blob/main/
	form     form
	versions []string // the core's fields, version 1 first
	sub      string   // the fields of sub-section 1, if there is one
}

// tables holds the sections in the order of their numbers. A section without a
// place is nobody's: it is deprecated or reserved.
var tables = [Last]table{
	{1, "tcfeuv1", "", "Sections/Section Information.md", opaque, nil, ""},
	{2, "tcfeuv2", "EEA", "Sections/EEA/GPPExtension: IAB Europe TCF.md", opaque, nil, ""},
	{3, "header", "", "Core/Consent String Specification.md", opaque, nil, ""},
	{4, "integrity", "", "Sections/Section Information.md", opaque, nil, ""},
	{5, "tcfcav1", "CA", "Sections/Canada/GPPExtension: IAB Canada TCF.md", opaque, nil, ""},
	{6, "uspv1", "US", "Sections/Section Information.md", opaque, nil, ""},
	{7, "usnat", "US", "Sections/US-National/IAB Privacy’s Multi-State Privacy Agreement (MSPA) US National Technical Specification.md", legacy, []string{
		national + " SensitiveDataProcessing:2×12 KnownChildSensitiveDataConsents:2×2 PersonalDataConsents:2" + mspa,
		national + " SensitiveDataProcessing:2×16 KnownChildSensitiveDataConsents:2×3 PersonalDataConsents:2" + mspa}, gpc},
	{8, "usca", "US-CA", "Sections/US-States/CA/GPP Extension: IAB Privacy’s California Privacy Technical Specification.md", legacy, []string{
		"Version:6 SaleOptOutNotice:2 SharingOptOutNotice:2 SensitiveDataLimitUseNotice:2 SaleOptOut:2 SharingOptOut:2 SensitiveDataProcessing:2×9 KnownChildSensitiveDataConsents:2×2 PersonalDataConsents:2" + mspa}, gpc},
	{9, "usva", "US-VA", "Sections/US-States/VA/GPP Extension: IAB Privacy’s Virginia Privacy Technical Specification.md", legacy, []string{
		sharing + choices + " SensitiveDataProcessing:2×8 KnownChildSensitiveDataConsents:2" + mspa}, ""},
	{10, "usco", "US-CO", "Sections/US-States/CO/GPP Extension: IAB Privacy’s Colorado Privacy Technical Specification.md", legacy, []string{
		sharing + choices + " SensitiveDataProcessing:2×7 KnownChildSensitiveDataConsents:2" + mspa}, gpc},
	{11, "usut", "US-UT", "Sections/US-States/UT/GPP Extension: IAB Privacy’s Utah Privacy Technical Specification.md", legacy, []string{
		sharing + " SensitiveDataProcessingOptOutNotice:2" + choices + " SensitiveDataProcessing:2×8 KnownChildSensitiveDataConsents:2" + mspa}, ""},
	{12, "usct", "US-CT", "Sections/US-States/CT/GPP Extension: IAB Privacy’s Connecticut Privacy Technical Specification.md", legacy, []string{
		sharing + choices + " SensitiveDataProcessing:2×8 KnownChildSensitiveDataConsents:2×3" + mspa}, gpc},
	{13, "usfl", "US-FL", "Sections/US-States/FL/GPP Extension: IAB Privacy’s Florida Privacy Technical Specification.md", legacy, []string{
		processing + choices + " SensitiveDataProcessing:2×8 KnownChildSensitiveDataConsents:2×3 AdditionalDataProcessingConsent:2" + mspa}, ""},
	{14, "usmt", "US-MT", "Sections/US-States/MT/GPP Extension: IAB Privacy’s Montana Privacy Technical Specification.md", legacy, []string{
		sharing + choices + " SensitiveDataProcessing:2×8 KnownChildSensitiveDataConsents:2×3 AdditionalDataProcessingConsent:2" + mspa}, gpc},
	{15, "usor", "US-OR", "Sections/US-States/OR/GPP Extension: IAB Privacy’s Oregon Privacy Technical Specification.md", legacy, []string{
		processing + choices + " SensitiveDataProcessing:2×11 KnownChildSensitiveDataConsents:2×3 AdditionalDataProcessingConsent:2" + mspa}, gpc},
	{16, "ustx", "US-TX", "Sections/US-States/TX/GPP Extension: IAB Privacy’s Texas Privacy Technical Specification.md", legacy, []string{
		processing + choices + " SensitiveDataProcessing:2×8 KnownChildSensitiveDataConsents:2 AdditionalDataProcessingConsent:2" + mspa}, gpc},
	{17, "usde", "US-DE", "Sections/US-States/DE/GPP Extension: IAB Privacy’s Delaware Privacy Technical Specification.md", legacy, []string{
		processing + choices + " SensitiveDataProcessing:2×9 KnownChildSensitiveDataConsents:2×5 AdditionalDataProcessingConsent:2" + mspa}, gpc},
	{18, "usia", "US-IA", "Sections/US-States/IA/GPP Extension: IAB Privacy’s Iowa Privacy Technical Specification.md", legacy, []string{
		processing + " SensitiveDataOptOutNotice:2" + choices + " SensitiveDataProcessing:2×8 KnownChildSensitiveDataConsents:2" + mspa}, gpc},
	{19, "usne", "US-NE", "Sections/US-States/NE/GPP Extension: IAB Privacy’s Nebraska Privacy Technical Specification.md", legacy, []string{
		processing + choices + " SensitiveDataProcessing:2×8 KnownChildSensitiveDataConsents:2 AdditionalDataProcessingConsent:2" + mspa}, gpc},
	{20, "usnh", "US-NH", "Sections/US-States/NH/GPP Extension: IAB Privacy’s New Hampshire Privacy Technical Specification.md", legacy, []string{
		processing + choices + " SensitiveDataProcessing:2×8 KnownChildSensitiveDataConsents:2×3 AdditionalDataProcessingConsent:2" + mspa}, gpc},
	{21, "usnj", "US-NJ", "Sections/US-States/NJ/GPP Extension: IAB Privacy’s New Jersey Privacy Technical Specification.md", legacy, []string{
		processing + choices + " SensitiveDataProcessing:2×10 KnownChildSensitiveDataConsents:2×5 AdditionalDataProcessingConsent:2" + mspa}, gpc},
	{22, "ustn", "US-TN", "Sections/US-States/TN/GPP Extension: IAB Privacy’s Tennessee Privacy Technical Specification.md", legacy, []string{
		processing + choices + " SensitiveDataProcessing:2×8 KnownChildSensitiveDataConsent:2 AdditionalDataProcessingConsent:2" + mspa}, gpc},
	{23, "usmn", "US-MN", "Sections/US-States/MN/Minnesota Privacy Technical Specification.md", legacy, []string{
		processing + choices + " SensitiveDataProcessing:2×8 KnownChildSensitiveDataConsents:2 AdditionalDataProcessingConsent:2" + mspa}, gpc},
	{24, "usmd", "US-MD", "Sections/US-States/MD/Maryland Privacy Technical Specification.md", headered, []string{
		second + " AdditionalDataProcessingConsent:2"}, gpc},
	{25, "usin", "US-IN", "Sections/US-States/IN/Indiana Privacy Technical Specification", headered, []string{
		second + " KnownChildSensitiveDataConsents:2 AdditionalDataProcessingConsent:2"}, sensitive8},
	{26, "usky", "US-KY", "Sections/US-States/KY/Kentucky Privacy Technical Specification.md", headered, []string{
		second + " KnownChildSensitiveDataConsents:2 AdditionalDataProcessingConsent:2"}, sensitive8},
	{27, "usri", "US-RI", "Sections/US-States/RI/Rhode Island Privacy Technical Specification", headered, []string{
		second + " KnownChildSensitiveDataConsents:2 AdditionalDataProcessingConsent:2"}, sensitive8},
}

// tableOf finds a section's table; nil if it is unknown.
func tableOf(id int) *table {
	if id < 1 || id > len(tables) {
		return nil
	}
	return &tables[id-1]
}

// Place is whom a section speaks for: a country or a state in ISO 3166, or EEA
// for the European framework. It is empty where nobody knows.
func Place(id int) string {
	if t := tableOf(id); t != nil {
		return t.place
	}
	return ""
}

// A field is one number, or several of the same size.
type field struct {
	name string
	bits int // of one
	n    int
}

// readFields reads the fields that a table names.
func readFields(text string) (fields []field) {
	for _, word := range strings.Fields(text) {
		name, size, _ := strings.Cut(word, ":")
		size, times, several := strings.Cut(size, "×")
		f := field{name: name, n: 1}
		f.bits, _ = strconv.Atoi(size)
		if several {
			f.n, _ = strconv.Atoi(times)
		}
		fields = append(fields, f)
	}
	return fields
}

// A layout is where the fields stand that decide: the bit at which each starts,
// or absent.
type layout struct {
	bits                    int // in all
	sale, sharing, targeted int
	gpc                     int
}

const absent = -1

func layoutOf(fields string) layout {
	l := layout{0, absent, absent, absent, absent}
	for _, f := range readFields(fields) {
		switch f.name {
		case "SaleOptOut":
			l.sale = l.bits
		case "SharingOptOut":
			l.sharing = l.bits
		case "TargetedAdvertisingOptOut":
			l.targeted = l.bits
		case "Gpc":
			l.gpc = l.bits
		}
		l.bits += f.bits * f.n
	}
	return l
}

// layouts holds, for each section, the layouts of its core by version and of
// its sub-section.
var layouts = func() (all [len(tables)]struct {
	core []layout
	sub  layout
}) {
	for i, t := range tables {
		for _, v := range t.versions {
			all[i].core = append(all[i].core, layoutOf(v))
		}
		all[i].sub = layoutOf(t.sub)
	}
	return all
}()
