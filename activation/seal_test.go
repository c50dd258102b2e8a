package activation

import (
	"bytes"
	"crypto/ecdh"
	stdhpke "crypto/hpke"
	"encoding/base64"
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
	for _, line := range []string{"", "age1", "age1xyz", "hpke+", "hpke+00+", "ssh-ed25519 AAAA", public + "=", strings.Replace(public, "hpke+", "hpke+0", 1), public[:len(public)-2] + "A=", "hpke+00000000+" + strings.SplitN(public, "+", 3)[2]} {
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
	all := pairs(f)
	ids := map[string]*Identity{}
	for kind, p := range all {
		ids[kind] = p.identity(f)
		f.Add(p.seal(f, header(), []byte("email\n"), 3))
	}
	f.Add([]byte(firstLine))
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, id := range ids {
			m, err := Open(bytes.NewReader(file), id, io.Discard)
			if (m == nil) == (err == nil) {
				t.Errorf("%v, %v", m, err)
			}
		}
	})
}
