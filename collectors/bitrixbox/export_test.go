package bitrixbox

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
	"github.com/crmaudit/crmaudit/fixtures/dbserver"
	"github.com/crmaudit/crmaudit/internal/fail"
)

// sample is what the script writes of the seeded portal, made once an engine.
func sample(t testing.TB, engine string) string {
	t.Helper()
	samplesMu.Lock()
	defer samplesMu.Unlock()
	if samples[engine] == "" {
		data, err := os.ReadFile(filepath.Join(exported(t, seededPortal(t, engine, 25)), "portal.csv"))
		require.NoError(t, err)
		samples[engine] = string(data)
	}
	return samples[engine]
}

var (
	samples   = map[string]string{}
	samplesMu sync.Mutex
)

// folder holds files by name.
func folder(t testing.TB, files map[string]string) *ExportConfig {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	return &ExportConfig{Folder: dir, Days: defaultDays}
}

func portalFile(content string) map[string]string { return map[string]string{"portal.csv": content} }

// small is an export that somebody could write by hand.
const small = "server,#,PRODUCT,VERSION,NOW,ZONE\nserver,MariaDB,10.11.6,1795338000,SYSTEM MSK\n" +
	"modules,#,ID\nmodules,main\nmodules,crm\n" +
	"users,#,ID,LOGIN,ACTIVE,NAME\nusers,1,ann,Y,Анна\nusers,2,bob,N,\\N\n" +
	"log_failures,#,ITEM_ID,REMOTE_ADDR,MINUTE,N\nlog_failures,ann,203.0.113.9,29922300,4\n" +
	"end,ok\n"

func TestExportIsRead(t *testing.T) {
	lines := strings.SplitAfter(small, "\n")
	for name, files := range map[string]map[string]string{
		"as it is":          portalFile(small),
		"BOM":               portalFile("\ufeff" + small),
		"CRLF":              portalFile(strings.ReplaceAll(small, "\n", "\r\n")),
		"no last newline":   portalFile(strings.TrimSuffix(small, "\n")),
		"empty lines":       portalFile(strings.ReplaceAll(small, "\n", "\n\n")),
		"name in capitals":  {"PORTAL.CSV": small},
		"beside other data": {"portal.csv": small, "readme.txt": "no,#,export"},
		"in pieces":         {"1.csv": strings.Join(lines[:5], "") + "end,ok\n", "2.csv": strings.Join(lines[5:], "")},
		"columns exchanged": portalFile(strings.NewReplacer("ID,LOGIN,ACTIVE,NAME", "LOGIN,ID,NAME,ACTIVE", "1,ann,Y,Анна", "ann,1,Анна,Y", "2,bob,N,\\N", "bob,2,\\N,N").Replace(small)),
	} {
		t.Run(name, func(t *testing.T) {
			out := collection(context.Background(), t, folder(t, files), nil, nil)
			require.NoError(t, out.err)
			require.Len(t, out.ByKind[facts.KindUser], 2)
			u := out.user(t, "1")
			require.Equal(t, "ann", u.Login.Or(""))
			require.Equal(t, "Анна", u.Name.Or(""))
			require.True(t, u.Active.Or(false))
			require.Equal(t, facts.Full, out.of(t, facts.KindUser, "").State)
		})
	}
}

// One file may be named in place of the folder.
func TestExportNamedAsFile(t *testing.T) {
	cfg := folder(t, portalFile(small))
	cfg.Folder = filepath.Join(cfg.Folder, "portal.csv")
	out := collection(context.Background(), t, cfg, nil, nil)
	require.NoError(t, out.err)
	require.Len(t, out.ByKind[facts.KindUser], 2)
}

