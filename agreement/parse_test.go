package agreement

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// A refusal is a change to the sample that makes it no agreement.
type refusal struct {
	old, new string
	line     int // 0: not judged
	field    string
	says     string
}

func TestParseRefuses(t *testing.T) {
	h := newHouse(t)
	for _, c := range slices.Concat(badHeads(), badAnalyses(), badRules(), badTexts()) {
		_, err := Parse(h.fill(with(t, c.old, c.new)))
		var fe *FieldError
		if !errors.As(err, &fe) {
			t.Errorf("%q: no field error but %v", c.new, err)
			continue
		}
		if c.line > 0 && fe.Line != c.line || fe.Field != c.field || !strings.Contains(err.Error(), c.says) || !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: line %d field %q: %v", c.new, fe.Line, fe.Field, err)
		}
		if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), h.vkey["bank"]) {
			t.Errorf("%q: error of two lines, or with a key: %v", c.new, err)
		}
	}
}

func badHeads() []refusal {
	return []refusal{
		{"kind: partner", "kind: partner\nbogus: 1", 3, "bogus", "unknown key"},
		{"kind: partner", "kind: partner\nbogus:\n  deep: 1", 3, "bogus", "unknown key"},
		{"kind: partner", "kind: partner\nkind: sale", 3, "kind", "twice"},
		{"kind: partner", "kind: friend", 2, "kind", "one of"},
		{"kind: partner ", "# ", 1, "kind", "missing"},
		{"agreement: skyline-2026", "agreement: 2026", 1, "agreement", "text"},
		{"agreement: skyline-2026", "agreement: ../x", 1, "agreement", "letters"},
		{"purpose: Measure the overlap of the co-branded card", `purpose: ""`, 3, "purpose", "text"},
		{"purpose: Measure", `purpose: "\u202eMeasure"` + "\n# ", 3, "purpose", "does not show"},
		{"purpose: Measure", "purpose: !!str Measure", 3, "purpose", "tags"},
		{"purpose: Measure", "purpose: &a Measure", 3, "purpose", "anchors"},
		{"bank: \"bank+KEY\"", "bank: \"airline+KEY\"", 6, "members.bank", "key's name"},
		{"bank: \"bank+KEY\"", "bank: \"bank+00000000+AAAA\"", 6, "members.bank", "identity.pub"},
		{"bank: \"bank+KEY\"", "bank: \"bank+KEY\"\n  stranger: \"stranger+KEY\"", 8, "datasets", "for every member"},
		{"  bank: \"bank+KEY\"\n", "", 5, "members", "must be 2"},
		{"bank: cardholders}", "shop: cardholders}", 7, "datasets.shop", "no member"},
		{", bank: cardholders", "", 7, "datasets", "every member"},
		{"[email, phone]", "[]", 8, "identifiers.types", "1 to 4"},
		{"[email, phone]", "[email, phone, name_dob, address, household]", 8, "identifiers.types", "1 to 4"},
		{"[email, phone]", "[email, email]", 8, "identifiers.types", "twice"},
		{"[email, phone]", "[exact, 'exact:loyalty']", 8, "identifiers.types", "twice"},
		{"[email, phone]", "[passport]", 8, "identifiers.types", "unknown type"},
		{"[email, phone]", "[sha256]", 8, "identifiers.types", "label"},
		{"[email, phone]", "['exact:']", 8, "identifiers.types", "label"},
		{"[email, phone]", "['email:x']", 8, "identifiers.types", "no label"},
		{"[email, phone]", "[{type: exact, label: a, x: 1}]", 8, "identifiers.types.x", "unknown key"},
	}
}

