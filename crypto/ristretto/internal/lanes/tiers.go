package lanes

import (
	"crypto/sha512"
	"encoding/hex"
)

// Tiers are the engines that this machine can run, the fastest first; the last
// is portable. A vector tier that fails its self-test is left out.
func Tiers() []Engine {
	var good []Engine
	for _, e := range vectorTiers() {
		if selfTest(e) {
			good = append(good, e)
		}
	}
	return append(good, Portable())
}

// knownAnswer is the SHA-512/256 of what selfTest computes.
const knownAnswer = "e0a3a67f3d607b647f4bad6e51a5f2471defc44a37a39ed3912d073b01f7b583"

// selfTest asks for an answer that every tier gives: nine points, so that all
// lanes are filled and one vector is not, mapped, multiplied, decoded and
// multiplied again, and nine powers.
func selfTest(e Engine) bool {
	const n = 9
	var uniform, scalars, points []byte
	for i := range n {
		sum := sha512.Sum512([]byte{byte(i)})
		uniform = append(uniform, sum[:]...)
		scalars = append(scalars, sum[:Size]...)
		scalars[len(scalars)-1] &= 15
	}
	k := sha512.Sum512_256([]byte("scalar"))
	k[Size-1] &= 15
	points = make([]byte, n*Size)
	e.MapMul(points, uniform, &k)
	if e.Mul(points, points, &k) != Fine {
		return false
	}
	e.Power(scalars, scalars)
	sum := sha512.Sum512_256(append(points, scalars...))
	return hex.EncodeToString(sum[:]) == knownAnswer
}
