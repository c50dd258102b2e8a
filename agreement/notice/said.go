package notice

import (
	"slices"
	"strings"
)

func representativeSaid(f Facts, _ string) bool {
	r := f.Company.Representative
	return r == nil || r.whole()
}

func officerSaid(f Facts, _ string) bool {
	o := f.Company.Officer
	return o.None || o.Name != "" && o.Contact != ""
}

func purposesSaid(f Facts, language string) bool {
	for _, p := range f.Sharing.Purposes {
		if p.Words.In(language) == "" {
			return false
		}
	}
	return len(f.Sharing.Purposes) > 0
}

func basesSaid(f Facts, _ string) bool {
	for _, p := range f.Sharing.Purposes {
		if f.Company.basis(p.Term).Kind == "" {
			return false
		}
	}
	return true
}

func interestsSaid(f Facts, language string) bool {
	for _, p := range f.Sharing.Purposes {
		b := f.Company.basis(p.Term)
		if b.Kind == LegitimateInterest && b.Interest.In(language) == "" {
			return false
		}
	}
	return true
}

// ownSaid: each column is described, and each label of an identifier.
func ownSaid(f Facts, language string) bool {
	for _, id := range f.Sharing.Identifiers {
		if _, label, labelled := strings.Cut(id, ":"); labelled && f.Company.Columns[label].In(language) == "" {
			return false
		}
	}
	return described(f, f.Sharing.Columns, "", language)
}

func partnersSaid(f Facts, _ string) bool {
	for _, member := range f.Sharing.Partners {
		if !f.Company.Partners[member].whole() {
			return false
		}
	}
	return len(f.Sharing.Partners) > 0
}

func receivedSaid(f Facts, language string) bool {
	theirs := slices.Concat(f.Sharing.Received, f.Sharing.Figures)
	return len(theirs) == 0 || described(f, theirs, f.Sharing.Partners[0]+".", language)
}

func described(f Facts, columns []string, prefix, language string) bool {
	for _, c := range columns {
		if f.Company.Columns[prefix+c].In(language) == "" {
			return false
		}
	}
	return true
}

func resultsSaid(f Facts, _ string) bool {
	for _, r := range f.Sharing.Results {
		if !r.said() {
			return false
		}
	}
	return len(f.Sharing.Results) > 0
}

func transfersSaid(f Facts, language string) bool {
	t := f.Company.Transfers
	for _, to := range t.To {
		if !allSaid([]Text{to.Country, to.Safeguard, to.Copy}, language) {
			return false
		}
	}
	return t.None || len(t.To) > 0
}

func jointSaid(f Facts, language string) bool {
	for _, member := range f.Sharing.Partners {
		if essence, joint := f.Company.Joint[member]; joint && essence.In(language) == "" {
			return false
		}
	}
	return true
}

func allSaid(texts []Text, language string) bool {
	for _, t := range texts {
		if t.In(language) == "" {
			return false
		}
	}
	return true
}
