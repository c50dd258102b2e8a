package agreement

import "errors"

// ErrRefused: the agreement can be read, but a run under it may not start. Every
// [*Refusal] wraps it.
var ErrRefused = errors.New("refused")

// A Code names a reason to refuse, for programs, receipts and the partner's node.
// Codes stay as they are for good.
type Code string

// The codes: first those of the kinds of agreement, then those of a node's own
// policy.
const (
	CodeProcessorCombine  Code = "ROLE_PROCESSOR_COMBINE"
	CodeNoticeMissing     Code = "AFFILIATE_NOTICE_MISSING"
	CodeConsentRequired   Code = "CONSENT_REQUIRED"
	CodeOptOutRequired    Code = "OPT_OUT_REQUIRED"
	CodeSignalRequired    Code = "GPC_REQUIRED"
	CodeNoticeRequired    Code = "NOTICE_REQUIRED"
	CodeAgeRequired       Code = "AGE_REQUIRED"
	CodeFinancialOptOut   Code = "FINANCIAL_OPT_OUT_REQUIRED"
	CodeSaleNoOfficer     Code = "SALE_NO_OFFICER"
	CodeSaleTermsMissing  Code = "SALE_TERMS_MISSING"
	CodeSaleStaleDrop     Code = "SALE_STALE_DROP"
	CodeLegalRulesStale   Code = "LEGAL_RULES_STALE"
	CodePolicyKind        Code = "POLICY_KIND"
	CodePolicyPartner     Code = "POLICY_PARTNER"
	CodePolicyAnalysis    Code = "POLICY_ANALYSIS"
	CodePolicyActivate    Code = "POLICY_ACTIVATE"
	CodePolicyPlace       Code = "POLICY_JURISDICTION"
	CodePolicyEligibility Code = "POLICY_ELIGIBILITY"
	CodePolicyContradict  Code = "POLICY_RULES_CONTRADICT"
)

// sentences say what each code stands for.
var sentences = map[Code]string{
	CodeProcessorCombine:  "A vendor may not use one client's data together with another client's.",
	CodeNoticeMissing:     "Between sister brands a record takes part only if its notice names the sister brand; the dataset has no notice column.",
	CodeConsentRequired:   "Where the law asks for a consent, the dataset has a column that can hold one.",
	CodeOptOutRequired:    "Where the law lets people object, the dataset has a column or list of those who did.",
	CodeSignalRequired:    "Where the law makes a browser's signal count, the dataset has a column that can hold it.",
	CodeNoticeRequired:    "Where the law asks that people are told, the member has a complete notice, or the dataset a notice column.",
	CodeAgeRequired:       "Where the law protects the young, the dataset has an age column that leaves them out.",
	CodeFinancialOptOut:   "Whoever objected under financial privacy law is left out, unless the agreement is joint marketing and the law excuses it; the dataset says who did.",
	CodeSaleNoOfficer:     "A sale stays off until a privacy officer, named in the node's own policy, has signed.",
	CodeSaleTermsMissing:  "A sale lists jurisdictions and says retention, onward transfer and the day by which all is deleted.",
	CodeSaleStaleDrop:     "A sale stops unless requests for deletion were downloaded in the last 45 days, where the law asks to look them up.",
	CodeLegalRulesStale:   "A sale stops while the legal rules are more than 180 days old.",
	CodePolicyKind:        "The node's own policy does not allow this kind of agreement.",
	CodePolicyPartner:     "The node's own policy does not allow this partner.",
	CodePolicyAnalysis:    "The node's own policy does not allow this analysis.",
	CodePolicyActivate:    "The node's own policy does not let rows leave to this recipient.",
	CodePolicyPlace:       "The node's own policy does not allow where the people are, or the agreement does not say it.",
	CodePolicyEligibility: "The node's own policy asks that the dataset says who may take part.",
	CodePolicyContradict:  "The stricter of the rules leave no run possible.",
}

// Sentence says in words what the code stands for; empty for a code that is none.
func (c Code) Sentence() string { return sentences[c] }

// A Refusal is why this node does not start a run.
type Refusal struct {
	Code Code
	Why  string // what is wrong and what to do, in one line, for this node's own people
	Told string // what the partner's node is told beside the code; it says nothing of this node's files
}

// Error is one line: the code, then why.
func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Why }

// Unwrap gives ErrRefused.
func (r *Refusal) Unwrap() error { return ErrRefused }
