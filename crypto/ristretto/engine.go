package ristretto

import (
	"fmt"
	"os"
	"strings"

	"mandorla/crypto/ristretto/internal/lanes"
)

// engineVariable forces a tier, for tests and reports of faults.
const engineVariable = "MANDORLA_ENGINE"

// tiers are the engines that this machine can run, the fastest first.
var tiers = lanes.Tiers()

// active is the engine in use.
var active, engineError = pick(os.Getenv(engineVariable), tiers)

// Engine names the engine in use: "avx512ifma", "avx2" or "portable".
func Engine() string { return active.Name() }

// EngineError says that the engine asked for by MANDORLA_ENGINE is not to be had
// on this machine, so that another one is in use. It is nil if none was asked for.
func EngineError() error { return engineError }

// pick gives the engine of a name, or the fastest.
func pick(name string, from []lanes.Engine) (lanes.Engine, error) {
	if name == "" {
		return from[0], nil
	}
	var known []string
	for _, e := range from {
		if e.Name() == name {
			return e, nil
		}
		known = append(known, e.Name())
	}
	return from[0], fmt.Errorf("ristretto: %s=%.40q: no such engine on this machine, using %s; set it to one of: %s",
		engineVariable, name, from[0].Name(), strings.Join(known, ", "))
}
