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

// small is an agreement on numbers alone, by consent.
func small(t testing.TB) Facts {
	return Facts{company(t), Sharing{
		Agreement: "skyline-2026", ID: "sha256:00", Kind: "partner", Partner: "bank",
		Purpose:     "Measure the overlap of the co-branded card",
		Purposes:    []Purpose{{"dpv:Marketing", Text{"to market products", "um Produkte zu vermarkten"}}},
		Identifiers: []string{"email", "phone"}, Columns: []string{"tier"},
		Results:      []Result{{"size", true, true}, {"aggregate", true, true}},
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
	f.Sharing.Results = []Result{{"size", true, false}, {"aggregate", false, true}, {"match", true, true}, {"append", true, true}, {"suppress", true, true}, {"net_names", true, true}}
	f.Sharing.Exact = true
	f.Sharing.Keeps = Period{12, "month"}
	f.Sharing.Onward = "to nobody,\n  but for banks of the group"
	f.Sharing.DeleteBy = time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC)
	return f
}

// client is one whose vendor works for it.
func client(t testing.TB) Facts {
	f := small(t)
	f.Sharing.Kind, f.Sharing.Results = "service-provider", []Result{{"append", true, false}}
	f.Sharing.Received = []string{"age"}
	f.Company.Columns["bank.age"] = Text{"your age", "Ihr Alter"}
	return f
}

// sister is one of a group, with a list for the other side.
func sister(t testing.TB) Facts {
	f := small(t)
	f.Sharing.Kind, f.Sharing.Results = "affiliate", []Result{{"match", false, true}}
	f.Sharing.Keeps = Period{1, "year"}
	f.Company.Bases = map[string]Basis{DefaultBasis: {LegitimateInterest, Text{"We want to treat you well in all our shops.", "Wir wollen Sie in allen unseren Läden gut behandeln."}}}
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
	return map[string]Facts{"small": small(t), "large": large(t), "client": client(t), "sister": sister(t)}
}