func TestExportIsRefused(t *testing.T) {
	semicolons := strings.ReplaceAll(small, ",", ";")
	for name, c := range map[string]struct {
		files    map[string]string
		exit     int
		sentence string
	}{
		"empty folder":       {map[string]string{}, fail.Usage, "there is no .csv file in "},
		"empty file":         {portalFile(""), fail.Usage, "holds no export of a portal"},
		"foreign table":      {portalFile("id,name\n1,Ann\n2,Bob\n"), fail.Usage, `portal.csv is no export of a portal: a row of "id" stands before its columns`},
		"foreign list":       {portalFile("people,#,ID\npeople,1\n" + small), fail.Usage, `or another version wrote it: it has a list "people"`},
		"hostile name":       {portalFile("a\u202eb\x07,c\nx,y\n"), fail.Usage, `a row of "a b" stands before its columns`},
		"semicolons":         {portalFile(semicolons), fail.Usage, "read portal.csv: no commas stand between its cells"},
		"tabs":               {portalFile(strings.ReplaceAll(small, ",", "\t")), fail.Usage, "no commas stand between its cells"},
		"UTF-16":             {portalFile(utf16(small)), fail.Usage, "read portal.csv: it is not written in UTF-8"},
		"padded rows":        {portalFile(strings.ReplaceAll(small, "\n", ",,\n")), fail.Usage, "portal.csv"},
		"short row":          {portalFile(strings.Replace(small, "users,1,ann,Y,Анна", "users,1,ann", 1)), fail.Usage, "a row of users has 2 cells instead of 4"},
		"two runs":           {portalFile(small + small), fail.Usage, "portal.csv goes on behind its last row"},
		"two runs in files":  {map[string]string{"a.csv": small, "b.csv": small}, fail.Usage, "holds the list server twice"},
		"list twice":         {portalFile(strings.Replace(small, "end,ok", "modules,#,ID\nend,ok", 1)), fail.Usage, "holds the list modules twice"},
		"rows in between":    {portalFile(strings.Replace(small, "end,ok", "users,3,eve,Y,Ева\nend,ok", 1)), fail.Usage, "rows of the list users stand among others in portal.csv"},
		"10 000 columns":     {portalFile("server,#" + strings.Repeat(",X", 10_000) + "\n" + small), fail.Usage, "a row has 10002 cells"},
		"stray quote":        {portalFile(strings.Replace(small, "bob", `b"ob`, 1)), fail.Usage, "read portal.csv: "},
		"no portal":          {portalFile("server,#,PRODUCT,VERSION,NOW,ZONE\nserver,MariaDB,10.11.6,1795338000,UTC\nend,ok\n"), fail.NoData, "shows no table b_user"},
		"not even a product": {portalFile("end,ok\n"), fail.Usage, "holds no export of a portal"},
	} {
		t.Run(name, func(t *testing.T) {
			requireNothing(t, collection(context.Background(), t, folder(t, c.files), nil, nil), c.exit, c.sentence)
		})
	}
	requireNothing(t, collection(context.Background(), t, &ExportConfig{Folder: filepath.Join(t.TempDir(), "gone")}, nil, nil), fail.Usage, "read the export")
}

// utf16 is a text as PowerShell writes it.
func utf16(s string) string {
	b := []byte{0xff, 0xfe}
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

// A script that was stopped: what came before is used, the rest is an error and never an empty list.
func TestExportThatBreaksOff(t *testing.T) {
	everyEngine(t, func(t *testing.T, engine string) {
		whole := sample(t, engine)
		at := strings.Index(whole, "\nmailboxes,#,")
		require.Positive(t, at)
		rows := strings.Index(whole[at+1:], "\n") + at + 2
		for name, cut := range map[string]string{
			"before the columns": whole[:at+1], "in the columns": whole[:at+14], "behind the columns": whole[:rows],
			"in a row": whole[:rows+14], "without the last row": whole[:strings.LastIndex(whole, "end,")],
		} {
			t.Run(name, func(t *testing.T) {
				out := collection(context.Background(), t, folder(t, portalFile(cut)), nil, nil)
				require.NoError(t, out.err)
				require.Equal(t, facts.Full, out.of(t, facts.KindUser, "").State)
				lost := map[facts.Kind]bool{facts.KindActivity: true}
				if name != "without the last row" {
					lost[facts.KindMailbox], lost[facts.KindForm], lost[facts.KindConsent], lost[facts.KindRole] = true, true, true, true
				}
				for _, c := range out.About.Coverage {
					if c.Field == "" && lost[c.Kind] {
						require.NotEqual(t, facts.Full, c.State, c.Kind)
						require.Equal(t, facts.Failed, c.Reason, c.Kind)
						require.Contains(t, c.Detail, "the export ", c.Kind)
						delete(lost, c.Kind)
					}
				}
				require.Empty(t, lost, "nothing is said of them")
				require.NotEmpty(t, out.About.Sources[0].Notes)
			})
		}
	})
}

// Whether one address tried many names is not to be seen without the second list of failures.
func TestFailuresWithoutTheirSources(t *testing.T) {
	out := collection(context.Background(), t, folder(t, portalFile(small)), nil, nil)
	require.NoError(t, out.err)
	require.NotEmpty(t, out.ByKind[facts.KindActivity])
	require.Equal(t, facts.PartOnly, out.of(t, facts.KindActivity, facts.ActLoginFailed).State)
}

// One of several files breaks off: what stood behind is not taken for a table that does not exist.
func TestExportInPiecesOfWhichOneIsCut(t *testing.T) {
	whole := sample(t, dbserver.Postgres)
	at := func(list string) int {
		i := strings.Index(whole, "\n"+list+",#,")
		require.Positive(t, i, list)
		return i + 1
	}
	reason := func(first string) facts.Reason {
		out := collection(context.Background(), t, folder(t, map[string]string{"1.csv": first, "2.csv": whole[at("roles"):]}), nil, nil)
		require.NoError(t, out.err)
		return out.of(t, facts.KindMailbox, "").Reason
	}
	require.Equal(t, facts.Failed, reason(whole[:at("mailboxes")]))
	require.NotEqual(t, facts.Failed, reason(whole[:at("mailboxes")]+"end,ok\n"), "whoever made it says that this is all")
}

// Wherever the file ends, nobody is told that the rest does not exist.
func TestExportNeverLooksWholeWhenItIsNot(t *testing.T) {
	whole := sample(t, dbserver.Postgres)
	step := len(whole) / 40
	for at := step; at < len(whole)-len("end,ok\n"); at += step {
		out := collection(context.Background(), t, folder(t, portalFile(whole[:at])), nil, nil)
		if out.err == nil {
			require.Equal(t, facts.Failed, out.of(t, facts.KindActivity, "").Reason, "cut at %d", at)
		}
	}
}

// A quotation mark that is never closed makes one row of the rest of the file.
func TestExportOfOneEndlessRow(t *testing.T) {
	cfg := folder(t, nil)
	f, err := os.Create(filepath.Join(cfg.Folder, "portal.csv"))
	require.NoError(t, err)
	_, err = f.WriteString(small[:strings.Index(small, "users,1")] + `users,1,"`)
	require.NoError(t, err)
	block := bytes.Repeat([]byte("users,2,bob,N,nobody here\n"), 40_000)
	for range 64 {
		_, err = f.Write(block)
		require.NoError(t, err)
	}
	require.NoError(t, f.Close())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	out := collection(context.Background(), t, cfg, nil, nil)
	runtime.ReadMemStats(&after)
	requireNothing(t, out, fail.Usage, "a row is longer than 16 MB")
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(300<<20))
}

