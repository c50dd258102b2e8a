package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mandorla/agreement"
	"mandorla/agreement/own"
	"mandorla/ledger"
)

// TestDuties: what an agreement's kind, a node's own policy or the law ask is
// refused by the node that does not meet it, with its code, and the other is
// told the code; nothing has crossed.
func TestDuties(t *testing.T) {
	t.Parallel()
	plain := "    identifiers: [{type: exact, label: id, column: id}]\n"
	for code, c := range map[string]struct {
		kind, more, policy, eligibility string
	}{
		"AFFILIATE_NOTICE_MISSING":   {kind: "affiliate"},
		"CONSENT_REQUIRED":           {kind: "partner", more: "jurisdictions: [DE]\n"},
		"FINANCIAL_OPT_OUT_REQUIRED": {kind: "partner", more: "jurisdictions: [US-CA]\n", policy: "financial_institution: true\n", eligibility: "[{kind: flag, column: ok}, {kind: gpc, column: no}, {kind: notice, column: told}]"},
		"SALE_NO_OFFICER":            {kind: "sale", more: "jurisdictions: [DE]\nretention: 12 months\nonward_transfer: to nobody\ndelete_by: 2999-12-31\n", eligibility: "{kind: flag, column: ok}"},
		"SALE_TERMS_MISSING":         {kind: "sale", policy: "officer: KEY\n", eligibility: "{kind: flag, column: ok}"},
		"POLICY_KIND":                {kind: "partner", policy: "kinds: [affiliate]\n"},
		"POLICY_PARTNER":             {kind: "partner", policy: "partners: [somebody]\n"},
		"POLICY_ANALYSIS":            {kind: "partner", policy: "analyses: [match]\n"},
		"POLICY_JURISDICTION":        {kind: "partner", policy: "jurisdictions: [EU]\n"},
		"POLICY_ELIGIBILITY":         {kind: "partner", policy: "eligibility: required\n"},
	} {
		for _, at := range []string{left, right} {
			t.Run(code+" at "+at, func(t *testing.T) {
				h := bookHouse(t)
				h.kind, h.more = c.kind, "purposes: [dpv:Marketing]\n"+c.more
				for _, member := range []string{left, right} {
					eligibility := c.eligibility
					if member != at { // the other node meets every duty
						eligibility = "[{kind: flag, column: ok}, {kind: objection, column: no}, {kind: financial, column: no}, {kind: gpc, column: no}, {kind: notice, column: told}, {kind: age, column: age, least: 18}]"
						h.write(filepath.Join(member, policyFile), "officer: "+h.keys[member]+"\n")
					} else if c.policy != "" {
						h.write(filepath.Join(member, policyFile), strings.Replace(c.policy, "KEY", h.keys[member], 1))
					}
					h.datasets[member] = "    source: " + member + ".csv\n" + plain
					if eligibility != "" {
						h.datasets[member] += "    eligibility: " + eligibility + "\n"
					}
				}
				h.configure()
				h.serve(right, Options{})
				h.refused(h.agree(), code)
			})
		}
	}
}

// refused runs from the left and wants a refusal with a code, and nothing on
// record at either node.
func (h *house) refused(a *agreement.Agreement, code string) {
	h.t.Helper()
	_, err := h.open(left, Options{}).Run(h.t.Context(), Request{Analysis: "size", Agreement: a})
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), code) {
		h.t.Errorf("%v, not %s", err, code)
	}
	for _, member := range []string{left, right} {
		entries, err := os.ReadDir(filepath.Join(h.folder(member), results))
		if len(entries) > 0 {
			h.t.Errorf("%s: %d runs on record, %v", member, len(entries), err)
		}
	}
}

// TestProcessorCombines: a vendor's node does not use one client's data with
// another client.
func TestProcessorCombines(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.kind, h.more = "service-provider", "vendor: left\n"
	h.serve(right, Options{})
	first := h.agree()
	h.run("size", first)
	other := newHouse(t, "left.csv", "right.csv", "    identifiers: [{type: exact, label: id, column: id}]\n")
	h.name, h.keys[right] = "second", other.keys[right]
	path := h.write("second.yaml", h.text())
	for _, folder := range []string{h.folder(left), other.folder(right)} {
		if _, err := Sign(folder, path, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Accept(h.folder(left), path); err != nil {
		t.Fatal(err)
	}
	_, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: "size", Agreement: first})
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "ROLE_PROCESSOR_COMBINE") {
		t.Error(err)
	}
}

