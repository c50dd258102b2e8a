package node

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"mandorla/agreement"
	"mandorla/node/flight/flighttest"
)

// office is the combiner of every ring.
const office = "office"

// A ring is a house of several brands and a combiner, on loopback.
type ring struct {
	*house
	brands  []string
	release string
	word    string               // that names the office in the agreement
	proxies map[[2]string]*proxy // from the one to the other
}

// newRing makes the nodes of brands whose tables are of e-mail addresses.
func newRing(t testing.TB, tables map[string][]string, brands ...string) *ring {
	t.Helper()
	h := &house{t: t, least: 256, dir: t.TempDir(), keys: map[string]string{}, datasets: map[string]string{}, ledgers: map[string]string{},
		addresses: map[string]string{}, rules: "{min_group_size: 10, min_set_size: 100, epsilon_per_run: 4, epsilon_budget: 20}", name: "brands",
		types: "[email]", profile: "uid2-1", kind: "partner", valid: "{from: 2020-01-01, until: 2999-12-31}"}
	r := &ring{house: h, brands: brands, release: "[pairs, reach]", word: "combiner", proxies: map[[2]string]*proxy{}}
	for _, name := range append([]string{office}, brands...) {
		key, err := Init(h.folder(name), name, "")
		if err != nil {
			t.Fatal(err)
		}
		h.keys[name] = key
		if h.addresses[name], err = flighttest.FreeAddress(); err != nil {
			t.Fatal(err)
		}
		if name == office {
			continue
		}
		h.datasets[name] = fmt.Sprintf("    source: people.csv\n%s", byEmail)
		h.table(filepath.Join(name, "people.csv"), "email", tables[name])
	}
	r.configure()
	return r
}

// configure writes every node's node.yaml.
func (r *ring) configure() {
	for name := range r.keys {
		var b strings.Builder
		fmt.Fprintf(&b, "name: %s\nlisten: %s\npeers:\n", name, r.addresses[name])
		for peer := range r.keys {
			address := r.addresses[peer]
			if p := r.proxies[[2]string{name, peer}]; p != nil {
				address = p.l.Addr().String()
			}
			if peer != name && address != "" {
				fmt.Fprintf(&b, "  %s: {address: %s}\n", peer, address)
			}
		}
		if d, ok := r.datasets[name]; ok {
			fmt.Fprintf(&b, "datasets:\n  people:\n%s", d)
		}
		r.write(filepath.Join(name, configFile), b.String())
	}
}

// agree makes an agreement, signed and accepted by all.
func (r *ring) agree() *agreement.Agreement {
	r.t.Helper()
	var members, datasets []string
	for _, b := range r.brands {
		members = append(members, fmt.Sprintf("%s: %q", b, r.keys[b]))
		datasets = append(datasets, b+": people")
	}
	analyses := r.analyses
	if analyses == "" {
		analyses = fmt.Sprintf("{multi: {to: [%s], release: %s}}", strings.Join(r.brands, ", "), r.release)
	}
	combiner := fmt.Sprintf("%s: {%s: %q}\n", r.word, office, r.keys[office])
	all := append([]string{office}, r.brands...)
	if strings.Contains(analyses, "topology: pairs") {
		combiner, all = "", r.brands
	}
	text := fmt.Sprintf("agreement: %s\nkind: %s\n%spurpose: Test\nmembers: {%s}\n%sdatasets: {%s}\nidentifiers: {profile: %s, types: %s}\nanalyses: %s\nrules: %s\nvalid: %s\n",
		r.name, r.kind, r.more, strings.Join(members, ", "), combiner, strings.Join(datasets, ", "), r.profile, r.types, analyses, r.rules, r.valid)
	path := r.write(r.name+".yaml", text)
	for _, name := range all {
		if _, err := Sign(r.folder(name), path, nil); err != nil {
			r.t.Fatal(err)
		}
	}
	for _, name := range all {
		if _, err := Accept(r.folder(name), path); err != nil {
			r.t.Fatal(err)
		}
	}
	a, err := ReadAgreement(path)
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

// serveAll starts every node but the first brand's, which starts runs.
func (r *ring) serveAll(o func(name string) Options) {
	for _, name := range append([]string{office}, r.brands[1:]...) {
		r.serve(name, o(name))
	}
}

// noOptions is no options.
func noOptions(string) Options { return Options{} }

// guests are addresses by number.
func guests(numbers ...int) (out []string) {
	for _, n := range numbers {
		out = append(out, fmt.Sprintf("customer%d@example.com", n))
	}
	return out
}

// span is the numbers from one on, up to before another.
func span(from, to int) (out []int) {
	for n := from; n < to; n++ {
		out = append(out, n)
	}
	return out
}
