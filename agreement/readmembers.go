package agreement

import (
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/sumdb/note"

	"mandorla/agreement/strict"
)

// leastMembers and mostMembers are how many members an agreement has, and maxKeys
// how many people may sign for one.
const (
	leastMembers = 2
	mostMembers  = 10 // PROTOCOLS.md §7
	maxKeys      = 4
)

// signers are the members, and the keys that may sign for them.
type signers struct {
	nodes map[string]string    // member to the key of its node
	keys  map[string][]string  // member to all its keys, its node's first
	byKey map[string]signatory // by the name of the key
}

// A signatory is a key that may sign for a member.
type signatory struct {
	member   string
	verifier note.Verifier
}

func (r reader) signaturesPerMember(s strict.Section) int {
	n, ok := s.Has("signatures_per_member")
	if !ok {
		return 1
	}
	count := r.Count(n, "signatures_per_member", 1)
	if count > 2 {
		r.Fail(n, "signatures_per_member", "must be 1 or 2")
	}
	return int(count)
}

// members reads each member's key, or the keys of the people who sign for it.
func (r reader) members(n *yaml.Node, signatures int) signers {
	all := signers{map[string]string{}, map[string][]string{}, map[string]signatory{}}
	holder := map[string]string{} // of a key's material
	for _, p := range r.Pairs(n, "members") {
		if err := strict.CheckName(p.Name); err != nil {
			r.Fail(p.Key, p.Path, "the name %v", err)
		}
		for i, item := range r.keyNodes(p, signatures) {
			key := r.Text(item, p.Path)
			v, err := note.NewVerifier(key)
			if err != nil {
				r.Fail(item, p.Path, "not a verifier key; write the line of this member's identity.pub")
				continue
			}
			if i == 0 && v.Name() != p.Name {
				r.Fail(item, p.Path, "the key was made for %.64q; the member's name must be the key's name", v.Name())
			}
			material := strings.SplitN(key, "+", 3)[2] // name+hash+material; NewVerifier saw all three
			if other, ok := holder[material]; ok {
				r.Fail(item, p.Path, "the same key as %s; each signer has its own", other)
			}
			if other, ok := all.byKey[v.Name()]; ok {
				r.Fail(item, p.Path, "a key of this name stands under %s too; each signer has a name of its own", other.member)
			}
			holder[material] = p.Name
			all.byKey[v.Name()] = signatory{p.Name, v}
			all.keys[p.Name] = append(all.keys[p.Name], key)
		}
		if len(all.keys[p.Name]) > 0 {
			all.nodes[p.Name] = all.keys[p.Name][0]
		}
	}
	if len(all.keys) < leastMembers || len(all.keys) > mostMembers {
		r.Fail(n, "members", "must be %d, or up to %d for multi", leastMembers, mostMembers)
	}
	return all
}

// keyNodes are the places of a member's keys: one where one signature will do,
// else a list.
func (r reader) keyNodes(p strict.Pair, signatures int) []*yaml.Node {
	if signatures == 1 {
		return []*yaml.Node{p.Value}
	}
	r.Plain(p.Value, p.Path)
	if p.Value.Kind != yaml.SequenceNode || len(p.Value.Content) < signatures || len(p.Value.Content) > maxKeys {
		r.Fail(p.Value, p.Path, "must be a list of %d to %d keys, the node's first, for signatures_per_member is %d", signatures, maxKeys, signatures)
		return nil
	}
	return p.Value.Content
}
