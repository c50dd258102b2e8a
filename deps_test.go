package mandorla

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers says who may import whom within the module (DESIGN.md, "The house").
// The first line whose folder holds a package decides for it; test files may
// import more.
var layers = []struct {
	folder  string   // and all below it
	imports []string // folders of the module that it may import
	arrow   bool     // whether Arrow may stand here
}{
	{"cmd", []string{"agreement", "bench", "crypto/ristretto", "node"}, false},
	{"bench/synth", nil, false},
	{"bench/floor", []string{"arrowio", "bench/meter", "crypto/elgamal", "crypto/ristretto", "identity"}, false},
	{"bench/meter", nil, false},
	{"bench/shape", nil, false},
	{"bench/lpn", nil, false},
	{"bench", []string{"agreement", "bench", "crypto/ristretto", "node"}, false},
	{"node/flight", []string{"match/wire"}, true},
	{"node/epochs", []string{"crypto/ristretto", "ledger/durable", "match"}, false},
	{"node", []string{"activation", "agreement", "arrowio", "consent", "crypto/elgamal", "crypto/noise", "crypto/ristretto", "identity", "ledger", "match", "node/epochs", "node/flight", "policy"}, false},
	{"activation", nil, false},
	{"agreement", []string{"agreement"}, false},
	{"arrowio", nil, true},
	{"consent/bits", nil, false},
	{"consent/optout", nil, false},
	{"consent/tcf", []string{"consent/bits"}, false},
	{"consent/gpp", []string{"consent/bits"}, false},
	{"consent", []string{"consent"}, false},
	{"identity/address", nil, false},
	{"identity", []string{"crypto/sums", "identity/address"}, false},
	{"ledger", []string{"crypto/sums", "ledger"}, false},
	{"policy", []string{"crypto/noise"}, false},
	{"match/wire", nil, false},
	{"match/column", nil, false},
	{"match", []string{"crypto", "match"}, false},
	{"crypto/ristretto/internal/asm", []string{"crypto/internal/emit"}, false},
	{"crypto/ristretto", []string{"crypto/ristretto"}, false},
	{"crypto/dleq", []string{"crypto/ristretto"}, false},
	{"crypto/oprf", []string{"crypto/ristretto"}, false},
	{"crypto/elgamal", []string{"crypto/ristretto"}, false},
	{"crypto/noise", nil, false},
	{"crypto/internal", []string{"crypto/internal"}, false},
	{"crypto/sums", nil, false},
	{"crypto/gf128", []string{"crypto/internal/simd"}, false},
	{"crypto/mmo", []string{"crypto/gf128", "crypto/internal/simd"}, false},
	{"crypto/ot", []string{"crypto/gf128", "crypto/ristretto"}, false},
	{"crypto/okvs", []string{"crypto/gf128", "crypto/mmo"}, false},
	{"crypto/vole", []string{"crypto/gf128", "crypto/mmo", "crypto/ot"}, false},
}

// forbidden holds what stands nowhere but in the folders named.
var forbidden = []struct {
	pattern string
	but     []string
	why     string
}{
	{`\bfmt\.Print(f|ln)?\(`, []string{"cmd"}, "only the command line prints"},
	{`\btime\.(Now|Since|Sleep|After)\(`, []string{"cmd", "node", "bench", "match/matchtest", "ledger/ledgertest"}, "an engine has no clock"},
	{`"math/rand(/v2)?"`, []string{"bench/synth", "match/matchtest"}, "randomness is crypto/rand's"},
	{`\brecover\(\)`, []string{"arrowio"}, "a panic is never control flow; arrowio alone guards a library that panics on broken files"},
	{`\blog\.(Print|Fatal|Panic)`, []string{"crypto/internal/asm", "crypto/ristretto/internal/asm", "crypto/vole/internal/asm"}, "logs are log/slog's"},
	{`\bpanic\(`, []string{"arrowio", "crypto/ristretto/internal/asm"}, "what input can reach must not panic; arrowio guards a library that does, and speaks its language"},
	{`\bos\.Exit\(`, []string{"cmd"}, "only the program ends itself"},
}

const module = "mandorla/"

// comments are whole lines; what they say is not done.
var comments = regexp.MustCompile(`(?m)^\s*//.*$`)

