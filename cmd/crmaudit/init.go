package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"github.com/crmaudit/crmaudit/internal/atomicfile"
	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/lang"
	"github.com/crmaudit/crmaudit/internal/questions"
	"github.com/crmaudit/crmaudit/templates"
)

// starter is what init asks for.
type starter struct {
	Client, Kind, URL, Host, ID, Domain, Jurisdiction string
	Headcount                                         int
	SelfHosted                                        bool
	Language                                          lang.Lang
}

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use: "init [DIR]", Short: "Write an audit.yaml, a questionnaire and a staff list to start from",
		Long: `Ask a few questions and write audit.yaml, answers.yaml, waivers.yaml and staff.csv. Existing files
are never overwritten.

  crmaudit init romashka/`,
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			if err := refuseExisting(dir); err != nil {
				return err
			}
			s, err := a.ask()
			if err != nil {
				return err
			}
			return a.writeStarter(dir, s)
		},
	}
}

var starterFiles = []string{"audit.yaml", "answers.yaml", "waivers.yaml", "staff.csv"}

func refuseExisting(dir string) error {
	for _, name := range starterFiles {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return fail.New(fail.Usage, "choose another folder: crmaudit init NEW-FOLDER", "%s is already there and is not overwritten", filepath.Join(dir, name))
		}
	}
	return nil
}

var portalHost = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d+)?$`)

// ask reads the answers line by line; an empty line takes what stands in brackets.
func (a *app) ask() (starter, error) {
	in := bufio.NewScanner(a.in)
	question := func(text, preset string, accept func(string) error) (string, error) {
		for range 3 {
			fmt.Fprintf(a.out, "%s [%s]: ", text, preset)
			answer := ""
			if in.Scan() {
				answer = strings.TrimSpace(in.Text())
			}
			if answer == "" {
				answer = preset
			}
			if err := accept(answer); err != nil {
				fmt.Fprintf(a.out, "  %v\n", err)
				continue
			}
			return answer, nil
		}
		return "", fail.New(fail.Usage, "run `crmaudit init` again", "no usable answer to: %s", text)
	}
	oneOf := func(allowed ...string) func(string) error {
		return func(s string) error {
			for _, x := range allowed {
				if s == x {
					return nil
				}
			}
			return fmt.Errorf("one of: %s", strings.Join(allowed, ", "))
		}
	}
	var s starter
	var err error
	read := func(into *string, text, preset string, accept func(string) error) {
		if err == nil {
			*into, err = question(text, preset, accept)
		}
	}
	var headcount, language, address string
	preset := a.language
	if preset == "" {
		preset = "ru"
	}
	read(&language, "Language of the report (ru, uk, en)", preset, oneOf("ru", "uk", "en"))
	read(&s.Client, "Name of the client", map[string]string{"ru": "ООО «Ромашка»", "uk": "ТОВ «Ромашка»", "en": "Romashka Ltd"}[language], oneLine)
	read(&s.Kind, "Kind of client (company, sole_trader, nonprofit, public_body)", "company", oneOf("company", "sole_trader", "nonprofit", "public_body"))
	read(&s.Jurisdiction, "Law that applies (ru, ua, eu)", map[string]string{"ru": "ru", "uk": "ua", "en": "eu"}[language], oneOf("ru", "ua", "eu"))
	read(&address, "Address of the Bitrix24 portal", "romashka.bitrix24.example", func(text string) error {
		if !portalHost.MatchString(hostPart(text)) {
			return fmt.Errorf("an address such as company.bitrix24.ru")
		}
		return nil
	})
	read(&s.Domain, "Mail domain of the company", "romashka.example", func(text string) error {
		if !portalHost.MatchString(text) {
			return fmt.Errorf("a domain such as company.ru")
		}
		return nil
	})
	read(&headcount, "Number of employees (0: skip)", "0", func(text string) error {
		if n, e := strconv.Atoi(text); e != nil || n < 0 || n > 1_000_000 {
			return fmt.Errorf("a whole number")
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	s.Language = lang.Lang(language)
	s.Headcount, _ = strconv.Atoi(headcount)
	s.Host = hostPart(address)
	s.URL = "https://" + s.Host
	// Portals of the cloud live below the vendor's domains; somebody who pastes a webhook wants to use it.
	s.SelfHosted = !strings.Contains(s.Host, ".bitrix24.") && !strings.Contains(address, "/rest/")
	s.ID, _, _ = strings.Cut(strings.ToLower(s.Host), ".")
	return s, nil
}

func oneLine(text string) error {
	if text == "" || strings.ContainsAny(text, "\n\r") || len(text) > 200 {
		return fmt.Errorf("a name of at most 200 characters")
	}
	return nil
}

// hostPart takes the host of an address typed in any form, a webhook included.
func hostPart(address string) string {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func (a *app) writeStarter(dir string, s starter) error {
	if err := os.MkdirAll(filepath.Join(dir, "secrets"), 0o700); err != nil {
		return fail.Wrap(err, fail.Usage, "choose a folder you may write to", "make the folder")
	}
	answers, err := questions.Template(s.Language, s.Jurisdiction)
	if err != nil {
		return err
	}
	var audit bytes.Buffer
	t, err := template.ParseFS(templates.Starter, "starter/audit.yaml")
	if err != nil {
		return err
	}
	if err := t.Execute(&audit, s); err != nil {
		return err
	}
	contents := map[string][]byte{"audit.yaml": audit.Bytes(), "answers.yaml": answers}
	for _, name := range []string{"waivers.yaml", "staff.csv"} {
		if contents[name], err = templates.Starter.ReadFile("starter/" + name); err != nil {
			return err
		}
	}
	for _, name := range starterFiles {
		if err := atomicfile.WriteBytes(filepath.Join(dir, name), contents[name]); err != nil {
			return err
		}
		fmt.Fprintf(a.out, "%s\n", filepath.Join(dir, name))
	}
	key := "put the webhook into " + filepath.Join(dir, "secrets", "webhook.txt")
	if s.SelfHosted {
		key = "make the account that `crmaudit bitrixbox grant-sql` describes and put its password into " + filepath.Join(dir, "secrets", "database.txt")
	}
	fmt.Fprintf(a.out, `
Next:
  1. %s (chmod 600)
  2. put the staff list into %s: who works here, who left and when
  3. crmaudit doctor %s
  4. answer what no source can tell in %s
  5. crmaudit run %[3]s -o reports/
`, key, filepath.Join(dir, "staff.csv"), filepath.Join(dir, "audit.yaml"), filepath.Join(dir, "answers.yaml"))
	return nil
}
