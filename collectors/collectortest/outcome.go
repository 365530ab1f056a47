package collectortest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crmaudit/crmaudit/collectors"
	"github.com/crmaudit/crmaudit/facts"
)

// text is everything a run gave, in the order it was written.
func (o *outcome) text() string {
	var b strings.Builder
	for _, k := range facts.Kinds {
		for _, r := range o.ByKind[k] {
			b.WriteString(asJSON(r))
		}
	}
	return b.String() + asJSON(o.About)
}

func asJSON(v any) string {
	data, err := json.Marshal(v)
	return fmt.Sprintf("%s%v\n", data, errors.Join(err))
}

func (o *outcome) has(is func(facts.Coverage) bool) bool {
	return slices.ContainsFunc(o.About.Coverage, is)
}

// secret looks for what must not be seen. The values themselves stay out of the error.
func (o *outcome) secret(secrets []string) error {
	plain := strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(o.text())
	for i, s := range secrets {
		if strings.Contains(plain+fmt.Sprint(o.err)+o.log.String(), s) {
			return fmt.Errorf("secret %d is in the facts, the error or the log", i+1)
		}
	}
	return nil
}

// valid checks the records one by one.
func (o *outcome) valid(s collectors.Source) error {
	if len(o.ByKind) == 0 {
		return errors.New("there is no record at all")
	}
	for k, list := range o.ByKind {
		seen := map[string]bool{}
		for _, r := range list {
			key := r.Key()
			switch _, err := facts.New(k); {
			case err != nil:
				return err
			case !slices.Contains(s.Provides, k):
				return fmt.Errorf("there are records of kind %s, which the source does not claim to provide", k)
			case strings.Trim(key, "/#") == "":
				return fmt.Errorf("a record of kind %s has no key", k)
			case seen[key]:
				return fmt.Errorf("two records of kind %s have the key %q", k, key)
			}
			seen[key] = true
			if err := inUTC(asJSON(r)); err != nil {
				return fmt.Errorf("record %s of kind %s: %w", key, k, err)
			}
		}
	}
	return nil
}

// inUTC looks for times of another zone.
func inUTC(text string) error {
	for d := json.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if err != nil {
			return nil // the end
		}
		word, _ := token.(string)
		if _, err := time.Parse(time.RFC3339Nano, word); err == nil && !strings.HasSuffix(word, "Z") {
			return fmt.Errorf("the time %s is not in UTC", word)
		}
	}
}

// covered checks that the source speaks of every kind that it provides, and truly.
func (o *outcome) covered(s collectors.Source) error {
	for _, k := range s.Provides {
		if !o.has(func(c facts.Coverage) bool { return c.Kind == k && c.Field == "" }) {
			return fmt.Errorf("there is no coverage of %s", k)
		}
	}
	for _, c := range o.About.Coverage {
		n, known := len(o.ByKind[c.Kind]), c.State == facts.Full || c.State == facts.PartOnly || c.State == facts.Missing
		switch {
		case !known || c.State != facts.Missing && !slices.Contains(s.Provides, c.Kind): // what a platform never gives may be said
			return fmt.Errorf("coverage %q of %s is none that the source could have", c.State, c.Kind)
		case (c.State == facts.Full) != (c.Reason == ""):
			return fmt.Errorf("coverage of %s %s is %s for the reason %q", c.Kind, c.Field, c.State, c.Reason)
		case c.Field == "" && (c.State == facts.Missing && n > 0 || c.Count != 0 && c.Count != n):
			return fmt.Errorf("coverage of %s is %s with a count of %d, but there are %d records", c.Kind, c.State, c.Count, n)
		}
	}
	return nil
}
