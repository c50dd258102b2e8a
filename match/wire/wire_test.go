package wire

import (
	"bytes"
	"crypto/sha512"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// schemas has every kind, and columns of every type.
var schemas = Schemas{
	KindKeys:        {{"y", FSB32}, {"pok", FSB64}},
	KindSet:         {{"u0", FSB32}, {"u1", FSB32}, {"seg", Uint16}},
	KindTagCommit:   {{"commit", FSB32}},
	KindTags:        {{"t", FSB16}, {"seg", Uint16}},
	KindTagsOrdered: {{"t", FSB16}},
	KindCount:       {{"level", Uint16}, {"c", Uint32}},
	KindTagOpen:     {{"salt", FSB32}},
	KindCountCommit: {{"hash", FSB32}},
	KindEvalReq:     {{"e", FSB32}},
	KindEvalResp:    {{"z", FSB32}},
	KindDirectory:   {{"t", FSB16}},
	KindLabels:      {{"t", FSB16}, {"ct", FSB(21)}},
	KindEvalProof:   {{"proof", FSB64}},
	KindPoolProof:   {{"idx", Uint32}},
	KindRemoved:     {{"t", FSB16}},
	KindPoolDLEQ:    {{"proof", FSB64}},
	KindRing:        {{"u0", FSB32}},
	KindFigures:     {{"measure", Uint16}, {"members", Uint32}, {"state", Uint16}, {"n", Int64}},
	KindSealed:      {{"ct", FSB(40)}},
	KindValueKeys:   {{"y", FSB32}, {"pok", FSB64}},
	KindShare:       {{"y", FSB32}, {"pok", FSB64}},
	KindBack:        {{"r", FSB32}, {"s", FSB32}},
	KindCells:       {{"g", Uint16}, {"r", FSB32}, {"s0", FSB32}},
	KindResult:      {{"g", Uint16}, {"n", Int64}, {"sum0", Int64}},
	KindBaseOT:      {{"bytes", Uint8}},
	KindVoleAsk:     {{"bytes", Uint8}},
	KindVoleTrees:   {{"bytes", Uint8}},
	KindVoleCheck:   {{"bytes", Uint8}},
	KindSeed:        {{"w", FSB32}},
	KindOKVS:        {{"p", FSB16}},
	KindOpen:        {{"w", FSB32}},
	KindBinTags:     {{"t", FSB(11)}},
	KindBinLabels:   {{"t", FSB(11)}, {"ct", FSB(20)}},
}

var session = [32]byte{0xd0, 0xf6, 0xf2, 31: 0xae}

// sign stands for an identity key: what is tested is what a signature is over.
func sign(msg []byte) [64]byte             { return sha512.Sum512(append([]byte("a test's key"), msg...)) }
func verify(msg []byte, sig [64]byte) bool { return sign(msg) == sig }

func ends(s Schemas) (*Sealer, *Opener) {
	return NewSealer(session, FromInitiator, s, sign), NewOpener(session, FromInitiator, s, verify)
}

// frame is a frame of a kind with random columns.
func frame(r *rand.Rand, k Kind, rows int) Frame {
	f := Frame{Kind: k, Level: uint8(r.IntN(4)), Last: r.IntN(2) == 0, Rows: rows}
	for _, c := range schemas[k] {
		body := make([]byte, rows*c.Type.Width())
		for i := range body {
			body[i] = byte(r.Uint32())
		}
		f.Columns = append(f.Columns, body)
	}
	return f
}

// lend is the columns callback of an honest carrier.
func lend(columns [][]byte) func(Schema, int) ([][]byte, error) {
	return func(Schema, int) ([][]byte, error) { return columns, nil }
}

func seal(t testing.TB, s *Sealer, f Frame) []byte {
	t.Helper()
	m, err := s.Seal(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func same(a, b Frame) bool {
	return a.Kind == b.Kind && a.Level == b.Level && a.Last == b.Last && a.Rows == b.Rows &&
		slices.EqualFunc(a.Columns, b.Columns, bytes.Equal)
}

func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	s, o := ends(schemas)
	for k := range schemas {
		for _, rows := range []int{0, 1, 2, 3 + r.IntN(50)} {
			f := frame(r, k, rows)
			asked := 0
			got, err := o.Open(seal(t, s, f), func(schema Schema, n int) ([][]byte, error) {
				asked++
				if n != rows || !slices.Equal(schema, schemas[k]) {
					t.Errorf("%v: asked for %d rows of %v", k, n, schema)
				}
				return f.Columns, nil
			})
			if err != nil || !same(got, f) || asked != 1 {
				t.Fatalf("%v of %d rows: %v, columns asked for %d times", k, rows, err, asked)
			}
			if s.Tau() != o.Tau() {
				t.Fatal("the transcripts differ")
			}
		}
	}
}

// TestEveryByteCounts changes each byte of a manifest and of its columns.
func TestEveryByteCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for k := range schemas {
		s, o := ends(schemas)
		first := frame(r, k, 2)
		if _, err := o.Open(seal(t, s, first), lend(first.Columns)); err != nil {
			t.Fatal(err)
		}
		before := o.Tau()
		f := frame(r, k, 3)
		m := seal(t, s, f)
		for _, part := range append([][]byte{m}, f.Columns...) {
			for i, is := range part {
				for _, change := range []byte{1 << r.IntN(8), 0xff} {
					part[i] = is ^ change
					if _, err := o.Open(m, lend(f.Columns)); !errors.Is(err, ErrFrame) || o.Tau() != before {
						t.Fatalf("%v, byte %d: %v", k, i, err)
					}
				}
				part[i] = is
			}
		}
		if _, err := o.Open(m, lend(f.Columns)); err != nil {
			t.Fatalf("%v, unchanged again: %v", k, err)
		}
	}
}

// A trick is something that a peer or a carrier does with a manifest before any
// column is worth asking for.
type trick struct {
	name string
	make func(t *testing.T) []byte // the manifest that a fresh opener of the responder is shown
}

func tricks() []trick {
	r := rand.New(rand.NewPCG(5, 6))
	// forged is a manifest with a good signature over something that no sealer says.
	forged := func(change func(*Manifest)) func(*testing.T) []byte {
		return func(t *testing.T) []byte {
			s, _ := ends(schemas)
			m, err := DecodeManifest(seal(t, s, frame(r, KindSet, 3)))
			if err != nil {
				t.Fatal(err)
			}
			change(m)
			m.Sig = sign(labelled(m))
			return m.Encode()
		}
	}
	return []trick{
		{"reordered", func(t *testing.T) []byte {
			s, _ := ends(schemas)
			seal(t, s, frame(r, KindSet, 3))
			return seal(t, s, frame(r, KindSet, 3))
		}},
		{"other direction", func(t *testing.T) []byte {
			return seal(t, NewSealer(session, FromResponder, schemas, sign), frame(r, KindSet, 3))
		}},
		{"other session", func(t *testing.T) []byte {
			return seal(t, NewSealer([32]byte{1}, FromInitiator, schemas, sign), frame(r, KindSet, 3))
		}},
		{"other key", func(t *testing.T) []byte {
			s := NewSealer(session, FromInitiator, schemas, func(b []byte) [64]byte { return sha512.Sum512(b) })
			return seal(t, s, frame(r, KindSet, 3))
		}},
		{"unknown kind", forged(func(m *Manifest) { m.Kind = 99 })},
		{"too many rows", forged(func(m *Manifest) { m.Rows = MaxRows + 1 })},
		{"far too many rows", forged(func(m *Manifest) { m.Rows = 1<<64 - 1 })},
		{"later", forged(func(m *Manifest) { m.Seq = 1 })},
		{"no signature", func(t *testing.T) []byte {
			b := forged(func(*Manifest) {})(t)
			clear(b[manifestSigned:])
			return b
		}},
		{"too short", func(t *testing.T) []byte { return forged(func(*Manifest) {})(t)[:ManifestSize-1] }},
		{"too long", func(t *testing.T) []byte { return append(forged(func(*Manifest) {})(t), 0) }},
		{"nothing", func(*testing.T) []byte { return nil }},
	}
}

func TestRefusedBeforeColumns(t *testing.T) {
	for _, c := range tricks() {
		_, o := ends(schemas)
		before := o.Tau()
		_, err := o.Open(c.make(t), func(Schema, int) ([][]byte, error) {
			t.Errorf("%s: columns were asked for", c.name)
			return nil, nil
		})
		if !errors.Is(err, ErrFrame) || o.Tau() != before {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestSignedLies have a manifest, well signed, whose digest or transcript alone
// is not that of the columns.
func TestSignedLies(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for name, lie := range map[string]func(*Manifest){
		"digest":     func(m *Manifest) { m.Digest[0] ^= 1 },
		"transcript": func(m *Manifest) { m.Tau[0] ^= 1 },
		"rows":       func(m *Manifest) { m.Rows-- },
	} {
		s, o := ends(schemas)
		before := o.Tau()
		f := frame(r, KindTags, 3)
		m, err := DecodeManifest(seal(t, s, f))
		if err != nil {
			t.Fatal(err)
		}
		lie(m)
		m.Sig = sign(labelled(m))
		if _, err := o.Open(m.Encode(), lend(f.Columns)); !errors.Is(err, ErrFrame) || o.Tau() != before {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReplay(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	s, o := ends(schemas)
	f := frame(r, KindTags, 4)
	m := seal(t, s, f)
	if _, err := o.Open(m, lend(f.Columns)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Open(m, lend(f.Columns)); !errors.Is(err, ErrFrame) {
		t.Errorf("a replay: %v", err)
	}
}

// TestKindOfAnotherAnalysis has a sealer that knows more than the opener.
func TestKindOfAnotherAnalysis(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	s, _ := ends(schemas)
	_, o := ends(Schemas{KindTags: schemas[KindTags]})
	f := frame(r, KindTagsOrdered, 1)
	if _, err := o.Open(seal(t, s, f), lend(f.Columns)); !errors.Is(err, ErrFrame) {
		t.Error(err)
	}
	narrow, _ := ends(Schemas{KindTags: schemas[KindTags]})
	if _, err := narrow.Seal(f); !errors.Is(err, ErrFrame) {
		t.Errorf("sealed: %v", err)
	}
}

// TestColumnsMustFit has a carrier that brings other columns than announced.
func TestColumnsMustFit(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	s, o := ends(schemas)
	f := frame(r, KindTags, 4)
	m := seal(t, s, f)
	lost := errors.New("lost")
	for name, c := range map[string]func(Schema, int) ([][]byte, error){
		"none":     lend(nil),
		"one":      lend(f.Columns[:1]),
		"three":    lend(append(slices.Clone(f.Columns), nil)),
		"short":    lend([][]byte{f.Columns[0][:63], f.Columns[1]}),
		"long":     lend([][]byte{append(slices.Clone(f.Columns[0]), 0), f.Columns[1]}),
		"swapped":  lend([][]byte{f.Columns[1], f.Columns[0]}),
		"an error": func(Schema, int) ([][]byte, error) { return nil, lost },
	} {
		_, err := o.Open(m, c)
		if !errors.Is(err, ErrFrame) || (name == "an error") != errors.Is(err, lost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := o.Open(m, lend(f.Columns)); err != nil {
		t.Errorf("and then the right ones: %v", err)
	}
}

func TestSealRefuses(t *testing.T) {
	s, _ := ends(schemas)
	before := s.Tau()
	for name, f := range map[string]Frame{
		"unknown kind":  {Kind: 99},
		"no columns":    {Kind: KindTags, Rows: 1},
		"short column":  {Kind: KindTagCommit, Rows: 1, Columns: [][]byte{make([]byte, 31)}},
		"negative":      {Kind: KindTagCommit, Rows: -1, Columns: [][]byte{nil}},
		"too many rows": {Kind: KindCount, Rows: MaxRows + 1, Columns: [][]byte{make([]byte, 2*(MaxRows+1)), make([]byte, 4*(MaxRows+1))}},
	} {
		if _, err := s.Seal(f); !errors.Is(err, ErrFrame) || s.Tau() != before {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDefinition computes digest and transcript as PROTOCOLS.md §1.11 says.
func TestDefinition(t *testing.T) {
	s, _ := ends(schemas)
	f := Frame{Kind: KindCount, Level: 1, Last: true, Rows: 2, Columns: [][]byte{{1, 0, 2, 0}, {5, 0, 0, 0, 6, 0, 0, 0}}}
	start := sha512.Sum512_256(slices.Concat([]byte("CLEANROOM-V01-CS01-TAU"), session[:], []byte{0}))
	if s.Tau() != start {
		t.Error("the transcript starts elsewhere")
	}
	seal(t, s, f)
	digest := sha512.Sum512_256([]byte("leveluint16\x01\x00\x02\x00cuint32\x05\x00\x00\x00\x06\x00\x00\x00"))
	one := sha512.Sum512_256(slices.Concat(start[:], []byte{15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}, digest[:]))
	if s.Tau() != one {
		t.Error("the transcript went elsewhere")
	}
	seal(t, s, f)
	two := sha512.Sum512_256(slices.Concat(one[:], []byte{15, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2}, digest[:]))
	if s.Tau() != two {
		t.Error("the transcript went elsewhere at the second frame")
	}
	if got, want := FinalTau(one, two), sha512.Sum512_256(slices.Concat([]byte("CLEANROOM-V01-CS01-TAU-FINAL"), one[:], two[:])); got != want {
		t.Error("another final transcript")
	}
	if FinalTau(one, two) == FinalTau(two, one) {
		t.Error("the final transcript does not tell the directions apart")
	}
}

func TestDigestOfSeveralFrames(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	f, g := frame(r, KindTags, 3), frame(r, KindTags, 2)
	sum := func(frames ...Frame) [32]byte {
		d := NewDigest()
		for _, f := range frames {
			d.Add(schemas[f.Kind], f)
		}
		return d.Sum()
	}
	if again := sum(f, g); sum(f, g) != again || again == sum(g, f) || sum(f) == sum(f, g) {
		t.Error("a digest is not of its frames in their order")
	}
}

func TestRowsPerFrame(t *testing.T) {
	for want, s := range map[int]Schema{
		65536: {{"t", FSB16}},
		32768: {{"e", FSB32}},
		16384: {{"proof", FSB64}},
		10922: {{"y", FSB32}, {"pok", FSB64}},
		1:     slices.Repeat(Schema{{"wide", FSB64}}, 20000),
	} {
		if got := RowsPerFrame(s); got != want {
			t.Errorf("%d rows of %d bytes instead of %d", got, s.RowWidth(), want)
		}
	}
}

// TestAnyWidth: a label's seal may be as wide as the agreement makes it.
func TestAnyWidth(t *testing.T) {
	for n, want := range map[int]int{1: 1, 16: 16, 21: 21, 255: 255, 4096: 4096} {
		if got := FSB(n); got.Width() != want || got.String() != "fsb"+strconv.Itoa(want) {
			t.Errorf("%d bytes are %v, of %d", n, got, got.Width())
		}
	}
}

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for k := range schemas {
		if name := k.String(); seen[name] || strings.HasPrefix(name, "kind ") {
			t.Errorf("kind %d is called %q", k, name)
		}
		seen[k.String()] = true
	}
	if Kind(99).String() != "kind 99" || len(kindNames) != len(schemas) {
		t.Error("the tests do not know every kind")
	}
	if FromInitiator.Other() != FromResponder || FromResponder.Other() != FromInitiator {
		t.Error("directions")
	}
}