func TestOptionalColumnsOfAnExport(t *testing.T) {
	without := strings.NewReplacer("ID,LOGIN,ACTIVE,NAME", "ID,ACTIVE", "1,ann,Y,Анна", "1,Y", "2,bob,N,\\N", "2,N").Replace(small)
	out := collection(context.Background(), t, folder(t, portalFile(without)), nil, nil)
	require.NoError(t, out.err)
	c := out.of(t, facts.KindUser, "")
	require.Equal(t, facts.Missing, c.State)
	require.Contains(t, c.Detail, "column LOGIN of table b_user")
}

func FuzzExport(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("\ufeff" + strings.ReplaceAll(small, "\n", "\r\n")))
	f.Add([]byte("server,#,PRODUCT\nserver,#\nusers,#,ID,LOGIN,ACTIVE\nusers,#,#,#\nend,ok\n"))
	f.Add([]byte("users,#,ID,ID,ID,LOGIN,ACTIVE\nusers,9223372036854775807,NaN,-1,1e999,Y\nend,ok"))
	f.Add([]byte("users,#,ID,LOGIN,ACTIVE\nusers,1,\"a"))
	f.Add([]byte("log_days,#,AUDIT_TYPE_ID,MODULE_ID,USER_ID,NAMED,DAY,N,HOURS,ADDRESSES,ADDRESSLESS\nlog_days,USER_AUTHORIZE,main,1,\\N,20600,-5,1e30,-1,7\n" +
		"users,#,ID,LOGIN,ACTIVE\nusers,1,a,Y\nremembered,#,USER_ID,DATE_REG,LAST_AUTH,TEMP_HASH,IP_ADDR\nremembered,1,1,9999999999999,N,-1\nend,ok\n"))
	f.Add([]byte("options,#,MODULE_ID,NAME,VALUE\noptions,main,nobody,x\noptions,security,otp_mandatory_rights,\"a:1:{i:0;s:2:\"\"AU\"\";}\"\nusers,#,ID,LOGIN,ACTIVE\nend,ok\n"))
	f.Add([]byte("\xff\xfeu\x00s\x00"))
	cfg := &ExportConfig{Folder: filepath.Join(f.TempDir(), "portal.csv"), Days: defaultDays}
	f.Fuzz(func(t *testing.T, content []byte) {
		require.NoError(t, os.WriteFile(cfg.Folder, content, 0o600))
		out := collection(context.Background(), t, cfg, nil, nil)
		if out.err != nil {
			require.NotZero(t, fail.Code(out.err))
			return
		}
		for _, kind := range provides() {
			out.of(t, kind, "")
		}
		require.NotContains(t, text(t, out.Memory), "\u202e")
	})
}
