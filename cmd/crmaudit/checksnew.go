package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/checks"
	"github.com/crmaudit/crmaudit/checks/catalog"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/templates"
)

func (a *app) checksNewCommand() *cobra.Command {
	return &cobra.Command{
		Use: "new ID [DIR]", Short: "Begin a check of one's own",
		Long: `Write a check to fill in, named after its id, and the pack.yaml of its folder where there is none.
Nothing that is there is overwritten. What is still to be written is listed by ` + "`crmaudit checks test DIR`" + `.

  crmaudit checks new EXT-001 my-checks/`,
		RunE: func(_ *cobra.Command, args []string) error {
			id, dir := strings.ToUpper(args[0]), "."
			if len(args) == 2 {
				dir = args[1]
			}
			if err := refuseID(id); err != nil {
				return err
			}
			target := filepath.Join(dir, id+".yaml")
			if _, err := os.Lstat(target); err == nil {
				return fail.New(fail.Usage, "choose another id, or remove the file", "%s is already there and is not overwritten", target)
			}
			if err := makeFolder(dir); err != nil {
				return err
			}
			names, err := writeSkeletons(dir, id)
			for _, name := range names {
				fmt.Fprintln(a.out, name)
			}
			if err == nil {
				a.say("fill in what is empty, then: crmaudit checks test %s", dir)
			}
			return err
		},
	}
}

var newID = regexp.MustCompile(`^[A-Z]{3}-[0-9]{3}$`)

func refuseID(id string) error {
	if !newID.MatchString(id) {
		return fail.New(fail.Usage, "crmaudit checks new EXT-001", "an id is three letters, a dash and three digits, not %q", id)
	}
	list, err := catalog.Load()
	if err != nil {
		return err
	}
	for _, c := range list {
		for _, taken := range append([]string{c.ID}, c.Aliases...) {
			if taken == id {
				return fail.New(fail.Usage, "choose another id; a file that begins with `extends: "+c.ID+"` changes that check, see docs/packs.md", "the catalogue has %s already", id)
			}
		}
	}
	return nil
}

// writeSkeletons writes the check and, where it is missing, the manifest of the pack.
func writeSkeletons(dir, id string) (names []string, err error) {
	values := map[string]string{"ID": id, "Group": id[:3], "Name": packNameOf(dir)}
	for _, file := range []struct{ from, to string }{{"check.yaml", id + ".yaml"}, {checks.ManifestName, checks.ManifestName}} {
		t, err := template.ParseFS(templates.Starter, "starter/"+file.from)
		if err != nil {
			return names, err
		}
		var text bytes.Buffer
		if err := t.Execute(&text, values); err != nil {
			return names, err
		}
		name := filepath.Join(dir, file.to)
		err = writeNew(name, text.Bytes())
		if file.to == checks.ManifestName && errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return names, fail.Wrap(err, fail.Usage, "choose a folder you may write to", "write the check")
		}
		names = append(names, name)
	}
	return names, nil
}

// writeNew writes a file that must not be there yet.
func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// packNameOf makes a name of the folder's.
func packNameOf(dir string) string {
	place, err := filepath.Abs(dir)
	if err != nil {
		place = dir
	}
	name := strings.Trim(notInName.ReplaceAllString(strings.ToLower(filepath.Base(place)), "-"), "-")
	if len(name) > 40 {
		name = strings.Trim(name[:40], "-")
	}
	if name == "" {
		return "my-checks"
	}
	return name
}
