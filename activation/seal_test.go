package activation

import (
	"bufio"
	"bytes"
	"crypto/ecdh"
	stdhpke "crypto/hpke"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"
)

// A pair is a sender and a recipient.
type pair struct {
	signer note.Signer
	from   string
	to     *Recipient
	file   []byte // of the recipient's key
}

func (p *pair) identity(t testing.TB) *Identity {
	t.Helper()
	id, err := ReadIdentity(bytes.NewReader(p.file))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// pairs are one of each kind of key.
func pairs(t testing.TB) map[string]*pair {
	t.Helper()
	skey, vkey, err := note.GenerateKey(nil, "airline")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	file, public, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*pair{
		"hpke": {signer, vkey, nil, file},
		"age":  {signer, vkey, nil, []byte("# a comment\n" + id.String() + "\n")},
	}
	for kind, line := range map[string]string{"hpke": public, "age": id.Recipient().String()} {
		if all[kind].to, err = ParseRecipient(line); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func header() Header {
	return Header{Agreement: "sha256:aa", Name: "skyline", Run: "0123", To: "mailhouse", Format: "csv",
		Columns: []string{"email"}, Made: "2026-05-01T10:00:00Z", DeleteBy: "2026-05-31"}
}

// seal writes a table in pieces, as a table's writer does.
func (p *pair) seal(t testing.TB, h Header, table []byte, piece int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, h, p.from, p.signer, p.to)
	if err != nil {
		t.Fatal(err)
	}
	for rest := table; len(rest) > 0; {
		k := min(piece, len(rest))
		if _, err := w.Write(rest[:k]); err != nil {
			t.Fatal(err)
		}
		rest = rest[k:]
	}
	if err := w.Close(7); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOpenSealed(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	for kind, p := range pairs(t) {
		for _, size := range []int{0, 1, 100, chunk - 4, chunk, chunk + 1, 3*chunk + 5, maxFrame + 9} {
			table := make([]byte, size)
			for i := range table {
				table[i] = byte(chance.Uint32())
			}
			sealed := p.seal(t, header(), table, 1+chance.IntN(2*chunk))
			var got bytes.Buffer
			m, err := Open(bytes.NewReader(sealed), p.identity(t), &got)
			if err != nil {
				t.Fatalf("%s, %d bytes: %v", kind, size, err)
			}
			if !bytes.Equal(got.Bytes(), table) || m.Rows != 7 || m.Bytes != uint64(size) || m.Header.From != p.from || m.Header.To != "mailhouse" {
				t.Errorf("%s, %d bytes: %+v", kind, size, m)
			}
			h, err := ReadHeader(bytes.NewReader(sealed))
			if err != nil || h.DeleteBy != "2026-05-31" || h.Key != p.to.line {
				t.Errorf("%s: %+v, %v", kind, h, err)
			}
		}
	}
}

// TestEveryByteCounts flips each byte of a file, and cuts it off at each place.
func TestEveryByteCounts(t *testing.T) {
	for kind, p := range pairs(t) {
		sealed := p.seal(t, header(), []byte("email\nalice@example.com\n"), 100)
		id := p.identity(t)
		for i := range sealed {
			changed := bytes.Clone(sealed)
			changed[i] ^= 1 << (i % 8)
			refused(t, kind, changed, id)
			refused(t, kind, sealed[:i], id)
		}
		refused(t, kind, append(bytes.Clone(sealed), 0), id)
		refused(t, kind, append(bytes.Clone(sealed), sealed...), id)
	}
}

func refused(t *testing.T, what string, file []byte, id *Identity) {
	t.Helper()
	m, err := Open(bytes.NewReader(file), id, io.Discard)
	if m != nil || !errors.Is(err, ErrFile) {
		t.Fatalf("%s: a changed file of %d bytes opens: %v", what, len(file), err)
	}
}

// TestChunksInOrder: no chunk can be left out, moved, doubled or cut off, not
// even at a chunk's end.
func TestChunksInOrder(t *testing.T) {
	p := pairs(t)["hpke"]
	sealed := p.seal(t, header(), make([]byte, 5*chunk), chunk)
	head := bytes.Index(sealed[len(firstLine):], []byte("\n")) + 1 + len(firstLine) + hpkeKEM.Scheme().CiphertextSize()
	var chunks [][]byte
	for rest := sealed[head:]; len(rest) > 0; {
		k := min(len(rest), chunk+overhead)
		chunks, rest = append(chunks, rest[:k]), rest[k:]
	}
	if len(chunks) != 6 {
		t.Fatalf("%d chunks", len(chunks))
	}
	id := p.identity(t)
	for _, order := range [][]int{{1, 0, 2, 3, 4, 5}, {0, 1, 2, 4, 3, 5}, {0, 1, 2, 3, 5}, {1, 2, 3, 4, 5}, {0, 1, 2, 3, 4}, {0, 0, 1, 2, 3, 4, 5}, {}, {5}} {
		file := bytes.Clone(sealed[:head])
		for _, c := range order {
			file = append(file, chunks[c]...)
		}
		refused(t, "chunks", file, id)
	}
}

// TestStrangers: another key does not open, nor does a body under another header,
// nor one whose end somebody else signed.
func TestStrangers(t *testing.T) {
	all, others := pairs(t), pairs(t)
	for kind, p := range all {
		sealed := p.seal(t, header(), []byte("x"), 1)
		refused(t, kind, sealed, others[kind].identity(t))
		for _, change := range [][2]string{{"2026-05-31", "2029-05-31"}, {"mailhouse", "mailhours"}, {"0123", "0124"}, {"sha256:aa", "sha256:ab"}} {
			refused(t, kind, bytes.Replace(sealed, []byte(change[0]), []byte(change[1]), 1), p.identity(t))
		}
		forged := *p
		forged.signer = others[kind].signer
		refused(t, kind, forged.seal(t, header(), []byte("x"), 1), p.identity(t))
	}
}

func TestHeadersAreWhole(t *testing.T) {
	p := pairs(t)["age"]
	for _, change := range []func(*Header){
		func(h *Header) { h.Agreement = "" }, func(h *Header) { h.Run = "" }, func(h *Header) { h.To = "" },
		func(h *Header) { h.Columns = nil }, func(h *Header) { h.Made = "today" }, func(h *Header) { h.DeleteBy = "" },
		func(h *Header) { h.Name = strings.Repeat("n", maxHeader) },
	} {
		h := header()
		change(&h)
		if _, err := NewWriter(io.Discard, h, p.from, p.signer, p.to); err == nil {
			t.Errorf("%.300v can be written", h)
		}
	}
}

func TestKeys(t *testing.T) {
	_, public, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	another := public[:len(public)-2] + "A=" // ends otherwise than what its name was made of
	if another == public {
		another = public[:len(public)-2] + "E="
	}
	for _, line := range []string{"", "age1", "age1xyz", "hpke+", "hpke+00+", "ssh-ed25519 AAAA", public + "=", strings.Replace(public, "hpke+", "hpke+0", 1), another, "hpke+00000000+" + strings.SplitN(public, "+", 3)[2]} {
		if _, err := ParseRecipient(line); !errors.Is(err, ErrKey) {
			t.Errorf("%q: %v", line, err)
		}
	}
	for _, file := range []string{"", "AGE-SECRET-KEY-1SECRET", secretMark, secretMark + "AAAA", secretMark + strings.Repeat("A", 100)} {
		_, err := ReadIdentity(strings.NewReader(file))
		if !errors.Is(err, ErrKey) || strings.Contains(err.Error(), "SECRET-KEY-1SECRET") {
			t.Errorf("%q: %v", file, err)
		}
	}
}

// TestStandardLibraryOpens: Go's own HPKE opens the chunks that circl sealed.
func TestStandardLibraryOpens(t *testing.T) {
	p := pairs(t)["hpke"]
	sealed := p.seal(t, header(), make([]byte, 2*chunk), chunk)
	_, secret, _ := strings.Cut(string(p.file), secretMark)
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(secret))
	if err != nil {
		t.Fatal(err)
	}
	sk, err := ecdh.X25519().NewPrivateKey(raw)
	if err != nil {
		t.Fatal(err)
	}
	key, err := stdhpke.NewDHKEMPrivateKey(sk)
	if err != nil {
		t.Fatal(err)
	}
	line := len(firstLine) + bytes.IndexByte(sealed[len(firstLine):], '\n') + 1
	body := sealed[line:]
	r, err := stdhpke.NewRecipient(body[:32], key, stdhpke.HKDFSHA256(), stdhpke.AES256GCM(), sealed[:line])
	if err != nil {
		t.Fatal(err)
	}
	body = body[32:]
	for n := 0; len(body) > 0; n++ {
		k := min(len(body), chunk+overhead)
		mark := middle
		if k == len(body) {
			mark = end
		}
		if _, err := r.Open(mark, body[:k]); err != nil {
			t.Fatalf("chunk %d: %v", n, err)
		}
		body = body[k:]
	}
}

func FuzzOpen(f *testing.F) {
	p := pairs(f)["hpke"]
	// Every worker has the same key, so that what one opens the others do too.
	secret, err := hpkeKEM.Scheme().UnmarshalBinaryPrivateKey(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		f.Fatal(err)
	}
	raw, err := secret.Public().MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	if p.to, err = ParseRecipient(publicLine(raw)); err != nil {
		f.Fatal(err)
	}
	id := &Identity{func(r io.Reader, header []byte) (io.Reader, error) { return newOpener(r, secret, header) }}
	f.Add(p.seal(f, header(), []byte("email\n"), 3))
	f.Add(p.seal(f, header(), make([]byte, chunk), chunk))
	f.Add([]byte(firstLine))
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := Open(bytes.NewReader(file), id, io.Discard)
		if (m == nil) == (err == nil) {
			t.Errorf("%v, %v", m, err)
		}
	})
}

