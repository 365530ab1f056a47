package bitrix24

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/crmaudit/crmaudit/internal/transport"
)

// tokenServer is the vendor's OAuth server, the same for all portals.
const tokenServer = "https://oauth.bitrix.info/oauth/"

const tokenOperation = "oauth.token"

// oauth keeps the access token of an application. The vendor blocks applications that renew their token on a timer,
// so it is renewed when there is none yet and when the portal says that it has run out.
type oauth struct {
	http    *transport.Client // of the token server
	config  OAuthConfig
	file    string // "" when the newest refresh token is not kept
	refresh string
	access  string
	note    func(string)
}

func newOAuth(cfg OAuthConfig, file string, tc transport.Config, note func(string)) (*oauth, error) {
	o := &oauth{config: cfg, file: file, refresh: cfg.RefreshToken, note: note}
	if file != "" {
		kept, err := os.ReadFile(file)
		switch {
		case err == nil && strings.TrimSpace(string(kept)) != "":
			o.refresh = strings.TrimSpace(string(kept))
		case err != nil && !errors.Is(err, os.ErrNotExist):
			return nil, fmt.Errorf("bitrix24: reading the token file: %w", err)
		}
	}
	tc.Allow = []transport.Operation{{Name: tokenOperation, Method: http.MethodGet, Path: "token"}}
	tc.Secrets = []string{cfg.ClientSecret, cfg.RefreshToken, o.refresh}
	var err error
	o.http, err = transport.New(tc)
	return o, err
}

func (o *oauth) expire() { o.access = "" }

// token is the access token, fetched first when there is none.
func (o *oauth) token(ctx context.Context) (string, error) {
	if o.access != "" {
		return o.access, nil
	}
	resp, err := o.http.Do(ctx, transport.Request{Operation: tokenOperation, Path: "token/", Query: url.Values{
		"grant_type": {"refresh_token"}, "client_id": {o.config.ClientID},
		"client_secret": {o.config.ClientSecret}, "refresh_token": {o.refresh},
	}})
	if resp == nil {
		return "", err
	}
	var grant struct {
		Access      text        `json:"access_token"`
		Refresh     text        `json:"refresh_token"`
		Error       portalError `json:"error"`
		Description text        `json:"error_description"`
	}
	switch bad := json.Unmarshal(resp.Body, &grant); {
	case bad != nil && err != nil:
		return "", err
	case bad != nil:
		return "", fmt.Errorf("%s: %w", tokenOperation, errNotJSON)
	case grant.Error.present || grant.Access == "":
		message := o.http.Redact(clean(string(grant.Description)))
		return "", &refusal{method: tokenOperation, status: resp.Status, code: o.http.Redact(clean(grant.Error.code)), message: message}
	}
	o.access = string(grant.Access)
	o.http.Hide(o.access, string(grant.Refresh))
	if grant.Refresh != "" && string(grant.Refresh) != o.refresh {
		o.refresh = string(grant.Refresh)
		o.keep()
	}
	return o.access, nil
}

// keep saves the newest refresh token for the next audit; failing to is worth a note, not the collection.
func (o *oauth) keep() {
	if o.file == "" {
		o.note("the portal issued a new refresh token for the application; set token_file to keep it for the next audit")
		return
	}
	if err := writePrivate(o.file, o.refresh); err != nil {
		o.note("the new refresh token of the application could not be saved to token_file")
	}
}

// writePrivate replaces a file at once, readable for its owner alone.
func writePrivate(name, content string) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".token-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(content + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
