package strict

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

// A Reader walks a YAML tree and keeps the first thing wrong with it. Once there
// is an error its methods still answer, with zero values, so that reading is one
// straight line without a check after each field.
type Reader struct {
	file string // its kind, for errors
	err  error
}

// NewReader makes the reader of a kind of file, which its errors name.
func NewReader(file string) *Reader { return &Reader{file: file} }

// Err is the first thing that was wrong, a [*FieldError], or nil.
func (r *Reader) Err() error { return r.err }

// Fail notes what is wrong at a node, unless something was before.
func (r *Reader) Fail(n *yaml.Node, field, format string, args ...any) {
	if r.err == nil {
		r.err = Malformed(r.file, n.Line, field, format, args...)
	}
}

// BelowFloor is [Reader.Fail] for a value that is weaker than any file may make it.
func (r *Reader) BelowFloor(n *yaml.Node, field, format string, args ...any) {
	if r.err == nil {
		r.Fail(n, field, format, args...)
		r.err.(*FieldError).Kind = ErrBelowFloor
	}
}

// Document gives the root of the one YAML document in the text.
func (r *Reader) Document(text []byte) *yaml.Node {
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(text))
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		r.err = Malformed(r.file, 0, "", "empty; start from a draft")
		return &yaml.Node{}
	}
	if err != nil {
		r.err = notYAML(r.file, err)
		return &yaml.Node{}
	}
	if !errors.Is(dec.Decode(&more), io.EOF) {
		r.err = Malformed(r.file, 0, "", "more than one document; leave out the line --- and what follows")
	}
	return doc.Content[0]
}

// notYAML puts the parser's complaint in our form; it quotes no values.
func notYAML(file string, err error) error {
	what := strings.ReplaceAll(strings.TrimPrefix(err.Error(), "yaml: "), "\n", " ")
	var line int
	if n, _ := fmt.Sscanf(what, "line %d:", &line); n == 1 {
		_, what, _ = strings.Cut(what, ": ")
	}
	return Malformed(file, line, "", "not YAML: %s; check indentation and quotes hereabouts", what)
}

// Plain refuses what makes one place of the text stand for another or for a type
// that it does not look like: aliases, anchors, tags.
func (r *Reader) Plain(n *yaml.Node, field string) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		r.Fail(n, field, "no anchors (&) or aliases (*); write the value out")
	}
	if n.Style&yaml.TaggedStyle != 0 {
		r.Fail(n, field, "no tags (!); write the value alone")
	}
}

// A Pair is one key of a mapping with its value, and the value's dotted path.
type Pair struct {
	Name, Path string
	Key, Value *yaml.Node
}

// Pairs gives a mapping's entries in the order of the text, each key once.
func (r *Reader) Pairs(n *yaml.Node, field string) []Pair {
	r.Plain(n, field)
	if n.Kind != yaml.MappingNode {
		r.Fail(n, field, "must be a list of key: value")
		return nil
	}
	var all []Pair
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content) && r.err == nil; i += 2 {
		key := n.Content[i]
		name := r.Text(key, field)
		if seen[name] {
			r.Fail(key, join(field, name), "written twice; keep one")
		}
		seen[name] = true
		all = append(all, Pair{name, join(field, name), key, n.Content[i+1]})
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

// A Section is a mapping whose keys are known beforehand.
type Section struct {
	*Reader
	node   *yaml.Node
	path   string
	values map[string]*yaml.Node
}

// Section reads a mapping that has no other keys than these.
func (r *Reader) Section(n *yaml.Node, field string, keys ...string) Section {
	s := Section{r, n, field, map[string]*yaml.Node{}}
	for _, p := range r.Pairs(n, field) {
		if !slices.Contains(keys, p.Name) {
			r.Fail(p.Key, p.Path, "unknown key; known here: %s", strings.Join(keys, ", "))
		}
		s.values[p.Name] = p.Value
	}
	return s
}

// At is the dotted path of one of its keys.
func (s Section) At(key string) string { return join(s.path, key) }

// Need gives the value of a key that must be there.
func (s Section) Need(key string) *yaml.Node {
	if v, ok := s.values[key]; ok {
		return v
	}
	s.Fail(s.node, s.At(key), "missing; add it")
	return &yaml.Node{Line: s.node.Line}
}

// Has gives the value of a key that may be left out.
func (s Section) Has(key string) (*yaml.Node, bool) {
	v, ok := s.values[key]
	return v, ok
}

// Len is how many of its keys are there.
func (s Section) Len() int { return len(s.values) }

// Node is the mapping itself, to blame for what concerns all of it.
func (s Section) Node() *yaml.Node { return s.node }

// maxText bounds every single value, in bytes.
const maxText = 2000

// Text gives a value that is text; what YAML takes for a number or a truth value
// has to be quoted to be text.
func (r *Reader) Text(n *yaml.Node, field string) string {
	r.Plain(n, field)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
		r.Fail(n, field, "must be text; put quotes around it if it is")
		return ""
	}
	if strings.TrimSpace(n.Value) == "" || len(n.Value) > maxText {
		r.Fail(n, field, "must be 1 to %d bytes of text", maxText)
	}
	// An escape in quotes can write what the file itself may not hold.
	if strings.ContainsFunc(n.Value, func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }) {
		r.Fail(n, field, "holds a character that does not show; take it out")
	}
	return n.Value
}

// Name gives text that passes CheckName.
func (r *Reader) Name(n *yaml.Node, field string) string {
	s := r.Text(n, field)
	if err := CheckName(s); err != nil {
		r.Fail(n, field, "%v", err)
	}
	return s
}

// Texts gives a list of at least one text, none twice.
func (r *Reader) Texts(n *yaml.Node, field string) []string {
	r.Plain(n, field)
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.Fail(n, field, "must be a list of one or more: [first, second]")
		return nil
	}
	var all []string
	seen := map[string]bool{}
	for _, item := range n.Content {
		s := r.Text(item, field)
		if seen[s] || strings.Contains(s, "\n") {
			r.Fail(item, field, "must hold each name once, each on one line")
		}
		seen[s] = true
		all = append(all, s)
	}
	return all
}

// OneOf gives text that is one of the words.
func (r *Reader) OneOf(n *yaml.Node, field string, words ...string) string {
	s := r.Text(n, field)
	if !slices.Contains(words, s) {
		r.Fail(n, field, "must be one of: %s", strings.Join(words, ", "))
	}
	return s
}
