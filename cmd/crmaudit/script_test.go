package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"crmaudit": main})
}

// TestScripts runs testdata/*.txtar, which show the program as a person at a terminal meets it. Beside the commands
// of testscript they use:
//
//	exits CODE crmaudit …   run and expect this exit code
//	refuses CODE …          run crmaudit and expect this exit code with one sentence and a hint
//	mode MODE FILE…         the files have these permissions
//	fields FILE PATH…       the JSON file has all of these members
//	dates FILE…             write days relative to today for @DAY@, @DAY-30@, @DAY+30@
//	flip FILE OFFSET        change one byte of the file
//	safe PATH…              no secret of the script stands in these files, packed ones included
//
// $PACKS is the folder of the embedded packs, $TODAY the day. A secret is any word with "s3cr3t" in it; no command may print one.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			packs, err := filepath.Abs("../../fixtures/packs")
			if err != nil {
				return err
			}
			e.Setenv("PACKS", packs)
			e.Setenv("TODAY", time.Now().UTC().Format(time.DateOnly))
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits, "refuses": refuses, "mode": mode, "fields": fields, "dates": dates, "flip": flip, "safe": safe,
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("there is no condition %q", cond)
		},
		RequireUniqueNames: true,
	})
}

const secretMark = "s3cr3t"

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGUMENT]…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var ended *exec.ExitError
	code := 0
	if errors.As(err, &ended) {
		code = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
	for _, stream := range []string{"stdout", "stderr"} {
		if text := ts.ReadFile(stream); strings.Contains(text, secretMark) {
			ts.Fatalf("%s shows a secret:\n%s", stream, text)
		}
	}
}

var (
	// oneError allows the lines in between that show the place of a mistake.
	oneError = regexp.MustCompile(`(?m)^crmaudit: error: (.+)\n(?:  .*\n)*hint: (.+)$`)
	// inGo is what only a Go programmer understands.
	inGo = regexp.MustCompile(`goroutine \d|\.go:\d|panic|0x[0-9a-f]{6}|\b[a-z]\w*\.[A-Z]\w*\b|\bmap\[|\[\]\w|struct ?\{|interface ?\{|strconv|(^|[^.\w])(json|yaml): |!!\w|%!|<nil>|\bnil\b|unmarshal`)
)

func refuses(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: refuses CODE [ARGUMENT]…")
	}
	exits(ts, false, append([]string{args[0], "crmaudit"}, args[1:]...))
	text := ts.ReadFile("stderr")
	found := oneError.FindAllStringSubmatch(text, -1)
	if len(found) != 1 || strings.Count(text, "crmaudit: error:") != 1 {
		ts.Fatalf("want one sentence after `crmaudit: error:` and one after `hint:` below it, got:\n%s", text)
	}
	if bad := inGo.FindString(found[0][1] + "\n" + found[0][2]); bad != "" {
		ts.Fatalf("the message speaks of %q:\n%s", bad, text)
	}
	if sentence := found[0][1]; strings.HasSuffix(sentence, ".") || strings.TrimSpace(sentence) != sentence {
		ts.Fatalf("the sentence is not bare: %q", sentence)
	}
}

func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: mode MODE FILE…")
	}
	want, err := strconv.ParseUint(args[0], 8, 32)
	ts.Check(err)
	for _, name := range args[1:] {
		st, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if got := st.Mode().Perm(); got != fs.FileMode(want) {
			ts.Fatalf("%s has mode %o, want %o", name, got, want)
		}
		if st.Size() == 0 {
			ts.Fatalf("%s is empty", name)
		}
	}
}

func fields(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fields FILE PATH…")
	}
	var document any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &document))
	for _, path := range args[1:] {
		at := document
		for key := range strings.SplitSeq(path, ".") {
			members, ok := at.(map[string]any)
			if !ok || members[key] == nil {
				ts.Fatalf("%s has no %s", args[0], path)
			}
			at = members[key]
		}
	}
}

var relativeDay = regexp.MustCompile(`@DAY([+-]\d+)?@`)

func dates(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: dates FILE…")
	}
	today := time.Now().UTC()
	for _, name := range args {
		text := relativeDay.ReplaceAllStringFunc(ts.ReadFile(name), func(m string) string {
			days, _ := strconv.Atoi(relativeDay.FindStringSubmatch(m)[1]) // nothing is zero
			return today.AddDate(0, 0, days).Format(time.DateOnly)
		})
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip FILE OFFSET")
	}
	offset, err := strconv.Atoi(args[1])
	ts.Check(err)
	data := []byte(ts.ReadFile(args[0]))
	if offset >= len(data) {
		ts.Fatalf("%s has only %d bytes", args[0], len(data))
	}
	data[offset] ^= 0xff
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
}

func safe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: safe PATH…")
	}
	looked := 0
	for _, name := range args {
		ts.Check(filepath.WalkDir(ts.MkAbs(name), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			looked++
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for part, content := range unpacked(ts, data) {
				if bytes.Contains(content, []byte(secretMark)) {
					ts.Fatalf("%s %s holds a secret", path, part)
				}
			}
			return nil
		}))
	}
	if looked == 0 {
		ts.Fatalf("there are no files in %v", args)
	}
}

// unpacked gives a file and, if it is an archive, what is inside.
func unpacked(ts *testscript.TestScript, data []byte) map[string][]byte {
	parts := map[string][]byte{"": data}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return parts
	}
	for _, f := range z.File {
		r, err := f.Open()
		ts.Check(err)
		parts[f.Name], err = io.ReadAll(r)
		ts.Check(err)
	}
	return parts
}
