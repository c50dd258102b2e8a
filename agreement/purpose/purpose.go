// Package purpose knows those purposes of the W3C Data Privacy Vocabulary
// (https://w3id.org/dpv, version 2, module purposes) that fit what members do
// together: marketing, research, service, security, duties. The terms are the
// vocabulary's; the words in English and German are ours. Purposes of personnel,
// health care, the state and the like are left out on purpose.
package purpose

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"strings"
)

// Prefix stands before a term in agreements and in JSON-LD.
const Prefix = "dpv:"

// Namespace is what the prefix stands for.
const Namespace = "https://w3id.org/dpv#"

//go:embed purposes.csv
var table string

// A term is a line of the table.
type term struct{ name, broader, english, german string }

// terms is the table, by term, read once.
var terms = read()

func read() map[string]term {
	rows, _ := csv.NewReader(strings.NewReader(table)).ReadAll() // a test reads it too
	all := map[string]term{}
	for _, row := range rows[min(1, len(rows)):] {
		all[row[0]] = term{row[0], row[1], row[2], row[3]}
	}
	return all
}

// ErrUnknown: the purpose is not among those that are known here.
var ErrUnknown = errors.New("is no purpose that is known here; write one such as dpv:Marketing (https://w3id.org/dpv)")

// Check reports whether a purpose, with its prefix, is known.
func Check(purpose string) error {
	name, ok := strings.CutPrefix(purpose, Prefix)
	if _, known := terms[name]; !ok || !known {
		return ErrUnknown
	}
	return nil
}

// Words says a purpose in the language en or de, such as "to advertise". A
// purpose that is not known is said by its own name.
func Words(purpose, language string) string {
	t, ok := terms[strings.TrimPrefix(purpose, Prefix)]
	switch {
	case !ok:
		return purpose
	case language == "de":
		return t.german
	}
	return t.english
}
