package list

import (
	"testing"

	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

// TestEpochs makes random runs of random epochs.
func TestEpochs(t *testing.T) { matchtest.Epochs(t, OneSided) }

// TestEpochLies has either side lie in a later run.
func TestEpochLies(t *testing.T) { matchtest.EpochLies(t, OneSided, wire.KindDirectory) }

// TestListedTwice has the evaluator let identifiers stand twice.
func TestListedTwice(t *testing.T) { matchtest.ListedTwice(t, OneSided) }
