package legal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// The bounds of a file.
const (
	MaxSize   = 256 << 10 // bytes
	maxPlaces = 512
	maxLines  = 4096
	maxText   = 500 // bytes of a statute, an address or a reason
	maxAge    = 99
	format    = 1
)

// ErrMalformed: the file is not a set of legal rules.
var ErrMalformed = errors.New("legal rules: malformed")

func malformed(line int, format string, args ...any) error {
	return fmt.Errorf("%w: line %d: %s", ErrMalformed, line, fmt.Sprintf(format, args...))
}

// rawFile, rawPlace and rawLine are the file as it is written.
type rawFile struct {
	Format        int        `yaml:"format"`
	Jurisdictions []rawPlace `yaml:"jurisdictions"`
	Lines         []rawLine  `yaml:"lines"`
}

type rawPlace struct {
	Code   string `yaml:"code"`
	Within string `yaml:"within"`
}

type rawLine struct {
	In           string   `yaml:"in"`
	Kinds        []string `yaml:"kinds"`
	Consent      string   `yaml:"consent"`
	Notice       bool     `yaml:"notice"`
	GPC          bool     `yaml:"gpc"`
	Financial    string   `yaml:"financial"`
	DeletionList bool     `yaml:"deletion_list"`
	LeastAge     int      `yaml:"least_age"`
	From         rawDay   `yaml:"from"`
	Until        rawDay   `yaml:"until"`
	AsOf         rawDay   `yaml:"as_of"`
	Statute      string   `yaml:"statute"`
	URL          string   `yaml:"url"`
	Why          string   `yaml:"why"`
}

// A rawDay is written 2026-01-31.
type rawDay struct{ time.Time }

// UnmarshalYAML reads a day and nothing that merely looks like one.
func (d *rawDay) UnmarshalYAML(n *yaml.Node) error {
	day, err := time.Parse(time.DateOnly, n.Value)
	if err != nil || n.Kind != yaml.ScalarNode || day.Year() < 1900 {
		return malformed(n.Line, "must be a day such as 2026-01-31")
	}
	d.Time = day
	return nil
}

// Parse reads a file of legal rules, strictly: an unknown key, a key written twice,
// an alias, a place or a kind that is not known is an error that names its line.
// Errors wrap [ErrMalformed].
func Parse(data []byte) (*File, error) {
	if len(data) > MaxSize {
		return nil, malformed(1, "larger than %d bytes", MaxSize)
	}
	root, err := document(data)
	if err != nil {
		return nil, err
	}
	var raw rawFile
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&raw); err != nil {
		return nil, notOurs(err)
	}
	if raw.Format != format {
		return nil, malformed(root.Line, "format must be %d", format)
	}
	places, err := readPlaces(raw.Jurisdictions, items(root, "jurisdictions"))
	if err != nil {
		return nil, err
	}
	lines, err := readLines(raw.Lines, items(root, "lines"), places)
	if err != nil {
		return nil, err
	}
	return &File{Lines: lines, places: places}, nil
}

// document gives the root of the one YAML document in the text, in which nothing
// stands for anything else.
func document(data []byte) (*yaml.Node, error) {
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&doc); err != nil {
		return nil, notOurs(err)
	}
	if !errors.Is(dec.Decode(&more), io.EOF) {
		return nil, malformed(1, "more than one document; leave out the line --- and what follows")
	}
	return doc.Content[0], plain(&doc)
}

// plain refuses aliases, anchors, tags and empty values.
func plain(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return malformed(n.Line, "no anchors (&) or aliases (*); write the value out")
	case n.Style&yaml.TaggedStyle != 0:
		return malformed(n.Line, "no tags (!); write the value alone")
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		return malformed(n.Line, "an empty value; leave the key out or fill it in")
	}
	for _, c := range n.Content {
		if err := plain(c); err != nil {
			return err
		}
	}
	return nil
}

// notOurs puts the YAML reader's complaint in one line of ours.
func notOurs(err error) error {
	if errors.Is(err, io.EOF) {
		return malformed(1, "empty; start from the built-in rules")
	}
	if errors.Is(err, ErrMalformed) {
		return err
	}
	text := strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " ")
	return fmt.Errorf("%w: %.300s", ErrMalformed, strings.ToValidUTF8(text, "?"))
}

// items gives the nodes of a list under a key, which errors take line numbers from.
func items(root *yaml.Node, key string) []*yaml.Node {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == key {
			return root.Content[i+1].Content
		}
	}
	return nil
}
