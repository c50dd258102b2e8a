package notice

import (
	"fmt"
	"strings"
)

// Text writes the notice for a company's customers, in Markdown. It is refused,
// with the first point named, while something that Art. 13 or 14 ask for is missing
// in the language.
func (f Facts) Text(language string) (string, error) {
	if err := Check(f, language); err != nil {
		return "", fmt.Errorf("notice: %w", err)
	}
	var b strings.Builder
	if err := templates[language].ExecuteTemplate(&b, "notice", newView(f, language)); err != nil {
		return "", fmt.Errorf("notice: %w", err)
	}
	return tidy(b.String()), nil
}

// tidy takes away spaces at the ends of lines, and all empty lines but one at a
// time.
func tidy(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \t\n")
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n") + "\n"
}
