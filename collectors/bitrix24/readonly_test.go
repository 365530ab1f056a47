package bitrix24

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/internal/transport"
)

func TestNothingIsWritten(t *testing.T) {
	r := newRig(t, crowd(300, 1500))
	r.mustCollect()
	_, err := r.collector.Probe(t.Context())
	require.NoError(t, err)
	require.Empty(t, r.server.Writes())
	require.NotEmpty(t, r.server.Requests())
}

var writes = []string{
	"user.add", "user.update", "crm.contact.delete", "userconsent.consent.add", "disk.file.getExternalLink", "disk.folder.getExternalLink",
	"voximplant.user.get", "event.bind", "im.message.add", "sonet_group.delete", "imbot.register", "user.option.set",
}

func TestWritesCannotLeave(t *testing.T) {
	r := newRig(t, portal())
	run, err := r.collector.start(facts.NewMemory())
	require.NoError(t, err)
	defer run.close()
	kindOf := func(err error) transport.Kind {
		kind, ok := transport.KindOf(err)
		require.True(t, ok, "%v", err)
		return kind
	}
	for _, method := range writes {
		_, err := run.client.call(t.Context(), method, params{"ID": 1})
		require.Equal(t, transport.NotAllowed, kindOf(err), method)
		_, err = run.client.callV3(t.Context(), method, params{"id": 1})
		require.Equal(t, transport.NotAllowed, kindOf(err), method)
		_, err = run.client.batch(t.Context(), []command{{"profile", nil}, {method, params{"ID": 1}}})
		require.Equal(t, transport.NotAllowed, kindOf(err), "in a batch: %s", method)
		// Under the name of a read operation the address gives it away.
		_, err = run.client.http.Do(t.Context(), transport.Request{Operation: "profile", Method: http.MethodPost, Path: run.client.prefix + method})
		require.Equal(t, transport.NotAllowed, kindOf(err), method)
	}
	for _, command := range []string{"user.add", " user.add?ID=1", "USER.ADD", "batch?cmd[a]=user.add", "user.get/../user.add", "profile.json"} {
		_, err := run.client.http.Do(t.Context(), transport.Request{
			Operation: batchMethod, Method: http.MethodPost, Path: run.client.prefix + batchMethod, JSON: batchBody{Cmd: map[string]string{"a": command}},
		})
		require.Equal(t, transport.NotAllowed, kindOf(err), command)
	}
	_, err = run.client.http.Do(t.Context(), transport.Request{
		Operation: batchMethod, Method: http.MethodPost, Path: run.client.prefix + batchMethod, JSON: map[string]any{"cmd": []string{"user.add"}},
	})
	require.Equal(t, transport.NotAllowed, kindOf(err), "another form of body")
	require.Empty(t, r.server.Requests(), "not a byte has left")
}

func TestFormScriptsGetNoCredential(t *testing.T) {
	r := newRig(t, portal())
	r.mustCollect()
	scripts := 0
	for _, request := range r.server.Requests() {
		if request.Method == "loader" {
			scripts++
			require.Equal(t, http.MethodGet, request.Verb)
			require.NotContains(t, request.Path, "rest")
		}
	}
	require.Equal(t, 2, scripts)
}

func TestScriptAddresses(t *testing.T) {
	internet, local := &loaders{}, &loaders{loopback: true}
	for address, ok := range map[string]bool{
		"https://cdn.example/b1/crm/form/loader_1.js": true,
		"https://203.0.113.5/loader_1.js":             true,
		"http://cdn.example/loader_1.js":              false,
		"https://127.0.0.1/loader_1.js":               false,
		"https://localhost/loader_1.js":               false,
		"https://10.0.0.1/loader_1.js":                false,
		"https://169.254.169.254/latest":              false,
		"https://[::1]/x.js":                          false,
		"https://[fd00::1]/x.js":                      false,
		"https://user:pw@cdn.example/x.js":            false,
		"file:///etc/passwd":                          false,
		"//cdn.example/x.js":                          false,
		"":                                            false,
		"%zz":                                         false,
	} {
		_, err := internet.check(address)
		require.Equal(t, ok, err == nil, address)
	}
	_, err := local.check("http://127.0.0.1:8080/loader_1.js")
	require.NoError(t, err, "a simulator's forms live beside it")
	_, err = local.check("http://10.0.0.1/loader_1.js")
	require.Error(t, err)
}
