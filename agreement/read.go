package agreement

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// A reader walks a YAML tree and keeps the first thing wrong with it. Once there
// is an error its methods still answer, with zero values, so that reading is one
// straight line without a check after each field.
type reader struct{ err error }

func (r *reader) fail(n *yaml.Node, field, format string, args ...any) {
	if r.err == nil {
		r.err = malformed(n.Line, field, format, args...)
	}
}

func (r *reader) belowFloor(n *yaml.Node, field, format string, args ...any) {
	if r.err == nil {
		r.fail(n, field, format, args...)
		r.err.(*FieldError).Kind = ErrBelowFloor
	}
}

// document gives the root of the one YAML document in the text.
func (r *reader) document(text []byte) *yaml.Node {
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(text))
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		r.err = malformed(0, "", "empty; start from a draft")
		return &yaml.Node{}
	}
	if err != nil {
		r.err = notYAML(err)
		return &yaml.Node{}
	}
	if !errors.Is(dec.Decode(&more), io.EOF) {
		r.err = malformed(0, "", "more than one document; leave out the line --- and what follows")
	}
	return doc.Content[0]
}

// notYAML puts the parser's complaint in our form; it quotes no values.
func notYAML(err error) error {
	what := strings.ReplaceAll(strings.TrimPrefix(err.Error(), "yaml: "), "\n", " ")
	var line int
	if n, _ := fmt.Sscanf(what, "line %d:", &line); n == 1 {
		_, what, _ = strings.Cut(what, ": ")
	}
	return malformed(line, "", "not YAML: %s; check indentation and quotes hereabouts", what)
}

// plain refuses what makes one place of the text stand for another or for a type
// that it does not look like: aliases, anchors, tags.
func (r *reader) plain(n *yaml.Node, field string) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		r.fail(n, field, "no anchors (&) or aliases (*); write the value out")
	}
	if n.Style&yaml.TaggedStyle != 0 {
		r.fail(n, field, "no tags (!); write the value alone")
	}
}

// A pair is one key of a mapping with its value, and the value's dotted path.
type pair struct {
	name, path string
	key, value *yaml.Node
}

// pairs gives a mapping's entries in the order of the text, each key once.
func (r *reader) pairs(n *yaml.Node, field string) []pair {
	r.plain(n, field)
	if n.Kind != yaml.MappingNode {
		r.fail(n, field, "must be a list of key: value")
		return nil
	}
	var all []pair
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content) && r.err == nil; i += 2 {
		key := n.Content[i]
		name := r.text(key, field)
		if seen[name] {
			r.fail(key, join(field, name), "written twice; keep one")
		}
		seen[name] = true
		all = append(all, pair{name, join(field, name), key, n.Content[i+1]})
	}
	return all
}

func join(field, name string) string {
	if len(name) > 64 {
		name = strings.ToValidUTF8(name[:64], "") + "…"
	}
	if field == "" {
		return name
	}
	return field + "." + name
}

// A section is a mapping whose keys are known beforehand.
type section struct {
	*reader
	node   *yaml.Node
	path   string
	values map[string]*yaml.Node
}

func (r *reader) section(n *yaml.Node, field string, keys ...string) section {
	s := section{r, n, field, map[string]*yaml.Node{}}
	for _, p := range r.pairs(n, field) {
		if !slices.Contains(keys, p.name) {
			r.fail(p.key, p.path, "unknown key; known here: %s", strings.Join(keys, ", "))
		}
		s.values[p.name] = p.value
	}
	return s
}

func (s section) at(key string) string { return join(s.path, key) }

// need gives the value of a key that must be there.
func (s section) need(key string) *yaml.Node {
	if v, ok := s.values[key]; ok {
		return v
	}
	s.fail(s.node, s.at(key), "missing; add it")
	return &yaml.Node{Line: s.node.Line}
}

// maxText bounds every single value, in bytes.
const maxText = 2000

// text gives a value that is text; what YAML takes for a number or a truth value
// has to be quoted to be text.
func (r *reader) text(n *yaml.Node, field string) string {
	r.plain(n, field)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
		r.fail(n, field, "must be text; put quotes around it if it is")
		return ""
	}
	if strings.TrimSpace(n.Value) == "" || len(n.Value) > maxText {
		r.fail(n, field, "must be 1 to %d bytes of text", maxText)
	}
	// An escape in quotes can write what the file itself may not hold.
	if strings.ContainsFunc(n.Value, func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }) {
		r.fail(n, field, "holds a character that does not show; take it out")
	}
	return n.Value
}

// name gives text that passes CheckName.
func (r *reader) name(n *yaml.Node, field string) string {
	s := r.text(n, field)
	if err := CheckName(s); err != nil {
		r.fail(n, field, "%v", err)
	}
	return s
}

// texts gives a list of at least one text, none twice.
func (r *reader) texts(n *yaml.Node, field string) []string {
	r.plain(n, field)
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.fail(n, field, "must be a list of one or more: [first, second]")
		return nil
	}
	var all []string
	seen := map[string]bool{}
	for _, item := range n.Content {
		s := r.text(item, field)
		if seen[s] || strings.Contains(s, "\n") {
			r.fail(item, field, "must hold each name once, each on one line")
		}
		seen[s] = true
		all = append(all, s)
	}
	return all
}

// oneOf gives text that is one of the words.
func (r *reader) oneOf(n *yaml.Node, field string, words ...string) string {
	s := r.text(n, field)
	if !slices.Contains(words, s) {
		r.fail(n, field, "must be one of: %s", strings.Join(words, ", "))
	}
	return s
}