// parts opens a file without looking at what the sender signed.
func parts(t *testing.T, file []byte, id *Identity) (h Header, table, signed []byte) {
	t.Helper()
	r := bufio.NewReaderSize(bytes.NewReader(file), maxHeader)
	h, line, err := readHeader(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := id.open(r, line)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, _, err := copyFrames(&out, body); err != nil {
		t.Fatal(err)
	}
	signed, err = io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return h, out.Bytes(), signed
}

// reseal makes a file of parts, as somebody could who has opened another.
func reseal(t *testing.T, p *pair, h Header, table, signed []byte) []byte {
	t.Helper()
	line, err := h.line()
	if err != nil {
		t.Fatal(err)
	}
	out := bytes.NewBufferString(firstLine + string(line))
	body, err := p.to.seal(out, line)
	if err != nil {
		t.Fatal(err)
	}
	w := &Writer{body: body, sum: sha256.New()}
	if _, err := w.Write(table); err != nil {
		t.Fatal(err)
	}
	_, err = body.Write(signed)
	if err := errors.Join(err, body.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSignedWhole: the sender's signature is over header and rows, so that no
// recipient can make another file of it.
func TestSignedWhole(t *testing.T) {
	for kind, p := range pairs(t) {
		id := p.identity(t)
		h, table, signed := parts(t, p.seal(t, header(), []byte("email\nalice@example.com\n"), 9), id)
		frame := binary.BigEndian.AppendUint32(nil, 0)
		same := append(frame, signed...)
		if _, err := Open(bytes.NewReader(reseal(t, p, h, table, same)), id, io.Discard); err != nil {
			t.Errorf("%s: the same parts make another file: %v", kind, err)
		}
		refused(t, kind+", other rows", reseal(t, p, h, []byte("email\nalicf@example.com\n"), same), id)
		refused(t, kind+", fewer rows", reseal(t, p, h, table[:6], same), id)
		refused(t, kind+", more behind", reseal(t, p, h, table, append(bytes.Clone(same), '\n')), id)
		for _, change := range []func(*Header){func(h *Header) { h.DeleteBy = "2099-01-01" }, func(h *Header) { h.Run = "x" }, func(h *Header) { h.To = "x" },
			func(h *Header) { h.Agreement = "x" }, func(h *Header) { h.Columns = []string{"x"} }, func(h *Header) { h.Key = "x" }, func(h *Header) { h.Format = "x" }} {
			other := h
			change(&other)
			refused(t, kind+", another header", reseal(t, p, other, table, same), id)
		}
	}
}

// TestStreamHasAnEnd: the chunks alone show where they were cut off.
func TestStreamHasAnEnd(t *testing.T) {
	public, secret, err := hpkeKEM.Scheme().GenerateKeyPair()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s, err := newSealer(&out, public, []byte("header"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(make([]byte, 2*chunk+7)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	read := func(sealed []byte, header string) (int, error) {
		o, err := newOpener(bytes.NewReader(sealed), secret, []byte(header))
		if err != nil {
			return 0, err
		}
		pt, err := io.ReadAll(o)
		return len(pt), err
	}
	if n, err := read(out.Bytes(), "header"); n != 2*chunk+7 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	for cut := 1; cut <= 2; cut++ { // whole chunks, at their ends
		if _, err := read(out.Bytes()[:hpkeKEM.Scheme().CiphertextSize()+cut*(chunk+overhead)], "header"); !errors.Is(err, ErrFile) {
			t.Errorf("cut after %d chunks: %v", cut, err)
		}
	}
	if _, err := read(out.Bytes(), "headex"); !errors.Is(err, ErrFile) {
		t.Errorf("another header: %v", err)
	}
}

func BenchmarkSeal(b *testing.B) {
	for kind, p := range pairs(b) {
		b.Run(kind, func(b *testing.B) {
			table := make([]byte, 1<<24)
			b.SetBytes(int64(len(table)))
			for b.Loop() {
				w, err := NewWriter(io.Discard, header(), p.from, p.signer, p.to)
				if err != nil {
					b.Fatal(err)
				}
				for at := 0; at < len(table); at += 1 << 16 {
					if _, err := w.Write(table[at : at+1<<16]); err != nil {
						b.Fatal(err)
					}
				}
				if err := w.Close(1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
