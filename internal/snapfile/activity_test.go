package snapfile

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

var day = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// compare holds both ways to encoding/json; usual says whether they were taken.
func compare(t *testing.T, a *facts.Activity) (usual bool) {
	t.Helper()
	line, wrote := appendActivity(nil, a)
	want, err := json.Marshal(a)
	if err != nil {
		require.False(t, wrote)
		return false
	}
	if wrote {
		require.Equal(t, string(want)+"\n", string(line))
	}
	got, read := parseActivity(want)
	if read {
		var strict facts.Activity
		require.NoError(t, decodeStrict(want, &strict))
		require.Equal(t, &strict, got)
	}
	return wrote && read
}

func TestActivities(t *testing.T) {
	for name, c := range map[string]struct {
		record facts.Activity
		usual  bool
	}{
		"log-ins":      {facts.Activity{Actor: "7", Day: day, Type: facts.ActLogin, Source: "bitrixbox", Count: 3, Hours: 1<<24 - 1, Addresses: 2}, true},
		"failures":     {facts.Activity{Actor: "address 203.0.113.9", ActorName: "203.0.113.9", Day: day, Type: facts.ActLoginFailed, Count: 40, PeakHour: 30, Peak10Min: 20}, true},
		"nobody":       {facts.Activity{Day: day, Type: facts.ActAttack, Count: 1}, true},
		"no date":      {facts.Activity{Actor: "7", Type: facts.ActView}, true},
		"an hour":      {facts.Activity{Actor: "7", Day: day.Add(time.Hour + 5), Type: facts.ActView, Count: 1}, true},
		"a name":       {facts.Activity{Actor: "7", ActorName: "Анна", Day: day, Type: facts.ActView, Count: 1}, false},
		"a tag":        {facts.Activity{Actor: "<7>", Day: day, Type: facts.ActView, Count: 1}, false},
		"a quotation":  {facts.Activity{Actor: `7","count":9`, Day: day, Type: facts.ActView, Count: 1}, false},
		"another zone": {facts.Activity{Actor: "7", Day: day.In(time.FixedZone("", 3600)), Type: facts.ActView, Count: 1}, false},
		"too late":     {facts.Activity{Actor: "7", Day: day.AddDate(9000, 0, 0), Type: facts.ActView, Count: 1}, false},
		"less than 0":  {facts.Activity{Actor: "7", Day: day, Type: facts.ActView, Count: -1}, false},
		"very many":    {facts.Activity{Actor: "7", Day: day, Type: facts.ActView, Count: 1 << 40}, false},
	} {
		require.Equal(t, c.usual, compare(t, &c.record), name)
	}
	_, wrote := appendActivity(nil, nil)
	require.False(t, wrote)
}

// What is not exactly the usual line is read by encoding/json, which may refuse it.
func TestUnusualActivities(t *testing.T) {
	line, _ := appendActivity(nil, &facts.Activity{Actor: "7", ActorName: "x", Day: day, Type: facts.ActLogin, Source: "s", Count: 10, Hours: 5, Addresses: 2})
	usual := strings.TrimSuffix(string(line), "\n")
	_, read := parseActivity([]byte(usual))
	require.True(t, read)
	for i := range usual {
		_, read := parseActivity([]byte(usual[:i]))
		require.False(t, read, usual[:i])
	}
	for _, change := range [][2]string{
		{`10`, `010`}, {`10`, `1e1`}, {`10`, `10.0`}, {`10`, `"10"`}, {`10`, `12345678901`}, {`2026-11-20`, `2026-11-31`}, {`}`, `} `}, {`}`, `}}`},
		{`"count"`, `"Count"`}, {`,"hours":5`, `,"other":5`}, {`,"hours":5`, `,"addresses":5`}, {`{"actor"`, `{ "actor"`}, {`"x"`, `"\u0078"`},
	} {
		changed := strings.Replace(usual, change[0], change[1], 1)
		require.NotEqual(t, usual, changed)
		_, read := parseActivity([]byte(changed))
		require.False(t, read, changed)
	}
}

func FuzzActivity(f *testing.F) {
	f.Add("7", "", int64(1795338000), "login", "bitrixbox", 1, uint32(64), 1, []byte(`{"actor":"7","day":"2026-11-20T00:00:00Z","kind":"login","count":1}`))
	f.Add("<", "Анна", int64(-1), "", "\x00", -1, uint32(1<<31), 1<<40, []byte(`{"actor":"7","actor_name":"","day":"2026-11-20T00:00:00Z","kind":"login","count":0,"hours":0}`))
	f.Fuzz(func(t *testing.T, actor, name string, at int64, kind, source string, count int, hours uint32, peak int, line []byte) {
		compare(t, &facts.Activity{
			Actor: actor, ActorName: name, Day: time.Unix(at, 0).UTC(), Type: kind, Source: source, Count: count, Hours: hours, Addresses: peak, PeakHour: peak, Peak10Min: count,
		})
		if got, read := parseActivity(line); read {
			var strict facts.Activity
			require.NoError(t, decodeStrict(line, &strict))
			require.Equal(t, &strict, got)
		}
	})
}
