package agreement

import "strings"

// Draft gives a commented agreement to fill in, for the two members named; names
// left out become first and second, further ones are ignored. It parses once
// each NAME+KEY has been replaced by the verifier key that the member's init
// printed, and its comments explain every field.
func Draft(names ...string) string {
	members := []string{"first", "second"}
	copy(members, names)
	return strings.NewReplacer("FIRST", members[0], "SECOND", members[1]).Replace(draft)
}

const draft = `# An agreement between two companies on what their nodes may compute together.
# Fill it in, agree on every line, then each side adds its signature with
#   mandorla agreement sign FILE
# Signatures cover this text to the byte, comments included: once one side has
# signed, any change needs both to sign anew.

# The agreement's own name: letters, digits, dots, dashes.
agreement: our-agreement-1
# A signed agreement is never changed. What is to change goes into a new version,
# which names the hash of the one that it replaces, as "agreement show" prints it.
# version: 2
# replaces: "sha256:HASH"

# service-provider: one side works for the other.   affiliate: both belong to one group.
# partner: two companies measure together.          sale: data is given for value.
kind: partner

# Why this is done, in words that a customer may read.
purpose: Measure how many customers we share
# The same in terms of the W3C Data Privacy Vocabulary (https://w3id.org/dpv).
# purposes: [dpv:CommercialResearch, dpv:Marketing]

# Each member's name and the line that its node's init printed (identity.pub).
# The name is the key's own name.
# Where two different people a side are to sign, write each member's keys as a list
# of two to four, its node's first, each made with a name of its own:
#   signatures_per_member: 2
#   FIRST: ["FIRST+KEY", "the line of another person's identity.pub"]
members:
  FIRST: "FIRST+KEY"
  SECOND: "SECOND+KEY"

# A node without data that joins for both, in size and aggregate, and that neither
# member operates. It signs like a member, and adds the noise once. Without it the
# two nodes join for each other; docs/helper.md says when it is worth having.
# helper: {verifier: "the line of its identity.pub"}

# The dataset that each member brings, as its own node.yaml calls it.
datasets: {FIRST: customers, SECOND: customers}

identifiers:
  # How values are brought into one form before they are compared. Both sides use the same.
  profile: uid2-1
  # What is compared, in order of priority, one to four of: email, phone,
  # name_postcode, name_dob, address, household, exact:LABEL, sha256:LABEL.
  # exact alone stands for all the exact identifiers of the datasets, in their order.
  types: [email, phone]

# What may be run. "to" says who learns the result; leave out what is not wanted.
analyses:
  # size: how many customers are shared, not who they are. "by: [person, household]" beside "to" lets
  # runs count households as well, by the identifier of that type, which customers are then not counted by.
  size: {to: [FIRST, SECOND]}
  # match: which of its own customers are shared; this names people to whoever stands under "to".
  # "columns" are the learner's own columns that may stand beside its row number.
  # "blind: per-run" may be written; it is the only way this version offers.
  # "epoch_days: 7" of a match to one member, or of append, lets the other keep its key that many days,
  # at most 30: runs within them take the time that what is new takes, and the learner sees what changes.
  # match: {to: [FIRST], columns: {FIRST: [customer_id]}}
  #
  # aggregate: shared customers counted by groups of both sides, with sums of "measures" over each group;
  # every figure carries noise, so it cannot go with "noise: none", but with a helper and without measures.
  # aggregate: {to: [FIRST, SECOND], dimensions: {FIRST: [tier], SECOND: [product]}, measures: {SECOND: [spend]}}
  #
  # append: the other's columns for one's own shared customers; this names people to whoever stands under "to".
  # "schema" says of each column which values are told apart: of "type: enum" the values, of int, decimal and
  # date where bands begin and end and how wide they are (of a date: month, quarter, year or decade), of text the
  # most bytes; bool has two. A value that fewer than min_group_size people have is not sent.
  # append: {to: [FIRST], columns: {SECOND: [age_band]}, schema: [{column: age_band, type: enum, values: [18-29, 30-44, 45-64, 65+]}]}
  #
  # suppress: the list of whoever stands under "to", less everybody on the other's, such as a
  # mailing list less the objections. It tells which rows were struck. All rows of the other's
  # dataset take part, so that dataset holds the objections and nothing else.
  # suppress: {to: [FIRST], columns: {FIRST: [customer_id]}}
  #
  # net_names: whoever stands under "to" is given those rows of the other's dataset that it does not
  # hold, at most so many in a run, and of each the columns named. Their widths are fixed by "schema":
  # text and the most bytes of it, up to 255, integer, or date. The other learns how many were taken,
  # and not which. The home of this is kind: sale.
  # net_names: {to: [FIRST], columns: {SECOND: [name, since]}, schema: {name: text 60, since: date}, max_names: 50000}

# Rows may leave a node only where this says so, and each node's own policy.yaml too:
# of the list that match gives, the columns named here, sealed to a recipient's key,
# with made-up rows among them that tell the file. The recipient deletes it in time
# and signs for that, or else the sender's node suspends the agreement. A recipient
# that is no member needs a verifier key too: NAME: {key: "…", verifier: "NAME+…"}.
# activate: {recipients: {SECOND: "age1…"}, columns: {FIRST: [customer_id]}, delete_within_days: 30, decoys: 10}
#
# What the lists of a match or append to one member are compared under. "vole" is for
# lists of many millions: many times faster, and of a younger assumption than "dh".
# engine: vole

# Where the people are: countries and states as in ISO 3166, or EU, EEA. What the
# law asks there is looked up before every run; where nothing is known of it, a
# consent is asked for. If this is left out, nobody looks it up.
# jurisdictions: [DE, GB, US-CA]

# How long a member keeps what it learned, to whom it may pass it on, and the last
# day by which it has deleted it. A sale has to say all three, and jurisdictions.
# retention: 12 months
# onward_transfer: to nobody
# delete_by: 2027-12-31

# Of a service-provider: who works for the other, and "own" where what the vendor
# brings is its own and no client's, so that it may serve several clients.
# vendor: SECOND
# vendor_data: own
#
# Of an affiliate: the brand by which the notices to customers name each member.
# brands: {FIRST: First Brand, SECOND: Second Brand}
#
# Of a partner: both market one financial product together, so that objections
# under financial privacy law do not keep people out where that law excuses it.
# joint_marketing: true

rules:
  # Counts and sums carry noise, and no node sees a true one. "noise: none" would make
  # counts exact: an exact count tells both nodes the true number, even one that is then
  # suppressed in the result.
  # noise: none
  # A count below this many people is suppressed. Floor 10; with noise: none, 1.
  min_group_size: 50
  # Usable rows that each side must bring. Floor 100.
  min_set_size: 1000
  # Rows behind each value of a dimension; rarer values become "other". Floor 20.
  min_segment_rows: 100
  # Rows that a list of matches must have, else it is withheld. Floor 100; with noise: none, 1.
  min_list_size: 1000
  # Privacy budget: what one run spends, at most 4, and what all runs together may
  # spend, at most 20. It never refreshes. It counts only where noise is added.
  epsilon_per_run: 1
  epsilon_budget: 10
  # Runs in seven days.
  runs_per_week: 20
  # Rows by which an input must differ from an earlier one, unless it is the same. Floor 100.
  min_change: 1000
  # Counts are rounded to a multiple of this; 1 leaves them as they are.
  round_to: 1
  # Limits on load: rows a side, bytes that one side may send in a run (digits, or
  # KiB, MiB, GiB, TiB), and runs of this agreement at one time.
  max_rows: 100000000
  max_bytes: 256GiB
  max_runs_at_once: 4

# First and last day, both included, by the clock of UTC.
valid: {from: 2026-01-01, until: 2026-12-31}
`