// TestStricterWins: either node's own policy makes a run's rules stricter on
// both, and the receipt says so.
func TestStricterWins(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.write(filepath.Join(left, policyFile), "rules: {min_group_size: 20}\n")
	h.write(filepath.Join(right, policyFile), "rules: {min_group_size: 300}\n")
	h.serve(right, Options{})
	own, peer := h.run("size", h.agree())
	if own.State != "suppressed" || peer.State != "suppressed" || own.MinGroupSize != 300 {
		t.Errorf("%s and %s, k %d", own.State, peer.State, own.MinGroupSize)
	}
	receipt := h.receiptText(left, own.Run)
	if !strings.Contains(receipt, `"min_group_size":"300"`) || strings.Count(receipt, `"policy":"sha256:`) != 2 {
		t.Error(receipt)
	}
	// What changes how a table is read has to stand where both can see it first.
	h.write(filepath.Join(right, policyFile), "rules: {noise: required}\n")
	_, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: "size", Agreement: h.agree()})
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "rules.noise") {
		t.Error(err)
	}
}

// TestStatements: a suspended agreement starts no run, at either node, until
// it is resumed; an ended one never again.
func TestStatements(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.serve(right, Options{})
	a := h.agree()
	path := filepath.Join(h.dir, h.name+".yaml")
	run := func() error {
		_, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: "size", Agreement: a})
		return err
	}
	state := func(what string) string {
		t.Helper()
		file, err := State(h.folder(right), path, what, "a test", nil)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	suspended := state(agreement.Suspend)
	if err := run(); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "suspended by right") {
		t.Error(err)
	}
	if _, err := Accept(h.folder(left), suspended); err != nil {
		t.Fatal(err)
	}
	if words, err := Standing(h.folder(left), a); err != nil || !strings.HasPrefix(words, "suspended") {
		t.Error(words, err)
	}
	time.Sleep(1100 * time.Millisecond) // statements are of a second
	if _, err := Accept(h.folder(left), state(agreement.Resume)); err != nil {
		t.Fatal(err)
	}
	if err := run(); err != nil {
		t.Error(err)
	}
	state(agreement.End)
	if err := run(); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "ended by right") {
		t.Error(err)
	}
}

