package notice

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A heading is a column of the record: what Art. 30 asks for, and how it is said.
type heading struct {
	name Text
	cell func(view) (string, error)
}

// headings lists the columns in the order of Art. 30(1).
var headings = []heading{
	{Text{"activity", "Tätigkeit"}, plainly(func(v view) string { return v.Sharing.Agreement })},
	{Text{"agreement", "Vereinbarung"}, plainly(func(v view) string { return v.Sharing.ID })},
	{Text{"role", "Rolle"}, plainly(view.role)},
	{Text{"company", "Unternehmen"}, plainly(func(v view) string { return v.Company.Controller.line() })},
	{Text{"representative", "Vertreter"}, plainly(view.representative)},
	{Text{"data protection officer", "Datenschutzbeauftragte"}, plainly(view.officer)},
	{Text{"partner", "Partner"}, plainly(view.partners)},
	{Text{"purposes", "Zwecke"}, plainly(view.purposes)},
	{Text{"legal basis", "Rechtsgrundlage"}, view.bases},
	{Text{"data subjects", "betroffene Personen"}, plainly(func(v view) string { return v.In(v.Company.Customers) })},
	{Text{"categories of data", "Kategorien von Daten"}, view.categories},
	{Text{"recipients", "Empfänger"}, plainly(view.recipients)},
	{Text{"third countries and safeguards", "Drittländer und Garantien"}, plainly(view.transfers)},
	{Text{"time limits for erasure", "Löschfristen"}, view.limits},
	{Text{"security measures", "Sicherheitsmaßnahmen"}, plainly(func(v view) string { return v.list(v.Company.Measures) })},
	{Text{"from", "von"}, plainly(func(v view) string { return v.Day(v.Sharing.From) })},
	{Text{"until", "bis"}, plainly(func(v view) string { return v.Day(v.Sharing.Until) })},
}

func plainly(say func(view) string) func(view) (string, error) {
	return func(v view) (string, error) { return say(v), nil }
}

// CSV writes the record of processing activities: a header and a row for each
// agreement. It is refused while something that Art. 30 asks for is missing. No cell
// can be taken for a formula by a program that opens the file.
func CSV(all []Facts, language string) ([]byte, error) {
	if !known(language) {
		return nil, fmt.Errorf("record: %w", ErrLanguage)
	}
	var rows [][]string
	for _, f := range all {
		if err := CheckRecord(f, language); err != nil {
			return nil, fmt.Errorf("record of %.64q: %w", f.Sharing.Agreement, err)
		}
		row, err := newView(f, language).row()
		if err != nil {
			return nil, fmt.Errorf("record: %w", err)
		}
		rows = append(rows, row)
	}
	var header []string
	for _, h := range headings {
		header = append(header, h.name.In(language))
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	err := w.WriteAll(append([][]string{header}, rows...))
	return b.Bytes(), err
}

func (v view) row() ([]string, error) {
	var row []string
	for _, h := range headings {
		cell, err := h.cell(v)
		if err != nil {
			return nil, err
		}
		row = append(row, harmless(cell))
	}
	return row, nil
}

// formulas are the characters by which spreadsheets know one.
const formulas = "=+-@|%＝＋－＠"

// harmless puts an apostrophe before what a spreadsheet would compute.
func harmless(cell string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(cell, unicode.IsSpace))
	if strings.ContainsRune(formulas, first) || strings.HasPrefix(cell, "\t") || strings.HasPrefix(cell, "\r") {
		return "'" + cell
	}
	return cell
}
