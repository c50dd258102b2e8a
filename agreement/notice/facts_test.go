package notice

import (
	"testing"
	"time"
)

// company is the draft, read.
func company(t testing.TB) Company {
	t.Helper()
	c, err := ReadCompany([]byte(Draft()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// of is an analysis between two: who learns it, and what crosses if anything does.
func of(analysis string, own, peer bool) Result {
	r := Result{Analysis: analysis, Own: own}
	if peer {
		r.Peers = []string{"bank"}
		if natures[analysis].crosses {
			r.Gives = []string{"tier"}
		}
	}
	r.What = map[string][]string{"size": {"person"}, "multi": {"pairs", "reach", "regions"}}[analysis]
	return r
}

// small is an agreement on numbers alone, by consent.
func small(t testing.TB) Facts {
	return Facts{company(t), Sharing{
		Agreement: "skyline-2026", ID: "sha256:00", Kind: "partner", Partners: []string{"bank"},
		Purpose:     "Measure the overlap of the co-branded card",
		Purposes:    []Purpose{{"dpv:Marketing", Text{"to market products", "um Produkte zu vermarkten"}}},
		Identifiers: []string{"email", "phone"}, Columns: []string{"tier"},
		Results:      []Result{of("size", true, true), of("aggregate", true, true)},
		MinGroupSize: 50,
		From:         time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC),
	}}
}

// large is an agreement of everything at once, a sale, by legitimate interest.
func large(t testing.TB) Facts {
	f := small(t)
	f.Company.Representative = &Party{"Example Air EU", "2 Quay, Dublin 2, Ireland", "eu@air.example"}
	f.Company.Officer = Officer{None: true}
	f.Company.Joint = map[string]Text{"bank": {"You can turn to either of us.", "Sie können sich an jede von uns wenden."}}
	f.Company.Bases["dpv:ServiceUsageAnalytics"] = Basis{LegitimateInterest, Text{"We want to know how well our card serves people.", "Wir wollen wissen, wie gut unsere Karte den Menschen dient."}}
	f.Company.Bases["dpv:LegalCompliance"] = Basis{Kind: LegalObligation}
	f.Company.Bases["dpv:ServiceProvision"] = Basis{Kind: Contract}
	f.Company.Columns["bank.product"] = Text{"which card you hold", "welche Karte Sie haben"}
	f.Company.Columns["member_no"] = Text{"your member number", "Ihre Mitgliedsnummer"}
	f.Company.Transfers = Transfers{To: []Transfer{{Text{"the United States", "die USA"}, Text{"the EU has found that the law there guards data well enough", "die EU hat festgestellt, dass das Recht dort Daten genügend schützt"}, Text{"Ask us for a copy.", "Fragen Sie uns nach einer Kopie."}}}}
	f.Company.Decisions = Decisions{What: Text{"A program picks who gets an offer. You can ask that a person looks at it.", "Ein Programm wählt aus, wer ein Angebot bekommt. Sie können verlangen, dass ein Mensch es prüft."}}
	f.Sharing.Kind = "sale"
	f.Sharing.Purposes = append(f.Sharing.Purposes,
		Purpose{"dpv:ServiceUsageAnalytics", Text{"to measure how a service is used", "um zu messen, wie ein Dienst genutzt wird"}},
		Purpose{"dpv:LegalCompliance", Text{"to obey the law", "um das Gesetz zu befolgen"}},
		Purpose{"dpv:ServiceProvision", Text{"to give a service", "um einen Dienst zu erbringen"}})
	f.Sharing.Identifiers = []string{"email", "phone", "name_postcode", "name_dob", "address", "household", "exact", "exact:member_no"}
	f.Sharing.Received = []string{"product"}
	f.Sharing.Results = []Result{{Analysis: "size", Own: true, What: []string{"person", "household"}}, of("aggregate", false, true), of("match", true, true), of("append", true, true), of("suppress", true, true), of("net_names", true, true)}
	f.Sharing.Exact = true
	f.Sharing.Keeps = Period{12, "month"}
	f.Sharing.Onward = "to nobody,\n  but for banks of the group"
	f.Sharing.DeleteBy = time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC)
	return f
}

// client is one whose vendor works for it.
func client(t testing.TB) Facts {
	f := small(t)
	f.Sharing.Kind, f.Sharing.Results = "service-provider", []Result{of("append", true, false)}
	f.Sharing.Received = []string{"age"}
	f.Sharing.KeyLasts = Period{7, "day"}
	f.Company.Columns["bank.age"] = Text{"your age", "Ihr Alter"}
	return f
}

// sister is one of a group, with a list for the other side.
func sister(t testing.TB) Facts {
	f := small(t)
	f.Sharing.Kind, f.Sharing.Results = "affiliate", []Result{of("match", false, true)}
	f.Sharing.Keeps = Period{1, "year"}
	f.Company.Bases = map[string]Basis{DefaultBasis: {LegitimateInterest, Text{"We want to treat you well in all our shops.", "Wir wollen Sie in allen unseren Läden gut behandeln."}}}
	return f
}

// brands is one of three of a group, whose office counts.
func brands(t testing.TB) Facts {
	f := sister(t)
	f.Company.Partners["cars"] = Party{"Example Cars Ltd", "4 Lane, 20095 Hamburg, Germany", "privacy@cars.example"}
	f.Company.Partners["office"] = Party{Name: "Group Privacy Office"}
	f.Sharing.Partners, f.Sharing.Combiner, f.Sharing.Columns = []string{"bank", "cars"}, "office", nil
	f.Sharing.Brands = map[string]string{"cars": "Wheels", "bank": "Example Bank AG"}
	f.Sharing.Results = []Result{{Analysis: "multi", Own: true, Peers: []string{"cars"}, What: []string{"pairs", "reach", "regions"}}}
	return f
}

// pairs are three that compare two by two.
func pairs(t testing.TB) Facts {
	f := brands(t)
	f.Sharing.Kind, f.Sharing.Combiner = "partner", ""
	f.Sharing.Results = []Result{{Analysis: "multi", Own: true, Peers: []string{"bank", "cars"}, What: []string{"pairs"}}}
	f.Company.Joint = map[string]Text{"cars": {"You can turn to either of us.", "Sie können sich an jede von uns wenden."}}
	return f
}

// seller is a company that sells people whom the buyer does not have.
func seller(t testing.TB) Facts {
	f := small(t)
	f.Sharing.Kind, f.Sharing.Results = "sale", []Result{of("net_names", false, true)}
	return f
}

// keeper has a list by which the other side takes people off its own.
func keeper(t testing.TB) Facts {
	f := small(t)
	f.Sharing.Results = []Result{of("suppress", false, true)}
	return f
}

// vendor is a company that works for its client.
func vendor(t testing.TB) Facts {
	f := client(t)
	f.Sharing.Processor = true
	f.Company = Company{Controller: f.Company.Controller, Officer: f.Company.Officer, Partners: f.Company.Partners, Transfers: f.Company.Transfers, Measures: f.Company.Measures}
	return f
}

func everything(t testing.TB) map[string]Facts {
	return map[string]Facts{"small": small(t), "large": large(t), "client": client(t), "sister": sister(t),
		"brands": brands(t), "pairs": pairs(t), "seller": seller(t), "keeper": keeper(t)}
}
