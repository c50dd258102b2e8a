package identity

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrProfile is a profile or an identifier type that does not exist.
var ErrProfile = errors.New("identity: no such profile or type")

// A Profile says how values are normalised and hashed for publication.
//
//	            uid2-1            pair-1          google-cm-1             ca-drop-1        plain-1
//	gmail dots  removed (gmail)   kept            removed (+googlemail)   kept             kept
//	+tag        removed (gmail)   kept            kept                    kept             kept
//	phone       +E.164            E.164 digits    +E.164                  last 10 digits   as written
//	names       folded            folded          lower, no blanks        ASCII            as written, folded
//	hash        SHA-256 base64    SHA-256 hex     SHA-256 hex             SHA-256 base64   SHA-256 hex
//
// The source of each is the published rule of the scheme it is named after.
// Where a scheme says nothing about names, they are folded: NFKC and case,
// punctuation gone, one blank between words. Under plain-1 nothing is removed:
// values are trimmed, in NFKC and case-folded, and still have to be valid.
type Profile struct {
	name     string
	dots     []string // domains whose local parts lose their dots
	tags     []string // domains whose local parts lose their +tag
	phone    phoneForm
	first    style // of first names
	last     style
	postcode style
	line     style // of an address
	base64   bool
	verbatim bool // nothing is removed
}

var profiles = []*Profile{
	{name: "uid2-1", dots: []string{"gmail.com"}, tags: []string{"gmail.com"}, phone: plusE164Loose,
		first: wordsFolded, last: wordsFolded, postcode: joinedFolded, line: wordsFolded, base64: true},
	{name: "pair-1", phone: digitsE164,
		first: wordsFolded, last: wordsFolded, postcode: joinedFolded, line: wordsFolded},
	{name: "google-cm-1", dots: []string{"gmail.com", "googlemail.com"}, phone: plusE164,
		first: unspaced, last: joinedLower, postcode: joinedFolded, line: wordsFolded},
	{name: "ca-drop-1", phone: lastTen,
		first: wordsASCII, last: wordsASCII, postcode: joinedASCII, line: wordsASCII, base64: true},
	{name: "plain-1", phone: asWritten, verbatim: true,
		first: asItStands, last: asItStands, postcode: asItStands, line: asItStands},
}

// Profiles is the names of all profiles.
func Profiles() []string {
	names := make([]string, len(profiles))
	for i, p := range profiles {
		names[i] = p.name
	}
	return names
}

// Lookup finds a profile by its name.
func Lookup(name string) (*Profile, error) {
	i := slices.IndexFunc(profiles, func(p *Profile) bool { return p.name == name })
	if i < 0 {
		return nil, fmt.Errorf("%w: profile %.40q; there are %s", ErrProfile, name, strings.Join(Profiles(), ", "))
	}
	return profiles[i], nil
}

// Name is the profile's name with its version.
func (p *Profile) Name() string { return p.name }

// PublishedHash is the SHA-256 of a canonical value in the form that the
// profile's scheme publishes. No run uses it: it is for comparing with others.
func (p *Profile) PublishedHash(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	if p.base64 {
		return base64.StdEncoding.EncodeToString(sum[:])
	}
	return hex.EncodeToString(sum[:])
}
