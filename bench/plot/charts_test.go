package plot

import (
	"bytes"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files and ../../docs/error.svg anew")

var none = math.NaN()

// crossTable is an airline's tiers against a bank's products.
func crossTable() Table {
	return Table{
		Title:    "Shared customers by tier and card",
		Caption:  "Noise ±1.9 (one standard deviation). Cells below 50 customers are suppressed.",
		Quantity: "customers",
		Rows:     Dimension{"airline.tier", []string{"basic", "silver", "gold", "platinum"}},
		Columns:  Dimension{"bank.product", []string{"debit", "credit", "premium"}},
		Cells:    [][]float64{{4031, 2210, 118}, {1204, 1513, 342}, {263, 871, 904}, {none, 95, 410}},
	}
}

func barChart() BarChart {
	return BarChart{
		Title:    "Shared customers by identifier",
		Caption:  "ε = 0.1 a run.",
		Quantity: "customers",
		Bars:     []Bar{{"email", 882, 20}, {"phone", 410, 20}, {"name and postcode", none, 20}, {"exact: membership number", 63, 0}},
	}
}

func lineChart() LineChart {
	return LineChart{
		Title:   "Time of a run against rows",
		Caption: "Two cores.",
		X:       Axis{"rows a side", Log},
		Y:       Axis{"time, s", Log},
		Series: []Series{
			{"size", []Point{{1e4, 0.4}, {1e5, 3.6}, {1e6, 35}, {1e7, 350}}},
			{"aggregate", []Point{{1e4, 1.2}, {1e5, 9.5}, {1e6, none}, {1e7, 900}}},
			{"match", []Point{{1e4, 0.5}, {1e5, 4.1}, {1e6, 41}, {1e7, 410}}},
			{"plain join", []Point{{1e4, 0.002}, {1e5, 0.03}, {1e6, 0.4}}},
		},
	}
}

// golden compares a picture with its file.
func golden(t *testing.T, path string, draw func(io.Writer) error) {
	t.Helper()
	var got bytes.Buffer
	if err := draw(&got); err != nil {
		t.Fatal(err)
	}
	inspect(t, got.Bytes())
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s is not what is drawn; look at it after go test ./bench/plot -update", path)
	}
}

func TestGolden(t *testing.T) {
	for name, draw := range map[string]func(io.Writer) error{
		"heatmap.svg": func(w io.Writer) error { return HeatMap(w, crossTable()) },
		"bars.svg":    func(w io.Writer) error { return Bars(w, barChart()) },
		"upset.svg":   func(w io.Writer) error { return UpSet(w, setChart()) },
		"matrix.svg":  func(w io.Writer) error { return HeatMap(w, matrix()) },
		"lines.svg":   func(w io.Writer) error { return Lines(w, lineChart()) },
	} {
		golden(t, filepath.Join("testdata", name), draw)
	}
}