// TestErase: when a vendor's agreement is over, what was learnt is deleted,
// once, and a signed receipt says so.
func TestErase(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.kind, h.more = "service-provider", "vendor: left\n"
	h.serve(right, Options{})
	own, _ := h.run("match", h.agree())
	n := h.open(left, Options{})
	if receipts, err := n.Erase(t.Context()); err != nil || len(receipts) != 0 {
		t.Fatal(receipts, err)
	}
	if _, err := State(h.folder(left), filepath.Join(h.dir, h.name+".yaml"), agreement.End, "done", nil); err != nil {
		t.Fatal(err)
	}
	receipts, err := n.Erase(t.Context())
	if err != nil || len(receipts) != 1 {
		t.Fatal(receipts, err)
	}
	b, err := os.ReadFile(receipts[0])
	if err != nil {
		t.Fatal(err)
	}
	d, signed, err := ledger.ReadDeletion(b, n.id.verifier())
	if err != nil || len(signed) != 1 || len(d.Deleted) != 3 || d.Deleted[2].Files != 4 {
		t.Errorf("%+v, %v, %v", d, signed, err)
	}
	for _, name := range []string{rowsFile, resultFile, openingFile} {
		if _, err := os.Stat(filepath.Join(h.folder(left), results, own.Run, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
	if again, err := n.Erase(t.Context()); err != nil || len(again) != 0 {
		t.Error(again, err)
	}
	if found, err := n.Person(t.Context(), "customer-0000000150"); err != nil || len(found[0].Runs) != 0 {
		t.Errorf("%+v, %v", found, err)
	}
	if report, err := n.VerifyLedger(t.Context()); err != nil {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestWithdrawal: an opt-out written after one run is honoured by the next.
func TestWithdrawal(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.datasets[left] = strings.Replace(h.datasets[left], "{kind: flag, column: ok}",
		"[{kind: flag, column: ok}, {kind: list, type: exact, column: id, files: [optouts.txt]}]", 1)
	h.configure()
	h.write(filepath.Join(left, "optouts.txt"), "customer-0000000007\n")
	h.serve(right, Options{})
	a := h.agree()
	first, _ := h.run("size", a)
	h.write(filepath.Join(left, "optouts.txt"), "customer-0000000007\nCUSTOMER-0000000150\n")
	second, _ := h.run("size", a)
	if *first.Count != 200 || *second.Count != 199 || first.Rows.Eligible != 299 || second.Rows.Eligible != 298 {
		t.Errorf("%d of %d, then %d of %d", *first.Count, first.Rows.Eligible, *second.Count, second.Rows.Eligible)
	}
}

// TestReplaced: once both have accepted the next version, the one before is
// refused.
func TestReplaced(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.serve(right, Options{})
	old := h.agree()
	h.run("size", old)
	h.more = fmt.Sprintf("version: 2\nreplaces: %q\n", old.ID())
	h.run("size", h.agree())
	_, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: "size", Agreement: old})
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "took its place") {
		t.Error(err)
	}
}

// TestResumeByTwo: where two people of a member sign, a suspension is taken
// back by both of them, and by one alone it is not.
func TestResumeByTwo(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	second := map[string]string{}
	for _, member := range []string{left, right} {
		key, err := Init(h.folder(member+"-legal"), member+"-legal", "")
		if err != nil {
			t.Fatal(err)
		}
		second[member] = key
	}
	text := strings.NewReplacer(
		fmt.Sprintf("left: %q", h.keys[left]), fmt.Sprintf("left: [%q, %q]", h.keys[left], second[left]),
		fmt.Sprintf("right: %q", h.keys[right]), fmt.Sprintf("right: [%q, %q]", h.keys[right], second[right]),
	).Replace(h.text())
	path := h.write("two.yaml", "signatures_per_member: 2\n"+text)
	for _, folder := range []string{left, left + "-legal", right, right + "-legal"} {
		if _, err := Sign(h.folder(folder), path, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Accept(h.folder(left), path); err != nil {
		t.Fatal(err)
	}
	if _, err := State(h.folder(left), path, agreement.Suspend, "a test", nil); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1100 * time.Millisecond) // statements are of a second
	file, err := State(h.folder(left), path, agreement.Resume, "a test", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Accept(h.folder(left), file); !errors.Is(err, ErrRefused) {
		t.Errorf("one signature resumed: %v", err)
	}
	if _, err := Accept(h.folder(left+"-legal"), path); err != nil { // whoever signs may hold it
		t.Fatal(err)
	}
	if _, err := Sign(h.folder(left+"-legal"), file, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Accept(h.folder(left), file); err != nil {
		t.Fatal(err)
	}
	a, err := ReadAgreement(path)
	if err != nil {
		t.Fatal(err)
	}
	if words, err := Standing(h.folder(left), a); err != nil || words != "accepted" {
		t.Error(words, err)
	}
}

// TestJointMarketing: what joint marketing excuses, it excuses where the law says so.
func TestJointMarketing(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.kind, h.more = "partner", "purposes: [dpv:Marketing]\njurisdictions: [US-VA, US-CA]\njoint_marketing: true\n"
	h.configure()
	n, a := h.open(left, Options{}), h.agree()
	law, strict, err := n.lawOf(a, &own.Policy{Financial: true})
	if err != nil || !slices.Equal(strict.financial, []string{"US-CA"}) || !law.Needs["US-VA"].Joint || law.Needs["US-CA"].Joint {
		t.Errorf("%v, %v, %v", law, strict, err)
	}
	if _, strict, err = n.lawOf(a, own.None()); err != nil || strict.financial != nil {
		t.Errorf("no financial institution: %v, %v", strict, err)
	}
}

// TestDropDays: how old a download is, its name says; nobody reads the list for it.
func TestDropDays(t *testing.T) {
	p := &plan{dataset: Dataset{Eligibility: []EligibilityEntry{{Kind: "flag"}, {Kind: "drop", Files: []string{"a/20261101_7_Email.csv", "a/20261103_7_Email.csv"}}, {Kind: "drop", Files: []string{"Email.csv", "20261101_7_Email.csv"}}}}}
	got := p.drops()
	if len(got) != 2 || got[0].Day.Format(time.DateOnly) != "2026-11-03" || !got[1].Day.IsZero() {
		t.Errorf("%v", got)
	}
}
