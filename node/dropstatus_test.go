package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mandorla/consent/optout"
)

// TestDropStatus: the status files say of each request whether the dataset holds it,
// for whichever kind of agreement the list is.
func TestDropStatus(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	list := time.Now().UTC().Format("20060102") + "_7_Phone.csv"
	h.write(filepath.Join(left, list), "ID,Hash\nAb3000000001,vGM7y5n+hBXRSEAklhHDPCbysyNgYTmXdMcagGUOY8E=\nAb3000000002,ptzVkgbv9DonwvPCHmXmJ2SEOaolSh37z3ZzY/Gmm+U=\n")
	h.write(filepath.Join(left, "ours.txt"), "a list of ours\n+14155550000\n")
	h.table(left+"/left.csv", "id,phone", []string{"one,+1(415)555-9317", "two,+14155550000", "three,"})
	h.datasets[left] = "    source: left.csv\n    identifiers: [{type: exact, label: id, column: id}]\n    eligibility:\n" +
		fmt.Sprintf("      - {kind: drop, type: phone, column: phone, files: [%s], for: [sale]}\n      - {kind: list, type: phone, column: phone, region: US, files: [ours.txt]}\n", list)
	h.configure()
	n, out := h.open(left, Options{}), t.TempDir()
	paths, err := n.DropStatus(t.Context(), "people", h.profile, optout.Deleted, out)
	if err != nil || len(paths) != 1 {
		t.Fatal(paths, err)
	}
	b, err := os.ReadFile(paths[0])
	if err != nil || !strings.HasPrefix(string(b), "Id,Status\n") || !strings.Contains(string(b), "Ab3000000001,3\n") || !strings.Contains(string(b), "Ab3000000002,5\n") {
		t.Errorf("%v\n%s", err, b)
	}
	check, err := n.Check(t.Context(), "people", h.profile)
	if err != nil || check.Unread != 1 {
		t.Errorf("%+v, %v", check, err)
	}
	if _, err := h.open(right, Options{}).DropStatus(t.Context(), "people", h.profile, optout.Deleted, out); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), "kind drop") {
		t.Errorf("no lists: %v", err)
	}
}
