package rules

import (
	"fmt"
	"strings"

	"mandorla/agreement/strict"
)

// Text writes the rules that a node asks for in canonical form: a line a rule, in
// the order of the table, without those that limit nothing.
func (r Rules) Text() string {
	var b strings.Builder
	lax := Laxest()
	for _, key := range Keys() {
		if Compare(key, r, lax) == 0 {
			continue
		}
		value := r.Value(key)
		if key == "noise" {
			value = noiseNeeded
		}
		fmt.Fprintf(&b, "%s: %s\n", key, value)
	}
	return b.String()
}

// maxTextSize bounds what [ParseText] looks at, in bytes.
const maxTextSize = 4096

// ParseText reads the canonical form, and nothing but it. Its errors are a
// [*strict.FieldError] of the kind of file that is named.
func ParseText(file, text string) (Rules, error) {
	if text == "" {
		return Laxest(), nil
	}
	if len(text) > maxTextSize {
		return Rules{}, strict.Malformed(file, 0, "", "larger than %d bytes", maxTextSize)
	}
	r := strict.NewReader(file)
	rules := ReadOwn(r, r.Document([]byte(text)))
	if r.Err() != nil {
		return Rules{}, r.Err()
	}
	if rules.Text() != text {
		return Rules{}, strict.Malformed(file, 0, "", "not in canonical form; write it by the same version of the program")
	}
	return rules, nil
}
