package notice

// A point is something that Art. 13 or 14 ask for.
type point struct {
	point, law, where string
	said              func(f Facts, language string) bool
	processor         bool // Art. 30(2) asks it of a company that works for another, too
}

// points lists those of the notice in the order of Art. 13.
var points = []point{
	{"who you are and how to reach you", "Art. 13(1)(a), 14(1)(a)", "controller: name, address and contact in notice.yaml", func(f Facts, _ string) bool { return f.Company.Controller.whole() }, true},
	{"the representative in the Union", "Art. 13(1)(a), 14(1)(a)", "representative: name, address and contact in notice.yaml", representativeSaid, true},
	{"the data protection officer, or that there is none", "Art. 13(1)(b), 14(1)(b)", "officer in notice.yaml", officerSaid, true},
	{"the purposes", "Art. 13(1)(c), 14(1)(c)", "purposes in the agreement", purposesSaid, false},
	{"the legal basis of each purpose", "Art. 13(1)(c), 14(1)(c)", "bases in notice.yaml", basesSaid, false},
	{"which legitimate interest", "Art. 13(1)(d), 14(2)(b)", "bases: interest in notice.yaml", interestsSaid, false},
	{"the categories of data: the identifiers", "Art. 14(1)(d)", "identifiers in the agreement", func(f Facts, _ string) bool { return len(f.Sharing.Identifiers) > 0 }, false},
	{"the categories of data: what each column holds", "Art. 14(1)(d)", "columns in notice.yaml", ownSaid, false},
	{"the categories of data: what each column that comes from the partner holds", "Art. 14(1)(d)", "columns, under PARTNER.COLUMN, in notice.yaml", receivedSaid, false},
	{"each partner and how to reach it", "Art. 13(1)(e), 14(1)(e)", "partners, under each partner's member name, in notice.yaml", partnersSaid, true},
	{"the other recipients", "Art. 13(1)(e), 14(1)(e)", "recipients in notice.yaml", func(f Facts, l string) bool { return allSaid(f.Company.Recipients, l) }, false},
	{"what each side learns", "Art. 13(1)(e), 14(1)(e)", "analyses in the agreement", resultsSaid, false},
	{"the transfers to third countries, or that there are none", "Art. 13(1)(f), 14(1)(f)", "transfers in notice.yaml", transfersSaid, true},
	{"the first and the last day", "Art. 13(2)(a), 14(2)(a)", "valid in the agreement", func(f Facts, _ string) bool { return !f.Sharing.From.IsZero() && !f.Sharing.Until.IsZero() }, false},
	{"how long the data is kept", "Art. 13(2)(a), 14(2)(a)", "retention in notice.yaml", func(f Facts, l string) bool { return f.Company.Retention.In(l) != "" }, false},
	{"where people turn to with their rights, to object and to withdraw", "Art. 13(2)(b), (c), 14(2)(c), (d)", "requests in notice.yaml", func(f Facts, l string) bool { return f.Company.Requests.In(l) != "" }, false},
	{"the authority that takes complaints", "Art. 13(2)(d), 14(2)(e)", "authority: name, address and contact in notice.yaml", func(f Facts, _ string) bool { return f.Company.Authority.whole() }, false},
	{"whether people must give the data", "Art. 13(2)(e)", "required in notice.yaml", func(f Facts, l string) bool { return f.Company.Required.In(l) != "" }, false},
	{"the source of the data", "Art. 14(2)(f)", "source in notice.yaml", func(f Facts, l string) bool { return f.Company.Source.In(l) != "" }, false},
	{"automated decisions, or that there are none", "Art. 13(2)(f), 14(2)(g)", "automated_decisions in notice.yaml", func(f Facts, l string) bool { return f.Company.Decisions.None || f.Company.Decisions.What.In(l) != "" }, false},
	{"the essence of the joint arrangement", "Art. 26(2)", "joint in notice.yaml", jointSaid, false},
}

// recordPoints lists what Art. 30 asks for beside those of the notice.
var recordPoints = []point{
	{"whose data it is", "Art. 30(1)(c)", "customers in notice.yaml", func(f Facts, l string) bool { return f.Company.Customers.In(l) != "" }, false},
	{"how the data is kept safe", "Art. 30(1)(g)", "security_measures in notice.yaml", func(f Facts, l string) bool { return len(f.Company.Measures) > 0 && allSaid(f.Company.Measures, l) }, true},
}