func badAnalyses() []refusal {
	return []refusal{
		{"size: {to: [airline, bank]}", "size: {to: []}", 10, "analyses.size.to", "list"},
		{"size: {to: [airline, bank]}", "size: {to: airline}", 10, "analyses.size.to", "list"},
		{"size: {to: [airline, bank]}", "size: {to: [airline, airline]}", 10, "analyses.size.to", "once"},
		{"size: {to: [airline, bank]}", "size: {to: [shop]}", 10, "analyses.size.to", "no member"},
		{"size: {to: [airline, bank]}", "size: {to: [bank], columns: {bank: [x]}}", 10, "analyses.size.columns", "unknown key"},
		{"size: {to: [airline, bank]}", "size: {to: [bank], by: [town]}", 10, "analyses.size.by", "person and household"},
		{"size: {to: [airline, bank]}", "size: {to: [bank], by: []}", 10, "analyses.size.by", "list"},
		{"size: {to: [airline, bank]}", "size: {to: [bank], by: [household]}", 8, "identifiers.types", "must have household"},
		{"columns: {airline: [customer_id]}", "by: [person]", 12, "analyses.match.by", "unknown key"},
		{"size: {to: [airline, bank]}", "union: {to: [airline, bank]}", 10, "analyses.union", "unknown key"},
		{"columns: {airline: [customer_id]}", "columns: {bank: [customer_id]}", 12, "analyses.match.columns", "does not learn"},
		{"columns: {airline: [customer_id]}", "columns: {}", 12, "analyses.match.columns", "left out"},
		{"columns: {airline: [customer_id]}", "blind: per-item", 12, "analyses.match.blind", "not offered"},
		{"size: {to: [airline, bank]}", "append: {to: [bank, airline], columns: {bank: [x]}}", 10, "analyses.append.to", "one member"},
		{"size: {to: [airline, bank]}", "append: {to: [bank], columns: {bank: [x]}}", 10, "analyses.append.columns", "other member"},
		{"size: {to: [airline, bank]}", "append: {to: [bank], columns: {airline: [x]}, schema: [{column: y, type: bool}]}", 10, "analyses.append.schema", "stand under columns"},
		{"size: {to: [airline, bank]}", "append: {to: [bank], columns: {airline: [x, y]}, schema: [{column: y, type: bool}]}", 10, "analyses.append.schema", "says nothing of \"x\""},
		{"size: {to: [airline, bank]}", "append: {to: [bank], columns: {airline: [x]}, schema: [{column: x, type: int, min: 0, max: 99, band: 1}]}", 10, "analyses.append.schema.x.band", "100 bands"},
		{"size: {to: [airline, bank]}", "append: {to: [bank], columns: {airline: [x]}, epoch_days: 31}", 10, "analyses.append.epoch_days", "1 to 30"},
		{"size: {to: [airline, bank]}", "append: {to: [bank, airline], columns: {airline: [x]}, epoch_days: 30}", 10, "analyses.append.epoch_days", "refused"},
		{"columns: {airline: [customer_id]}", "epoch_days: 0", 12, "analyses.match.epoch_days", "1 to 30"},
		{"size: {to: [airline, bank]}", "suppress: {to: [airline], epoch_days: 30}", 10, "analyses.suppress.epoch_days", "follow a row"},
		{"columns: {airline: [customer_id]}}", "epoch_days: 30}\nengine: vole", 13, "engine", "epoch_days"},
		{"[airline], columns: {airline: [customer_id]}", "[airline, bank], epoch_days: 30", 12, "analyses.match.epoch_days", "refused"},
		{"size: {to: [airline, bank]}", "size: {to: [airline], epoch_days: 30}", 10, "analyses.size.epoch_days", "whether it is shared"},
		{"size: {to: [airline, bank]}", "append: {to: [bank]}", 10, "analyses.append.columns", "missing"},
		{"size: {to: [airline, bank]}", "suppress: {to: [bank, airline]}", 10, "analyses.suppress.to", "one member"},
		{"size: {to: [airline, bank]}", "suppress: {to: [bank], columns: {airline: [x]}}", 10, "analyses.suppress.columns", "does not learn"},
		{"size: {to: [airline, bank]}", sold("to: [bank, airline]", "max_names: 5"), 10, "analyses.net_names.to", "one member"},
		{"size: {to: [airline, bank]}", sold("to: [airline]", "max_names: 5"), 10, "analyses.net_names.columns", "other member"},
		{"size: {to: [airline, bank]}", sold("to: [bank]", "blind: per-run"), 10, "analyses.net_names.blind", "unknown key"},
		{"size: {to: [airline, bank]}", sold("to: [bank]", "max_names: -1"), 10, "analyses.net_names.max_names", "whole number"},
		{"size: {to: [airline, bank]}", "net_names: {to: [bank], max_names: 5, schema: {x: date}}", 10, "analyses.net_names.columns", "missing"},
		{"size: {to: [airline, bank]}", "net_names: {to: [bank], max_names: 5, columns: {airline: [x]}}", 10, "analyses.net_names.schema", "missing"},
		{"size: {to: [airline, bank]}", types("{x: text}"), 10, "analyses.net_names.schema.x", "text 60"},
		{"size: {to: [airline, bank]}", types("{x: text 256}"), 10, "analyses.net_names.schema.x", "text 60"},
		{"size: {to: [airline, bank]}", types("{x: text 060}"), 10, "analyses.net_names.schema.x", "text 60"},
		{"size: {to: [airline, bank]}", types("{y: date}"), 10, "analyses.net_names.schema", `no "x"`},
		{"size: {to: [airline, bank]}", types("{x: date, y: date}"), 10, "analyses.net_names.schema", "does not stand under columns"},
		{"size: {to: [airline, bank]}", wide(9), 10, "analyses.net_names.schema", "bytes together"},
	}
}

