package node

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"mandorla/activation"
	"mandorla/agreement"
	"mandorla/arrowio"
	"mandorla/identity"
	"mandorla/ledger"
)

// activeHouse is a house whose left member may give matched rows to its partner,
// by an age key, and to a mailhouse, by an HPKE key; 200 customers are shared.
type activeHouse struct {
	*house
	key map[string]string // recipient: the file of its secret key
}

func newActiveHouse(t *testing.T) *activeHouse {
	t.Helper()
	rows := func(from, to int) (out []string) {
		for i := from; i < to; i++ {
			out = append(out, fmt.Sprintf("C%08d,%s.%s%d@%s,%s", i*48271%99999989, []string{"anna", "bert", "carla"}[i%3], []string{"meyer", "schulz"}[i%2], i*7919%10007,
				[]string{"mail.example", "post.example"}[i/2%2], []string{"gold", "blue"}[i%2]))
		}
		return out
	}
	a := &activeHouse{newHouse(t, "left.csv", "right.csv", "    identifiers: [{type: exact, label: id, column: id}]\n"), map[string]string{}}
	a.table(left+"/left.csv", "id,email,tier", rows(0, 300))
	a.table(right+"/right.csv", "id,email,tier", rows(100, 400))
	verifier, err := Init(a.folder("mailhouse"), "mailhouse", "")
	if err != nil {
		t.Fatal(err)
	}
	a.key["mailhouse"] = filepath.Join(a.dir, "mailhouse.key")
	public, err := NewRecipientKey(a.key["mailhouse"])
	if err != nil {
		t.Fatal(err)
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	a.key[right] = a.write("right.key", id.String()+"\n")
	a.analyses = "{match: {to: [left], columns: {left: [id, email, tier]}}}"
	a.more = fmt.Sprintf("activate:\n  recipients: {right: %q, mailhouse: {key: %q, verifier: %q}}\n  columns: {left: [email, tier]}\n  delete_within_days: 30\n  decoys: 5\n",
		id.Recipient(), public, verifier)
	a.write(left+"/"+policyFile, "activate: {recipients: [right, mailhouse]}\n")
	return a
}

// match runs, and gives the run of the left member.
func (h *activeHouse) match(a *agreement.Agreement, columns ...string) *Result {
	h.t.Helper()
	r, err := h.open(left, Options{}).Run(h.t.Context(), Request{Analysis: agreement.Match, Agreement: a, Columns: columns})
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *activeHouse) request(run, recipient, format string) ActivationRequest {
	return ActivationRequest{Run: run, Recipient: recipient, Format: format, Out: filepath.Join(h.dir, recipient+"."+format+".sealed")}
}

// read gives the rows of a table.
func (h *activeHouse) read(path string) (header []string, rows [][]string) {
	h.t.Helper()
	r, err := arrowio.Open(path, arrowio.Options{})
	if err != nil {
		h.t.Fatal(err)
	}
	defer r.Close()
	for _, f := range r.Schema().Fields() {
		header = append(header, f.Name)
	}
	for {
		rec, err := r.Next(h.t.Context())
		if err != nil {
			return header, rows
		}
		for i := range int(rec.NumRows()) {
			var row []string
			for c := range int(rec.NumCols()) {
				text, _ := arrowio.TextColumn(rec, c)
				cell, _ := identity.Text(text).Value(i)
				row = append(row, string(cell))
			}
			rows = append(rows, row)
		}
		rec.Release()
	}
}

// TestActivate: the recipient opens the matched rows, the columns agreed on and no
// other, with decoys among them that lead back to this file; ledger and person say
// what left.
func TestActivate(t *testing.T) {
	t.Parallel()
	h := newActiveHouse(t)
	h.serve(right, Options{})
	a := h.agree()
	run := h.match(a, "id", "email", "tier").Run
	real := map[string]bool{}
	list, err := csv.NewReader(bytes.NewReader(h.bytes(left + "/left.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range list[1:] {
		real[row[1]] = true
	}
	n := h.open(left, Options{})
	for recipient, format := range map[string]string{right: "csv", "mailhouse": "parquet"} {
		r := h.request(run, recipient, format)
		preview, err := n.PreviewActivation(t.Context(), r)
		if err != nil || preview.Rows != 200 || preview.Decoys != 5 || preview.File != "" || len(preview.Warnings) != 1 {
			t.Fatalf("%+v, %v", preview, err)
		}
		made, err := n.Activate(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(h.dir, recipient+"."+format)
		opened, err := OpenActivation(r.Out, h.key[recipient], out, a)
		if err != nil || !opened.Known || opened.Sender != left || opened.Rows != 205 || opened.File != made.File || opened.Header.DeleteBy != made.DeleteBy {
			t.Fatalf("%+v, %v", opened, err)
		}
		header, rows := h.read(out)
		if !slices.Equal(header, []string{"email", "tier"}) || len(rows) != 205 {
			t.Fatalf("%v, %d rows", header, len(rows))
		}
		var decoys []string
		for _, row := range rows {
			if !real[row[0]] {
				decoys = append(decoys, strings.ToUpper(row[0]))
			}
		}
		if len(decoys) != 5 {
			t.Fatalf("%d decoys", len(decoys))
		}
		found, err := n.Trace(t.Context(), append(decoys, list[1][1], "tier", "gold"))
		if err != nil || len(found) != 1 || found[0].Recipient != recipient || found[0].Values != 5 || found[0].File != made.File || found[0].Run[:16] != run ||
			found[0].Sign != activation.StrongSign || found[0].Chance <= 0 || found[0].Chance > 1e-4 {
			t.Errorf("%+v, %v", found, err)
		}
		if _, err := n.Activate(t.Context(), r); !errors.Is(err, ErrInput) {
			t.Error("a file was replaced", err)
		}
	}
	if _, err := n.VerifyLedger(t.Context()); err != nil {
		t.Error(err)
	}
	people, err := n.Person(t.Context(), list[1][0])
	if err != nil || len(people) != 1 || len(people[0].Runs) != 1 || len(people[0].Runs[0].Passed) != 2 {
		t.Fatalf("%+v, %v", people, err)
	}
	passed := people[0].Runs[0].Passed[0]
	if !slices.Equal(passed.Columns, []string{"email", "tier"}) || passed.DeleteBy != time.Now().UTC().AddDate(0, 0, 30).Format(time.DateOnly) {
		t.Errorf("%+v", passed)
	}
	h.disclosed(run)
}

// disclosed: the ledger knows rounded rows, and no value of anybody's.
func (h *activeHouse) disclosed(run string) {
	h.t.Helper()
	err := h.open(left, Options{}).withBook(h.t.Context(), func(book *ledger.Book) error {
		for r, err := range book.Records(h.t.Context(), ledger.KindActivation, "") {
			if err != nil {
				return err
			}
			if !strings.Contains(r.Body, `"rows":200,`) || !strings.HasPrefix(r.Subject, run) || strings.Contains(r.Body, "@") {
				h.t.Error(r.Body)
			}
		}
		return nil
	})
	if err != nil {
		h.t.Error(err)
	}
}

func (h *activeHouse) bytes(name string) []byte {
	h.t.Helper()
	b, err := os.ReadFile(filepath.Join(h.dir, name))
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

// TestActivateRefused: who, what and how many is for the agreement and this
// node's own policy to say, and only what a run left, as it left it, goes.
func TestActivateRefused(t *testing.T) {
	t.Parallel()
	h := newActiveHouse(t)
	h.serve(right, Options{})
	a := h.agree()
	run, bare := h.match(a, "email", "tier").Run, h.match(a).Run
	refused := func(n *Node, r ActivationRequest, kind error, why string) {
		t.Helper()
		_, err := n.Activate(t.Context(), r)
		if !errors.Is(err, kind) || !strings.Contains(err.Error(), why) {
			t.Errorf("%v, not %v: %s", err, kind, why)
		}
		if _, err := os.Stat(r.Out); err == nil {
			t.Errorf("%s was written", r.Out)
		}
	}
	n := h.open(left, Options{})
	refused(n, h.request("0123456789abcdef", right, "csv"), ErrInput, "no receipt")
	refused(n, h.request(run, "somebody", "csv"), ErrRefused, "activate.recipients")
	refused(n, h.request(bare, right, "csv"), ErrInput, "--columns")
	refused(h.open(right, Options{}), h.request(run, right, "csv"), ErrRefused, "activate.columns")
	later := h.open(left, Options{Now: func() time.Time { return time.Now().Add(freshness + time.Hour) }})
	refused(later, h.request(run, right, "csv"), ErrRefused, "objected since")
	for text, why := range map[string]string{
		"activate: {recipients: [mailhouse]}\n":                             "POLICY_ACTIVATE",
		"kinds: [partner]\n":                                                "POLICY_ACTIVATE",
		"activate: {recipients: [right]}\nrules: {min_list_size: 201}\n":    "rules.min_list_size: the list has 200 rows",
		"activate: {recipients: [right]}\nanalyses: [size]\n":               "POLICY_ANALYSIS",
		"activate: {recipients: [right]}\npartners: [somebody]\n":           "POLICY_PARTNER",
		"activate: {recipients: [right]}\nkinds: [affiliate]\n":             "POLICY_KIND",
		"activate: {recipients: [right]}\njurisdictions: [DE]\n":            "POLICY_JURISDICTION",
		"activate: {recipients: [right]}\nrules: {min_list_size: 999999}\n": "rules.min_list_size",
	} {
		h.write(left+"/"+policyFile, text)
		refused(n, h.request(run, right, "csv"), ErrRefused, why)
	}
	h.write(left+"/"+policyFile, "activate: {recipients: [right]}\n")
	list := left + "/results/" + run + "/" + rowsFile
	changed := bytes.Replace(h.bytes(list), []byte("anna"), []byte("hans"), 1)
	h.write(list, string(changed))
	refused(n, h.request(run, right, "csv"), ledger.ErrAltered, "is not as the run left it")
	if err := os.Remove(filepath.Join(h.dir, list)); err != nil {
		t.Fatal(err)
	}
	refused(n, h.request(run, right, "csv"), ErrInput, "its list is gone")
	if left, _ := filepath.Glob(filepath.Join(h.dir, ".activation-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestNoActivateNoRows: an agreement without activate lets nothing leave.
func TestNoActivateNoRows(t *testing.T) {
	t.Parallel()
	h := newActiveHouse(t)
	h.more = ""
	h.serve(right, Options{})
	run := h.match(h.agree(), "email", "tier").Run
	_, err := h.open(left, Options{}).Activate(t.Context(), h.request(run, right, "csv"))
	if !errors.Is(err, ErrRefused) || !errors.Is(err, agreement.ErrNotPermitted) {
		t.Error(err)
	}
}

// TestOpenRefused: another's key, another agreement, a changed file; nothing
// appears.
func TestOpenRefused(t *testing.T) {
	t.Parallel()
	h := newActiveHouse(t)
	h.serve(right, Options{})
	a := h.agree()
	r := h.request(h.match(a, "email", "tier").Run, right, "csv")
	if _, err := h.open(left, Options{}).Activate(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(h.dir, "rows.csv")
	refused := func(file, key, out string, a *agreement.Agreement) {
		t.Helper()
		if _, err := OpenActivation(file, key, out, a); err == nil {
			t.Error("it opens")
		}
		if found, _ := filepath.Glob(filepath.Join(h.dir, ".opened-*")); len(found) > 0 {
			t.Errorf("left behind: %v", found)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s was written", out)
		}
	}
	refused(r.Out, h.key["mailhouse"], out, a)
	refused(r.Out, h.key[right], filepath.Join(h.dir, "rows.parquet"), a)
	sealed := h.bytes(right + ".csv.sealed")
	sealed[len(sealed)-100] ^= 1
	refused(h.write("changed.sealed", string(sealed)), h.key[right], out, a)
	h.name = "another"
	refused(r.Out, h.key[right], out, h.agree())
	if err := os.Chmod(h.key[right], 0o644); err != nil {
		t.Fatal(err)
	}
	refused(r.Out, h.key[right], out, a)
}

// TestOpenKnowsItsSender: with the agreement at hand a file opens only if it comes
// from the member's node and is for the key that the agreement names.
func TestOpenKnowsItsSender(t *testing.T) {
	t.Parallel()
	h := newActiveHouse(t)
	a := h.agree()
	named := a.Terms.Activate.Recipients
	out := filepath.Join(h.dir, "rows.csv")
	for name, c := range map[string]struct {
		from, to, agreement string
		key                 agreement.Recipient
		why                 string
	}{
		"right":             {left, right, a.ID(), named[right], ""},
		"another key":       {left, right, a.ID(), named["mailhouse"], "another key"},
		"another agreement": {left, right, "sha256:00", named[right], "another agreement"},
		"another recipient": {left, "somebody", a.ID(), named[right], "activate.recipients"},
		"another member":    {right, right, a.ID(), named[right], "activate.columns"},
		"a stranger":        {"mailhouse", right, a.ID(), named[right], "activate.columns"},
	} {
		key, err := activation.ParseRecipient(c.key.Key)
		if err != nil {
			t.Fatal(err)
		}
		var sealed bytes.Buffer
		id := h.open(c.from, Options{}).id
		w, err := activation.NewWriter(&sealed, activation.Header{Agreement: c.agreement, Run: "00", To: c.to, Format: "csv",
			Columns: []string{"email"}, Made: "2026-05-01T10:00:00Z", DeleteBy: "2026-05-31"}, id.Verifier, id.signer, key)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(0); err != nil {
			t.Fatal(err)
		}
		file, secret := h.write("made.sealed", sealed.String()), h.key[right]
		if c.key == named["mailhouse"] {
			secret = h.key["mailhouse"]
		}
		o, err := OpenActivation(file, secret, out, a)
		if c.why == "" && (err != nil || !o.Known) || c.why != "" && (!errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), c.why)) {
			t.Errorf("%s: %v", name, err)
		}
		os.Remove(out)
		if o, err := OpenActivation(file, secret, out, nil); err != nil || o.Known || o.Sender != c.from {
			t.Errorf("%s, without the agreement: %+v, %v", name, o, err)
		}
		os.Remove(out)
	}
}

// TestDeletionReceipt: the recipient deletes and signs; until the sender has the
// receipt, the agreement is suspended from the day on which it should have come.
func TestDeletionReceipt(t *testing.T) {
	t.Parallel()
	h := newActiveHouse(t)
	h.serve(right, Options{})
	a := h.agree()
	path := filepath.Join(h.dir, h.name+".yaml")
	r := h.request(h.match(a, "email", "tier").Run, "mailhouse", "csv")
	n := h.open(left, Options{})
	if _, err := n.Activate(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(h.dir, "rows.csv")
	if _, err := OpenActivation(r.Out, h.key["mailhouse"], out, a); err != nil {
		t.Fatal(err)
	}
	late := Options{Now: func() time.Time { return time.Now().AddDate(0, 0, 31) }}
	_, err := h.open(left, late).Run(t.Context(), Request{Analysis: agreement.Match, Agreement: a})
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "mailhouse has not shown that the rows of run") {
		t.Error(err)
	}
	statements := func() int {
		found, _ := filepath.Glob(filepath.Join(h.folder(left), agreements, "*-left-suspend.statement"))
		return len(found)
	}
	if err := h.open(left, late).suspendAllLate(t.Context()); err != nil || statements() != 1 { // it is suspended, and stays so
		t.Errorf("%v, %d statements", err, statements())
	}
	if _, err := h.open(right, Options{}).DeleteActivation(t.Context(), r.Out); !errors.Is(err, ErrRefused) {
		t.Error("somebody else signs", err)
	}
	sealed := h.bytes("mailhouse.csv.sealed")
	receipt, err := h.open("mailhouse", Options{}).DeleteActivation(t.Context(), r.Out, out)
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{r.Out, out} {
		if _, err := os.Stat(gone); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there", gone)
		}
	}
	signed, err := os.ReadFile(receipt)
	if err != nil {
		t.Fatal(err)
	}
	forged := h.write("forged.txt", strings.Replace(string(signed), `"files":2`, `"files":3`, 1))
	if _, err := n.ReceiveDeletion(t.Context(), forged); !errors.Is(err, ErrRefused) {
		t.Error("a forged receipt is taken in", err)
	}
	// A receipt for another file of the same run is none for this one.
	other := h.write("other.sealed", string(append(sealed, 'x')))
	wrong, err := h.open("mailhouse", Options{}).DeleteActivation(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.ReceiveDeletion(t.Context(), wrong); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "no file that this node waits for") {
		t.Error(err)
	}
	d, err := n.ReceiveDeletion(t.Context(), receipt)
	if err != nil || d.Member != "mailhouse" || d.Deleted[0].Files != 2 {
		t.Fatalf("%+v, %v", d, err)
	}
	if _, err := n.ReceiveDeletion(t.Context(), receipt); !errors.Is(err, ErrRefused) {
		t.Error("it is taken in twice", err)
	}
	// The receipt alone lifts nothing: people do. (The suspension is of a day to come.)
	if err := n.openFor(a); err != nil {
		t.Error(err)
	}
	if err := h.open(left, late).openFor(a); !errors.Is(err, ErrRefused) {
		t.Error(err)
	}
	if err := os.Remove(h.only(left + "/agreements/*-left-suspend.statement")); err != nil {
		t.Fatal(err)
	}
	if err := h.open(left, late).openFor(a); err != nil || statements() != 0 {
		t.Errorf("%v, %d statements", err, statements())
	}
	if _, err := State(h.folder(left), path, agreement.Resume, "the receipt has come", nil); err != nil {
		t.Error(err)
	}
	if _, err := n.VerifyLedger(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestNewVersionForgivesNothing: what is owed under a version that was replaced
// suspends the one that took its place, though nothing may leave under that.
func TestNewVersionForgivesNothing(t *testing.T) {
	t.Parallel()
	h := newActiveHouse(t)
	h.serve(right, Options{})
	a := h.agree()
	r := h.request(h.match(a, "email", "tier").Run, "mailhouse", "arrow")
	if _, err := h.open(left, Options{}).Activate(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	h.more = fmt.Sprintf("version: 2\nreplaces: %q\n", a.ID())
	next := h.agree()
	if err := h.open(left, Options{}).openFor(next); err != nil {
		t.Error(err)
	}
	late := Options{Now: func() time.Time { return time.Now().AddDate(0, 0, 31) }}
	if err := h.open(left, late).openFor(next); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "mailhouse has not shown") {
		t.Error(err)
	}
	receipt, err := h.open("mailhouse", Options{}).DeleteActivation(t.Context(), r.Out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.open(left, Options{}).ReceiveDeletion(t.Context(), receipt); err != nil {
		t.Error(err)
	}
}

// only is the one file that fits.
func (h *activeHouse) only(pattern string) string {
	h.t.Helper()
	found, err := filepath.Glob(filepath.Join(h.dir, pattern))
	if err != nil || len(found) != 1 {
		h.t.Fatalf("%v, %v", found, err)
	}
	return found[0]
}

// TestUnsealableKey: nobody signs an agreement with a key that nothing can be
// sealed to.
func TestUnsealableKey(t *testing.T) {
	h := newActiveHouse(t)
	h.more = strings.Replace(h.more, `right: "age1`, `right: "age1`+strings.Repeat("q", 58)+`", x: "`, 1)
	h.more = h.more[:strings.Index(h.more, `, x: "`)] + "}\n  columns: {left: [email]}\n  delete_within_days: 1\n"
	path := h.write("house.yaml", h.text())
	if _, err := ReadAgreement(path); err != nil {
		t.Fatal(err)
	}
	if _, err := Sign(h.folder(left), path, nil); !errors.Is(err, ErrRefused) {
		t.Error(err)
	}
}
