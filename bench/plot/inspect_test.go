package plot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// known is all that a picture is made of.
var known = []string{"svg", "title", "desc", "g", "rect", "path", "text"}

// harmless is a value of an attribute that reaches nothing outside the picture.
var harmless = regexp.MustCompile(`^[-A-Za-z0-9#%., ()]*$`)

// A box is where a line of text stands, or the paper.
type box struct {
	left, top, right, bottom float64
	text                     string
	turned                   bool // the text fills a diagonal of the box alone
}

// A picture is what inspect found.
type picture struct {
	title, desc string
	paper       box
	texts       []box
}

// inspect reads a picture as a strict reader of XML does, and sees that it holds
// nothing but what a picture is made of.
func inspect(t testing.TB, svg []byte) (p picture) {
	t.Helper()
	if strings.ContainsFunc(string(svg), func(r rune) bool { return r < ' ' && r != '\n' }) {
		t.Fatal("a control character")
	}
	d := xml.NewDecoder(bytes.NewReader(svg))
	var path []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not XML: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			path = append(path, token.Name.Local)
			p.start(t, token, len(path))
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			p.chars(path, string(token))
		default:
			t.Fatalf("holds a %T", token)
		}
	}
	if p.title == "" || p.desc == "" || len(p.texts) == 0 {
		t.Fatal("no title, no description or no text")
	}
	return p
}

func (p *picture) start(t testing.TB, e xml.StartElement, depth int) {
	t.Helper()
	if !slices.Contains(known, e.Name.Local) || (e.Name.Local == "svg") != (depth == 1) {
		t.Fatalf("element %s", e.Name.Local)
	}
	values := map[string]string{}
	for _, a := range e.Attr {
		if a.Name.Local != "xmlns" && !harmless.MatchString(a.Value) {
			t.Fatalf("attribute %s of %s", a.Name.Local, e.Name.Local)
		}
		values[a.Name.Local] = a.Value
	}
	for _, name := range []string{"id", "class", "style", "href", "src"} {
		if _, any := values[name]; any {
			t.Fatalf("attribute %s", name)
		}
	}
	number := func(name string) float64 {
		n, err := strconv.ParseFloat(values[name], 64)
		if err != nil {
			t.Fatalf("%s of %s: %v", name, e.Name.Local, err)
		}
		return n
	}
	switch e.Name.Local {
	case "svg":
		if values["role"] != "img" {
			t.Fatal("the picture has no role")
		}
		p.paper = box{right: number("width"), bottom: number("height")}
	case "text":
		p.texts = append(p.texts, box{left: number("x"), top: number("y"), right: number("font-size"), text: values["text-anchor"] + values["transform"]})
	case "rect":
		x, y := number("x"), number("y")
		if x < 0 || y < 0 || x+number("width") > p.paper.right || y+number("height") > p.paper.bottom || number("width") < 0 {
			t.Fatal("a rectangle beyond the paper")
		}
	}
}

// chars gives the last text its size.
func (p *picture) chars(path []string, s string) {
	switch strings.Join(path, " ") {
	case "svg title":
		p.title += s
	case "svg desc":
		p.desc += s
	case "svg g text":
		b := &p.texts[len(p.texts)-1]
		*b = located(b.left, b.top, b.right, b.text, s)
	}
}

// located is the box of a text at x, y of a size. What is turned goes up by 45
// degrees.
func located(x, y, size float64, anchor, s string) box {
	long := width(s, size)
	switch anchor {
	case "":
	case "middle":
		x -= long / 2
	case "end":
		x -= long
	default:
		long *= math.Sqrt2 / 2
		return box{x, y - long, x + long, y, s, true}
	}
	return box{x, y - 0.75*size, x + long, y + 0.2*size, s, false}
}

// tidy sees that texts stand on the paper, and not on each other.
func (p picture) tidy(t testing.TB) {
	t.Helper()
	for i, b := range p.texts {
		if b.left < 0 || b.top < 0 || b.right > p.paper.right || b.bottom > p.paper.bottom {
			t.Fatalf("a text of %d characters stands beyond the paper: %+v of %+v", len(b.text), b, p.paper)
		}
		for _, c := range p.texts[:i] {
			if !b.turned && !c.turned && b.left < c.right && c.left < b.right && b.top < c.bottom && c.top < b.bottom {
				t.Fatalf("two texts overlap: %q and %q", b.text, c.text)
			}
		}
	}
}
