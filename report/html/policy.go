package html

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"github.com/crmaudit/crmaudit/templates"
)

// assets are what the page carries inside itself, and the policy that allows exactly that.
type assets struct {
	Policy string
	Style  template.CSS
	Dark   template.CSS // the colours of the dark theme; the script switches its media
	Script template.JS
}

func loadAssets() (assets, error) {
	var texts [3]string
	for i, name := range []string{"html/style.css", "html/dark.css", "html/script.js"} {
		data, err := templates.HTML.ReadFile(name)
		if err != nil {
			return assets{}, fmt.Errorf("read embedded %s: %w", name, err)
		}
		// A browser hashes what it parsed, where every line ends with \n alone.
		texts[i] = strings.ReplaceAll(string(data), "\r\n", "\n")
	}
	style, dark, script := texts[0], texts[1], texts[2]
	return assets{
		Style: template.CSS(style), Dark: template.CSS(dark), Script: template.JS(script), // our own files
		Policy: "default-src 'none'; style-src " + hashOf(style) + " " + hashOf(dark) + "; script-src " + hashOf(script) +
			"; img-src data:; base-uri 'none'; form-action 'none'",
	}, nil
}

// hashOf is a source expression of a content security policy.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
