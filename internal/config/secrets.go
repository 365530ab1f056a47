package config

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/crmaudit/crmaudit/internal/fail"
	"github.com/crmaudit/crmaudit/internal/yamlfile"
)

var (
	reference = regexp.MustCompile(`^\$\{(env|file):([^}]+)\}$`)
	// literalSecret recognises secrets that somebody typed into the configuration itself.
	literalSecret = regexp.MustCompile(`(?i)/rest/(?:api/)?\d+/[a-z0-9]{8,}|^[a-z0-9_-]{32,}$`)
)

// secretKeys hold a secret whatever it looks like.
var secretKeys = []string{"client_secret", "refresh_token"}

// resolve replaces ${env:NAME} and ${file:path} below the node, which stands after key, and notes their values as secrets.
func (a *Audit) resolve(node *yamlfile.Node, key string) error {
	for i, child := range node.Content {
		below := ""
		if node.Kind == yamlfile.Mapping && i%2 == 1 {
			below = node.Content[i-1].Value
		}
		if err := a.resolve(child, below); err != nil {
			return err
		}
	}
	if len(node.Content) > 0 {
		return nil
	}
	m := reference.FindStringSubmatch(node.Value)
	if m == nil {
		if strings.Contains(node.Value, "${") {
			return fail.New(fail.Usage, "use ${env:NAME} or ${file:path} as the whole value", "%s:%d: %q is not a reference to a secret", a.Name, node.Line, maskLiteral(node.Value))
		}
		if literalSecret.MatchString(node.Value) || node.Value != "" && slices.Contains(secretKeys, key) {
			a.Secrets = append(a.Secrets, node.Value)
			a.Warnings = append(a.Warnings, fmt.Sprintf("%s:%d holds a secret in plain text: move it to a file and write ${file:secrets/webhook.txt}, or to the environment and write ${env:NAME}", a.Name, node.Line))
		}
		return nil
	}
	value, err := a.lookUp(m[1], m[2], node.Line)
	if err != nil {
		return err
	}
	node.Value, node.Tag = value, "!!str"
	a.Secrets = append(a.Secrets, value)
	return nil
}

func (a *Audit) lookUp(from, name string, line int) (string, error) {
	if from == "env" {
		value, ok := os.LookupEnv(name)
		if !ok || strings.TrimSpace(value) == "" {
			return "", fail.New(fail.Usage, fmt.Sprintf("set it before you run: export %s=…", name), "%s:%d: the environment variable %s is not set", a.Name, line, name)
		}
		return strings.TrimSpace(value), nil
	}
	path := a.Path(name)
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fail.New(fail.Usage, "put the secret into the file, alone on its first line, readable by you only (chmod 600)", "%s:%d: cannot read the secret: %w", a.Name, line, err)
	}
	value := strings.TrimSpace(string(data))
	if value == "" || len(value) > 4096 || strings.ContainsAny(value, "\n\r") {
		return "", fail.New(fail.Usage, "the file holds the secret alone on its first line", "%s:%d: %s does not hold a secret", a.Name, line, name)
	}
	if st, err := os.Stat(path); err == nil && st.Mode().Perm()&0o044 != 0 {
		a.Warnings = append(a.Warnings, fmt.Sprintf("%s can be read by other users of this machine: chmod 600 %s", name, name))
	}
	return value, nil
}

func maskLiteral(s string) string {
	if literalSecret.MatchString(s) {
		return "…"
	}
	return s
}
