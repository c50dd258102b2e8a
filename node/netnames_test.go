package node

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"mandorla/agreement"
	"mandorla/ledger"
)

// market is a house whose right member sells to the left.
func market(t *testing.T, held, onSale []mailRow) *house {
	t.Helper()
	h := post(t, lines(held), lines(onSale))
	h.analyses = "{net_names: {to: [left], columns: {right: [id, email, number]}, schema: {id: integer, email: text 30, number: integer}, max_names: 5000}}"
	return h
}

// plainNames is the plain answer: what is sold of those rows of b that may take
// part, share no identifier with a row before, and none with any row of a.
func plainNames(a, b []mailRow) (out []string) {
	emails, members := map[int]bool{}, map[int]bool{}
	for _, r := range a {
		emails[r.email], members[r.member] = r.email > 0, r.member > 0
	}
	seenEmails, seenMembers := map[int]bool{}, map[int]bool{}
	for i, r := range b {
		if !r.consents || r.email == 0 && r.member == 0 {
			continue
		}
		again := seenEmails[r.email] || seenMembers[r.member]
		seenEmails[r.email], seenMembers[r.member] = r.email > 0, r.member > 0
		if again || emails[r.email] || members[r.member] {
			continue
		}
		email, number := "none", ""
		if r.email > 0 {
			email = fmt.Sprintf("Person%d@Example.com", r.email)
		}
		if r.member > 0 {
			number = fmt.Sprint(r.member)
		}
		out = append(out, fmt.Sprintf("%d,%s,%s", 1000+i, email, number))
	}
	slices.Sort(out)
	return out
}

func (h *house) buy(most uint64) (*Result, error) {
	h.t.Helper()
	return h.open(left, Options{}).Run(h.t.Context(), Request{Analysis: agreement.NetNames, Agreement: h.agree(), Max: most})
}

// TestNetNames compares purchases of random tables with the plain difference. The
// buyer's rows take part whatever their consent, the seller's by it.
func TestNetNames(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for _, sizes := range [][2]int{{300, 300}, {200, 500}} {
		a, b := mailRows(r, sizes[0]), mailRows(r, sizes[1])
		h := market(t, a, b)
		h.serve(right, Options{})
		own, err := h.buy(5000)
		if err != nil {
			t.Fatal(err)
		}
		want := plainNames(a, b)
		got := exported(t, own)
		if got[0] != "id,email,number" {
			t.Errorf("columns %s", got[0])
		}
		got = got[1:]
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%d names bought, %d in the plain difference, or others", len(got), len(want))
		}
		peer := h.result(right, own.Run)
		n := uint64(len(want))
		if *own.Count != n || own.Sale.Names != n || peer.Sale.Names != n || peer.Count != nil || peer.Matches != "" {
			t.Errorf("%d names: %+v; %+v", n, own, peer)
		}
		if own.Sale.OnSale != peer.Rows.Distinct || peer.Rows.Eligible == uint64(sizes[1]) || own.Rows.Eligible != uint64(sizes[0]) {
			t.Errorf("%d on sale of %+v; the buyer has %+v", own.Sale.OnSale, peer.Rows, own.Rows)
		}
		h.checkReceipts(own, peer, left)
		h.checkInvoice(own.Run, n)
	}
}

// checkInvoice sees that the receipt says, on both sides, how many were sold, and
// what the buyer received.
func (h *house) checkInvoice(run string, names uint64) {
	h.t.Helper()
	r, err := h.open(right, Options{}).readReceipt(run)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, member := range []string{left, right} {
		if got := r.Account.Parts[member].Names; got != names {
			h.t.Errorf("the receipt says that %s counts %d names, not %d", member, got, names)
		}
	}
	if got := r.Account.Parts[left].Received; !slices.Equal(got, []string{"count", "right.email", "right.id", "right.number"}) {
		h.t.Errorf("received: %v", got)
	}
}

// TestNothingBought: above --max, or below the least list, the run ends after the
// count; nothing is left but a receipt that says so.
func TestNothingBought(t *testing.T) {
	a, b := mailRows(rand.New(rand.NewPCG(1, 2)), 150), mailRows(rand.New(rand.NewPCG(3, 4)), 150)
	names := len(plainNames(a, b))
	for name, c := range map[string]struct {
		most  uint64
		rules string
		says  string
	}{
		"without --max": {0, "", fmt.Sprintf("--max: there are %d new names", names)},
		"above --max":   {uint64(names) - 1, "", fmt.Sprintf("more than --max %d", names-1)},
		"too few": {5000, fmt.Sprintf("{noise: none, min_group_size: 1, min_list_size: %d, min_set_size: 100}", names+1),
			"rules.min_list_size"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := market(t, a, b)
			if c.rules != "" {
				h.rules = c.rules
			}
			h.serve(right, Options{})
			_, err := h.buy(c.most)
			if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v does not say %q", err, c.says)
			}
			h.failedWith(left, "DECLINED")
			h.failedWith(right, "PEER_ABORTED")
		})
	}
}

