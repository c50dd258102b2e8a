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
const knownAnswer = "b78af7029fbd2c3651f985a9f872a94559fc8b695b019af0ef7ec6961633746a"

// selfTest asks for an answer that every tier gives: nine points, so that all
// lanes are filled and one vector is not, mapped, multiplied, decoded and
// multiplied again.
func selfTest(e Engine) bool {
	const n = 9
	var uniform, points []byte
	for i := range n {
		sum := sha512.Sum512([]byte{byte(i)})
		uniform = append(uniform, sum[:]...)
	}
	k := sha512.Sum512_256([]byte("scalar"))
	k[Size-1] &= 15
	points = make([]byte, n*Size)
	e.MapMul(points, uniform, &k)
	if e.Mul(points, points, &k) != Fine {
		return false
	}
	sum := sha512.Sum512_256(points)
	return hex.EncodeToString(sum[:]) == knownAnswer
}