// sold is a sale of the airline's, with some of its terms changed.
func sold(to, terms string) string {
	return "net_names: {" + to + ", columns: {airline: [x]}, schema: {x: date}, " + terms + "}"
}

// types is a sale of one column by a schema.
func types(schema string) string {
	return "net_names: {to: [bank], columns: {airline: [x]}, max_names: 5, schema: " + schema + "}"
}

// wide is a schema of so many texts.
func wide(n int) string {
	var columns, types []string
	for i := range n {
		columns = append(columns, fmt.Sprintf("c%d", i))
		types = append(types, fmt.Sprintf("c%d: text 255", i))
	}
	return "net_names: {to: [bank], max_names: 5, columns: {airline: [" + strings.Join(columns, ", ") + "]}, schema: {" + strings.Join(types, ", ") + "}}"
}

func badRules() []refusal {
	return []refusal{
		{"min_group_size: 50", "min_group: 50", 13, "rules.min_group", "unknown key"},
		{"min_group_size: 50", "min_group_size: '50'", 13, "rules.min_group_size", "whole number"},
		{"min_group_size: 50", "min_group_size: 1_000", 13, "rules.min_group_size", "whole number"},
		{"min_group_size: 50", "min_group_size: 0x50", 13, "rules.min_group_size", "whole number"},
		{"min_group_size: 50", "min_group_size: 050", 13, "rules.min_group_size", "whole number"},
		{"min_group_size: 50", "min_group_size: -50", 13, "rules.min_group_size", "whole number"},
		{"min_group_size: 50", "min_group_size: 99999999999999999999", 13, "rules.min_group_size", "whole number"},
		{"min_group_size: 50", "noise: some", 13, "rules.noise", "one of"},
		{"min_group_size: 50", "max_bytes: 10GB", 13, "rules.max_bytes", "10GiB"},
		{"min_group_size: 50", "max_bytes: 9999999TiB", 13, "rules.max_bytes", "at most"},
		{"min_group_size: 50", "max_rows: 999", 13, "rules.max_rows", "min_set_size"},
		{"epsilon_per_run: 1", "epsilon_per_run: 1e0", 13, "rules.epsilon_per_run", "number such as"},
		{"epsilon_per_run: 1", "epsilon_per_run: .inf", 13, "rules.epsilon_per_run", "number such as"},
		{"epsilon_budget: 10", "epsilon_budget: 0.5", 13, "rules.epsilon_budget", "less than one run"},
	}
}

func badTexts() []refusal {
	return []refusal{
		{"2026-01-01", "2026-02-30", 14, "valid.from", "day of the calendar"},
		{"2026-01-01", "yesterday", 14, "valid.from", "day of the calendar"},
		{"2026-01-01", "2027-01-01", 14, "valid.until", "before valid.from"},
		{"kind: partner", "kind: [", 0, "", "not YAML"},
		{"valid: {", "---\nvalid: {", 0, "", "more than one document"},
		{"kind: partner", "kind: partner\r", 2, "", "does not show"},
		{"kind: partner", "kind: partner \xff", 2, "", "UTF-8"},
		{"agreement:", "\ufeffagreement:", 1, "", "does not show"},
		{"kind: partner", "# PRIVATE+KEY+airline+x\nkind: partner", 2, "", "private key"},
		{"kind: partner", "— airline AAAA\nkind: partner", 2, "", "blank line"},
		{"purpose: M", "purpose: >\n  – airline AAAA\n  M", 4, "", "dash"},
		{"purpose: M", "purpose: >\n  — airline AAAA\n  M", 4, "", "dash"},
	}
}