// TestAgreedMost: the agreement's limit holds whatever --max says.
func TestAgreedMost(t *testing.T) {
	t.Parallel()
	a, b := mailRows(rand.New(rand.NewPCG(1, 2)), 150), mailRows(rand.New(rand.NewPCG(3, 4)), 150)
	h := market(t, a, b)
	h.analyses = strings.Replace(h.analyses, "max_names: 5000", "max_names: 10", 1)
	h.serve(right, Options{})
	if _, err := h.buy(5000); err == nil || !strings.Contains(err.Error(), "analyses.net_names.max_names") {
		t.Errorf("more than agreed on: %v", err)
	}
}

// TestSellerDoesNotStart: who sells serves.
func TestSellerDoesNotStart(t *testing.T) {
	t.Parallel()
	h := market(t, mailRows(rand.New(rand.NewPCG(1, 2)), 150), mailRows(rand.New(rand.NewPCG(3, 4)), 150))
	h.serve(left, Options{})
	_, err := h.open(right, Options{}).Run(t.Context(), Request{Analysis: agreement.NetNames, Agreement: h.agree()})
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "starts the run") {
		t.Errorf("the seller starts: %v", err)
	}
}

// TestUnfit: what the schema has no room for is sold as missing, and the seller is
// told how often, before and after.
func TestUnfit(t *testing.T) {
	t.Parallel()
	a, b := mailRows(rand.New(rand.NewPCG(1, 2)), 150), mailRows(rand.New(rand.NewPCG(3, 4)), 150)
	h := market(t, a, b)
	h.analyses = strings.NewReplacer("text 30", "text 4", "number: integer", "number: date").Replace(h.analyses)
	h.serve(right, Options{})
	own, err := h.buy(5000)
	if err != nil {
		t.Fatal(err)
	}
	unfit := h.result(right, own.Run).Sale.Unfit
	if unfit["email"] == 0 || unfit["number"] == 0 || unfit["id"] != 0 || own.Sale.Unfit != nil {
		t.Errorf("at the seller %v, at the buyer %v", unfit, own.Sale.Unfit)
	}
	for _, line := range exported(t, own)[1:] {
		if strings.Contains(line, "@") {
			t.Fatal("a text was cut to fit")
		}
	}
}

// TestSaleNeedsConsent: the law asks who consented of the rows on sale, and not of
// those that keep others off the purchase.
func TestSaleNeedsConsent(t *testing.T) {
	t.Parallel()
	a, b := mailRows(rand.New(rand.NewPCG(1, 2)), 150), mailRows(rand.New(rand.NewPCG(3, 4)), 150)
	h := market(t, a, b)
	h.more = "jurisdictions: [DE]\n"
	for _, member := range []string{left, right} {
		h.datasets[member] = strings.Replace(h.datasets[member], "    eligibility: {column: consent, kind: flag}\n", "", 1)
	}
	h.configure()
	agreed := h.agree()
	if _, err := h.open(left, Options{}).plan(agreed, agreement.NetNames, right); err != nil {
		t.Errorf("the buyer's rows: %v", err)
	}
	if _, err := h.open(right, Options{}).plan(agreed, agreement.NetNames, left); err == nil || !strings.Contains(err.Error(), "CONSENT_REQUIRED") {
		t.Errorf("rows on sale whose consent nobody can tell: %v", err)
	}
}

// TestPurchasePreview: it says what may be bought, and opens no connection.
func TestPurchasePreview(t *testing.T) {
	t.Parallel()
	h := market(t, mailRows(rand.New(rand.NewPCG(1, 2)), 150), mailRows(rand.New(rand.NewPCG(3, 4)), 150))
	p, err := h.open(left, Options{}).Preview(t.Context(), Request{Analysis: agreement.NetNames, Agreement: h.agree()})
	if err != nil || p.Sale == nil || p.Sale.Most != 5000 || p.Sale.OnSale != 0 || p.Bytes.Sent == 0 || p.Bytes.Received == 0 {
		t.Errorf("%+v, %v", p, err)
	}
}

// fields is a schema of every type.
var fields = []agreement.Field{{Column: "t", Type: agreement.FieldText, Bytes: 5}, {Column: "i", Type: agreement.FieldInteger}, {Column: "d", Type: agreement.FieldDate}}

