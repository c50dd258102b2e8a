package notice

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// The bounds of notice.yaml.
const (
	MaxSize  = 128 << 10 // bytes
	maxText  = 1000      // bytes of a value
	maxDepth = 8
)

// ErrMalformed: the file is no notice.yaml.
var ErrMalformed = errors.New("notice.yaml: malformed")

func malformed(line int, format string, args ...any) error {
	return fmt.Errorf("%w: line %d: %s", ErrMalformed, line, fmt.Sprintf(format, args...))
}

//go:embed draft.yaml
var draft string

// Draft is a commented notice.yaml to fill in.
func Draft() string { return draft }

// ReadCompany reads notice.yaml, strictly: an unknown key, a key written twice, an
// alias or a value of more than one line is an error that names its line. What is
// missing is no error here: [Check] says what a notice still needs. Errors wrap
// [ErrMalformed].
func ReadCompany(data []byte) (Company, error) {
	if len(data) > MaxSize {
		return Company{}, malformed(1, "larger than %d bytes", MaxSize)
	}
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&doc); err != nil {
		return Company{}, notOurs(err)
	}
	if !errors.Is(dec.Decode(&more), io.EOF) {
		return Company{}, malformed(1, "more than one document; leave out the line --- and what follows")
	}
	if err := plain(&doc, 0); err != nil {
		return Company{}, err
	}
	var c Company
	strict := yaml.NewDecoder(bytes.NewReader(data))
	strict.KnownFields(true)
	if err := strict.Decode(&c); err != nil {
		return Company{}, notOurs(err)
	}
	return c, c.contradiction()
}

// plain refuses what stands for something else, and values that would break out of
// their line.
func plain(n *yaml.Node, depth int) error {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return malformed(n.Line, "no anchors (&) or aliases (*); write the value out")
	case n.Style&yaml.TaggedStyle != 0:
		return malformed(n.Line, "no tags (!); write the value alone")
	case depth > maxDepth:
		return malformed(n.Line, "nested deeper than anything is here")
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		return malformed(n.Line, "an empty value; leave the key out or fill it in")
	case len(n.Value) > maxText:
		return malformed(n.Line, "a value of more than %d bytes; be brief", maxText)
	case strings.ContainsFunc(n.Value, unprintable):
		return malformed(n.Line, "a value of more than one line, or with a character that does not print; write it in one line")
	}
	for _, c := range n.Content {
		if err := plain(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// unprintable characters break a line or turn the direction of writing.
func unprintable(r rune) bool { return r != ' ' && !unicode.IsPrint(r) }

func notOurs(err error) error {
	if errors.Is(err, io.EOF) {
		return malformed(1, "empty; start from the draft")
	}
	text := strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " ")
	return fmt.Errorf("%w: %.300s", ErrMalformed, strings.ToValidUTF8(text, "?"))
}

var baseKinds = []string{Consent, Contract, LegalObligation, LegitimateInterest}

// contradiction finds answers that cannot both be meant.
func (c Company) contradiction() error {
	for _, b := range c.Bases {
		if !slices.Contains(baseKinds, b.Kind) {
			return fmt.Errorf("%w: bases: kind must be one of %s", ErrMalformed, strings.Join(baseKinds, ", "))
		}
	}
	switch {
	case c.Officer.None && (c.Officer.Name != "" || c.Officer.Contact != ""):
		return fmt.Errorf("%w: officer: none, and yet one is named; keep one of the two", ErrMalformed)
	case c.Transfers.None && len(c.Transfers.To) > 0:
		return fmt.Errorf("%w: transfers: none, and yet some are named; keep one of the two", ErrMalformed)
	case c.Decisions.None && c.Decisions.What != (Text{}):
		return fmt.Errorf("%w: automated_decisions: none, and yet some are described; keep one of the two", ErrMalformed)
	}
	return nil
}
