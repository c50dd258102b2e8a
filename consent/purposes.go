package consent

import "strings"

// tcfPurposes are the purposes of the IAB framework (Policies, Appendix A) that
// a purpose of the W3C Data Privacy Vocabulary (https://w3id.org/dpv) needs:
// 1 store or read information, 3 and 4 make and use a profile for advertising,
// 7 measure advertising, 10 develop and improve services. What is not here, an
// entry has to name itself.
var tcfPurposes = map[string][]int{
	"marketing":                 {1, 3, 4},
	"directmarketing":           {1, 3, 4},
	"advertising":               {1, 3, 4},
	"personalisedadvertising":   {1, 3, 4},
	"targetedadvertising":       {1, 3, 4},
	"measurement":               {1, 7},
	"optimisationforconsumer":   {1, 10},
	"optimisationforcontroller": {1, 10},
	"serviceoptimisation":       {1, 10},
}

// word is a purpose in lower case and without its prefix.
func word(purpose string) string {
	purpose = strings.ToLower(strings.TrimSpace(purpose))
	return strings.TrimPrefix(purpose, "dpv:")
}