// TestGoods writes cells and reads them back.
func TestGoods(t *testing.T) {
	for cell, want := range map[string][3]string{
		"":                     {"-", "-", "-"},
		"abc":                  {"abc", "!", "!"},
		"äöx":                  {"äöx", "!", "!"},
		"äöxy":                 {"!", "!", "!"},
		" abc ":                {"abc", "!", "!"},
		"a\xff":                {"!", "!", "!"},
		"-12":                  {"-12", "-12", "!"},
		"9223372036854775808":  {"!", "!", "!"},
		"-9223372036854775808": {"!", "-9223372036854775808", "!"},
		"1.5":                  {"1.5", "!", "!"},
		"2026-01-02":           {"!", "!", "2026-01-02"},
		"1969-12-31T23:00:00Z": {"!", "!", "1969-12-31"},
		"2026-02-30":           {"!", "!", "!"},
	} {
		for i, f := range fields {
			buf := make([]byte, f.Width())
			fits := len(cell) == 0 || put(buf, f, bytes.TrimSpace([]byte(cell)))
			g, ok := take(buf, f)
			got := map[string]string{agreement.FieldText: g.text, agreement.FieldInteger: fmt.Sprint(g.integer), agreement.FieldDate: g.date().Format(time.DateOnly)}[f.Type]
			switch {
			case !fits:
				got = "!"
			case !g.there:
				got = "-"
			}
			if got != want[i] || !ok || (!fits && !zero(buf)) {
				t.Errorf("%q as %s: %q (%v), not %q", cell, f, got, ok, want[i])
			}
		}
	}
}

// FuzzGoods: whatever a seller sends is refused, or is what would have been
// written of the value that is read.
func FuzzGoods(f *testing.F) {
	f.Add([]byte("\x01\x03abc\x00\x00" + "\x01\x00\x00\x00\x00\x00\x00\x00\x07" + "\x01\x00\x00\x50\x00"))
	f.Add(make([]byte, agreement.Width(fields)))
	f.Add(bytes.Repeat([]byte{1}, agreement.Width(fields)))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, field := range fields {
			if len(b) < field.Width() {
				return
			}
			src := b[:field.Width()]
			b = b[field.Width():]
			g, ok := take(src, field)
			if !ok {
				continue
			}
			again := make([]byte, field.Width())
			cell := map[string]string{agreement.FieldText: g.text, agreement.FieldInteger: fmt.Sprint(g.integer), agreement.FieldDate: g.date().Format(time.DateOnly)}[field.Type]
			if g.there && !put(again, field, []byte(cell)) {
				t.Fatalf("%s: %q is read, and would not be written", field, cell)
			}
			if !bytes.Equal(again, src) {
				t.Fatalf("%s: two spellings of one value", field)
			}
		}
	})
}

// TestSaleDies cuts the connection in every phase of a sale: no name stays, and
// both have a receipt that says that it failed. The seller's says how many names the
// buyer could open by then.
func TestSaleDies(t *testing.T) {
	a, b := mailRows(rand.New(rand.NewPCG(1, 2)), 150), mailRows(rand.New(rand.NewPCG(3, 4)), 150)
	for _, member := range []string{left, right} {
		for _, phase := range map[string][]string{left: {"blind", "set", "evaluate", "open"}, right: {"set", "seal"}}[member] {
			t.Run(member+" "+phase, func(t *testing.T) {
				t.Parallel()
				h := market(t, a, b)
				var p *proxy
				cut := onPhase(phase, func() { p.cut() })
				options := map[string]Options{member: {Progress: cut}}
				h.serve(right, options[right])
				p = h.through()
				_, err := h.open(left, options[left]).Run(t.Context(), Request{Analysis: agreement.NetNames, Agreement: h.agree(), Max: 5000})
				if !errors.Is(err, ErrPeer) {
					t.Fatalf("the connection was cut: %v", err)
				}
				h.failed(left)
				given := h.failed(right).Account.Parts[right].Names
				early := phase == "blind" || phase == "set" // in between it is a matter of moments
				if phase == "open" && given == 0 || early && given != 0 {
					t.Errorf("the seller has %d names on record", given)
				}
			})
		}
	}
}

// TestInvoiceOfBoth: no receipt is signed over two numbers.
func TestInvoiceOfBoth(t *testing.T) {
	if err := sameNames(ledger.Part{Names: 5}, ledger.Part{Names: 6}); code(err) != "CONTROL" {
		t.Errorf("five and six names: %v", err)
	}
	if err := sameNames(ledger.Part{Names: 5}, ledger.Part{Names: 5}); err != nil {
		t.Error(err)
	}
}
