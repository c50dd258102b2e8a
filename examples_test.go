package mandorla

import (
	"regexp"
	"strings"
	"testing"
)

// examples are the pages whose commands the tests run, and the session that does.
var examples = map[string]string{
	"docs/suppress.md":  "cmd/mandorla/testdata/suppress.txtar",
	"docs/net-names.md": "cmd/mandorla/testdata/netnames.txtar",
}

// TestExamples sees that every command of a page stands in its session.
func TestExamples(t *testing.T) {
	for page, session := range examples {
		commands := regexp.MustCompile(`(?m)^mandorla [^#\n]+`).FindAllString(read(t, page), -1)
		if len(commands) < 3 {
			t.Errorf("%s has %d commands", page, len(commands))
		}
		run := read(t, session)
		for _, c := range commands {
			if c = strings.TrimSpace(c); !regexp.MustCompile(`(?m)^(! )?` + regexp.QuoteMeta(c) + `( &[a-z]+&)?$`).MatchString(run) {
				t.Errorf("%s: %s does not run %q", page, session, c)
			}
		}
	}
}