func TestParseRefusesWholeFiles(t *testing.T) {
	h := newHouse(t)
	bomb := "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
	for _, text := range []string{"", "\n", "# nothing\n", "null", "[]", "text", bomb, strings.Repeat("[", 5000), sample + strings.Repeat("# \n", MaxSize/3)} {
		if _, err := Parse(h.fill(text)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

func TestOneKeyForTwo(t *testing.T) {
	h := newHouse(t)
	_, vkey, err := note.GenerateKey(nil, "bank")
	if err != nil {
		t.Fatal(err)
	}
	// The airline's key material under the name bank, with the hash that fits it.
	material := strings.SplitN(h.vkey["airline"], "+", 3)[2]
	h.vkey["bank"] = rehash(t, "bank", material)
	if _, err := Parse(h.fill(sample)); err == nil || !strings.Contains(err.Error(), "same key as airline") {
		t.Errorf("got %v", err)
	}
	h.vkey["bank"] = vkey
	mustParse(t, h.fill(sample))
}

func TestFloors(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		rule       string
		least      string // accepted
		below      string // refused
		leastExact string // accepted with noise: none
		belowExact string
	}{
		{"min_group_size", "10", "9", "1", "0"},
		{"min_set_size", "100", "99", "100", "99"},
		{"min_segment_rows", "20", "19", "20", "19"},
		{"min_list_size", "100", "99", "1", "0"},
		{"min_change", "100", "99", "100", "99"},
		{"runs_per_week", "1", "0", "1", "0"},
		{"round_to", "1", "0", "1", "0"},
		{"max_bytes", "1KiB", "0", "1", "0"},
		{"max_runs_at_once", "1", "0", "1", "0"},
		{"epsilon_per_run", "4", "4.000000001", "0.000000001", "0"},
		{"epsilon_budget", "20", "20.1", "1.5", "0.0"},
	} {
		parse := func(value, noise string) error {
			_, err := Parse(h.fill(with(t, "rules: {min_group_size: 50, epsilon_per_run: 1, epsilon_budget: 10, runs_per_week: 20}", fmt.Sprintf("rules: {%s: %s%s}", c.rule, value, noise))))
			return err
		}
		for value, noise := range map[string]string{c.least: "", c.leastExact: ", noise: none"} {
			if err := parse(value, noise); err != nil {
				t.Errorf("%s: %s%s: %v", c.rule, value, noise, err)
			}
		}
		if err := parse(c.below, ""); !errors.Is(err, ErrBelowFloor) {
			t.Errorf("%s: %s: %v", c.rule, c.below, err)
		}
		if err := parse(c.belowExact, ", noise: none"); !errors.Is(err, ErrBelowFloor) {
			t.Errorf("%s: %s with noise none: %v", c.rule, c.belowExact, err)
		}
	}
}

func TestIdentifierForms(t *testing.T) {
	h := newHouse(t)
	text := with(t, "[email, phone]", `[{type: exact, label: loyalty}, "exact:card", "sha256:email", name_dob]`)
	got := fmt.Sprint(mustParse(t, h.fill(text)).Terms.Identifiers.Types)
	if want := "[exact:loyalty exact:card sha256:email name_dob]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	alone := mustParse(t, h.fill(with(t, "[email, phone]", "[exact]"))).Terms.Identifiers.Types
	if len(alone) != 1 || alone[0] != (Identifier{Type: "exact"}) {
		t.Errorf("exact alone: %v", alone)
	}
}

func TestByteUnits(t *testing.T) {
	h := newHouse(t)
	for value, want := range map[string]uint64{"10GiB": 10 << 30, "256 GiB": 256 << 30, "1TiB": 1 << 40, "3KiB": 3072, "2MiB": 2 << 20, "1234": 1234} {
		a := mustParse(t, h.fill(with(t, "min_group_size: 50", "max_bytes: "+value)))
		if a.Terms.Rules.MaxBytes != want {
			t.Errorf("%s: %d, want %d", value, a.Terms.Rules.MaxBytes, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	h := newHouse(f)
	f.Add(h.fill(sample))
	f.Add(h.signed(f, sample))
	f.Add([]byte(Draft("airline", "bank")))
	f.Add(h.fill(sale(f)))
	f.Add([]byte(two(f, h)))
	f.Add(h.fill(changed(f, "kind: partner", "kind: affiliate\nbrands: {bank: B}\nversion: 2\nreplaces: sha256:"+strings.Repeat("0", 64))))
	f.Add(h.fill(strings.Replace(sample, "size: {to: [airline, bank]}", "append: {to: [airline], columns: {bank: [a, b, c]}, schema: [{column: a, type: enum, values: [x, y]}, {column: b, type: decimal, min: -1, max: 2.5, band: 0.5}, {column: c, type: date, min: 2000-01-01, max: 2026-01-01, band: year}]}", 1)))
	f.Add([]byte("a: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Parse(data)
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrBelowFloor) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		again := mustParse(t, a.Bytes())
		if again.Hash() != a.Hash() || len(Diff(a, again)) != 0 {
			t.Fatal("what was parsed does not come back")
		}
	})
}

func BenchmarkParse(b *testing.B) {
	h := newHouse(b)
	file := h.signed(b, sample)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(file); err != nil {
			b.Fatal(err)
		}
	}
}