func TestImports(t *testing.T) {
	eachFile(t, func(t *testing.T, name string, file *ast.File, _ string) {
		if strings.HasSuffix(name, "_test.go") || !strings.Contains(name, "/") {
			return
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if why := faulty(path.Dir(name), imported); why != "" {
				t.Errorf("%s imports %s: %s", name, imported, why)
			}
		}
	})
}

// TestImportsCanFail shows that the table forbids something.
func TestImportsCanFail(t *testing.T) {
	for _, c := range [][2]string{
		{"match/list", "mandorla/arrowio"},
		{"match/column", "mandorla/match"},
		{"agreement", "mandorla/identity"},
		{"crypto/oprf", "mandorla/crypto/dleq"},
		{"cmd/mandorla", "mandorla/match/list"},
		{"node", "github.com/apache/arrow/go/v17/arrow"},
		{"somewhere/new", "mandorla/node"},
	} {
		if faulty(c[0], c[1]) == "" {
			t.Errorf("%s may import %s", c[0], c[1])
		}
	}
	if why := faulty("match/list", "mandorla/match/column"); why != "" {
		t.Error(why)
	}
}

// faulty says what is wrong with a package's import, if anything is.
func faulty(folder, imported string) string {
	for _, l := range layers {
		if !within(folder, l.folder) {
			continue
		}
		if strings.HasPrefix(imported, "github.com/apache/arrow/") && !l.arrow {
			return "Arrow stands in arrowio and in the Flight link alone"
		}
		to, own := strings.CutPrefix(imported, module)
		if own && !slices.ContainsFunc(l.imports, func(f string) bool { return within(to, f) }) {
			return l.folder + " may not import it"
		}
		return ""
	}
	return "the folder is in no layer; deps_test.go lists them"
}

func within(folder, parent string) bool {
	return folder == parent || strings.HasPrefix(folder, parent+"/")
}

func TestHouseRules(t *testing.T) {
	eachFile(t, func(t *testing.T, name string, _ *ast.File, source string) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		for _, rule := range forbidden {
			if slices.ContainsFunc(rule.but, func(f string) bool { return within(path.Dir(name), f) }) {
				continue
			}
			if m := regexp.MustCompile(rule.pattern).FindString(comments.ReplaceAllString(source, "")); m != "" {
				t.Errorf("%s: %s: %s", name, m, rule.why)
			}
		}
	})
}

// The sizes that keep a file readable.
const (
	longestFunction = 60  // lines, outside cmd
	longestFile     = 400 // lines
)

func TestSizes(t *testing.T) {
	eachFile(t, func(t *testing.T, name string, file *ast.File, source string) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		if n := strings.Count(source, "\n"); n > longestFile {
			t.Errorf("%s: %d lines, at most %d", name, n, longestFile)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || within(path.Dir(name), "cmd") {
				continue
			}
			if n := strings.Count(source[f.Pos()-file.FileStart:f.End()-file.FileStart], "\n") + 1; n > longestFunction {
				t.Errorf("%s: %s has %d lines, at most %d", name, f.Name.Name, n, longestFunction)
			}
		}
	})
}

// TestDocumented sees that every exported name and every package says what it is.
func TestDocumented(t *testing.T) {
	packages := map[string]bool{}
	eachFile(t, func(t *testing.T, name string, file *ast.File, _ string) {
		folder := path.Dir(name)
		if strings.HasSuffix(name, "_test.go") || folder == "." {
			return
		}
		packages[folder] = packages[folder] || file.Doc != nil
		for _, d := range file.Decls {
			if what := undocumented(d); what != "" {
				t.Errorf("%s: %s has no comment", name, what)
			}
		}
	})
	for folder, documented := range packages {
		if !documented {
			t.Errorf("package %s has no comment", folder)
		}
	}
}

// undocumented names an exported declaration without a comment.
func undocumented(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && d.Recv == nil {
			return d.Name.Name
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if s, ok := spec.(*ast.TypeSpec); ok && s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
				return s.Name.Name
			}
		}
	}
	return ""
}

// eachFile gives every Go file of the module, parsed, with its path from the
// root.
func eachFile(t *testing.T, do func(t *testing.T, name string, file *ast.File, source string)) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments)
		if err != nil {
			return err
		}
		files++
		do(t, filepath.ToSlash(name), file, string(source))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Fatalf("only %d files were seen", files)
	}
}
