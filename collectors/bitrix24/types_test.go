package bitrix24

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/facts"
)

func decode[T any](t *testing.T, data string) T {
	t.Helper()
	var v struct{ V T }
	require.NoError(t, json.Unmarshal([]byte(`{"V":`+data+`}`), &v), data)
	return v.V
}

func TestDates(t *testing.T) {
	want := time.Date(2024, 8, 29, 7, 30, 11, 0, time.UTC)
	for _, tt := range []struct {
		json  string
		state dateState
	}{
		{`"2024-08-29T10:30:11+03:00"`, dateGiven},
		{`"2024-08-29T10:30:11+0300"`, dateGiven},
		{`"2024-08-29 10:30:11"`, dateGiven},
		{`"29.08.2024 10:30:11"`, dateGiven},
		{`{}`, dateUnreadable},
		{`[]`, dateUnreadable},
		{`"soon"`, dateUnreadable},
		{`1724916611`, dateUnreadable},
		{`"0001-01-01T00:00:00Z"`, dateUnreadable},
		{`"9999-12-31T23:59:59Z"`, dateUnreadable},
		{`""`, dateEmpty},
		{`false`, dateEmpty},
		{`null`, dateEmpty},
		{`"0000-00-00 00:00:00"`, dateEmpty},
	} {
		d := decode[date](t, tt.json)
		assert.Equal(t, tt.state, d.state, tt.json)
		if at, ok := d.in(moscow).Get(); tt.state == dateGiven {
			assert.True(t, ok)
			assert.Equal(t, want, at, tt.json)
		} else {
			assert.False(t, ok, tt.json)
		}
	}
}

func TestIDs(t *testing.T) {
	for data, want := range map[string]id{
		`"42"`: "42", `42`: "42", `" 42 "`: "42", `"042"`: "42",
		`0`: "", `"0"`: "", `null`: "", `""`: "", `-3`: "", `4.5`: "", `"x"`: "", `{}`: "", `[1]`: "", `true`: "", `99999999999999999999`: "",
	} {
		assert.Equal(t, want, decode[id](t, data), data)
	}
}

func TestFlags(t *testing.T) {
	for data, want := range map[string]facts.Known[bool]{
		`true`: facts.Of(true), `"Y"`: facts.Of(true), `"y"`: facts.Of(true), `1`: facts.Of(true), `"1"`: facts.Of(true), `"on"`: facts.Of(true),
		`false`: facts.Of(false), `"N"`: facts.Of(false), `0`: facts.Of(false), `"false"`: facts.Of(false),
		`""`: {}, `null`: {}, `{}`: {}, `"maybe"`: {}, `2`: {},
	} {
		assert.Equal(t, want, decode[flag](t, data).Known, data)
	}
}

func TestListsAndDicts(t *testing.T) {
	require.Equal(t, []id{"1", "2"}, decode[list[id]](t, `["1",2]`).items)
	require.Equal(t, []id{"5", "10"}, decode[list[id]](t, `{"10":"10","2":5}`).items, "a map with numbers for keys")
	require.Empty(t, decode[list[id]](t, `[]`))
	require.Empty(t, decode[list[id]](t, `false`))
	require.Equal(t, 1, decode[list[id]](t, `"text"`).skipped)
	require.Equal(t, 1, decode[list[map[string]id]](t, `[{"a":1},7]`).skipped)
	require.Empty(t, decode[dict[id]](t, `[]`), "an empty map of PHP")
	require.Equal(t, dict[id]{"a": "1"}, decode[dict[id]](t, `{"a":1}`))
	require.Equal(t, dict[id]{"0": "1"}, decode[dict[id]](t, `[1]`))
}

func TestErrorForms(t *testing.T) {
	for data, want := range map[string]portalError{
		`"QUERY_LIMIT_EXCEEDED"`: {present: true, code: "QUERY_LIMIT_EXCEEDED"},
		`""`:                     {present: true},
		`0`:                      {present: true, code: "0"},
		`null`:                   {},
		`{"code":"BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION","message":"no"}`:           {present: true, code: "BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION", message: "no"},
		`{"error":"insufficient_scope","error_description":"no"}`:                            {present: true, code: "insufficient_scope", message: "no"},
		`{"code":"X","message":"bad","validation":[{"field":"id","message":"is required"}]}`: {present: true, code: "X", message: "bad; id: is required"},
	} {
		assert.Equal(t, want, decode[portalError](t, data), data)
	}
}

func TestReasons(t *testing.T) {
	for _, tt := range []struct {
		no   refusal
		want facts.Reason
	}{
		{refusal{code: "insufficient_scope", status: 403}, facts.Denied},
		{refusal{code: "insufficient_scope", status: 401}, facts.Denied},
		{refusal{code: "BITRIX_REST_V3_EXCEPTION_INSUFFICIENTSCOPEEXCEPTION"}, facts.Denied},
		{refusal{code: "BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION"}, facts.Denied},
		{refusal{code: "ACCESS_DENIED", message: "REST API is available only on commercial plans"}, facts.NotOnPlan},
		{refusal{code: "ERROR_METHOD_NOT_FOUND", status: 404}, facts.NotSupported},
		{refusal{code: "INTERNAL_SERVER_ERROR", status: 500}, facts.Failed},
		{refusal{code: "", status: 400}, facts.Failed},
	} {
		assert.Equal(t, tt.want, reason(&tt.no), tt.no.code)
	}
}

func TestQuery(t *testing.T) {
	require.Equal(t, "ADMIN_MODE=1&FILTER%5B%3EID%5D=5&SELECT%5B%5D=ID&SELECT%5B%5D=NAME&start=-1",
		params{"ADMIN_MODE": true, "FILTER": params{">ID": 5}, "SELECT": []string{"ID", "NAME"}, "start": -1}.query())
	require.Equal(t, "ACTIVE=0", params{"ACTIVE": false}.query(), `the text "false" counts as true`)
}

func FuzzDate(f *testing.F) {
	for _, seed := range []string{`"2024-08-29T10:30:11+03:00"`, `"29.08.2024 10:30:11"`, `{}`, `""`, `null`, `"0000-00-00"`, `"`, `"99999-01-01"`, "\"\xff\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var d date
		require.NoError(t, d.UnmarshalJSON(data))
		if at, ok := d.in(moscow).Get(); ok {
			_, err := at.MarshalJSON()
			require.NoError(t, err)
		}
	})
}

func FuzzScalars(f *testing.F) {
	for _, seed := range []string{`"42"`, `42`, `[]`, `{}`, `"Y"`, `true`, `-1`, `1e9`, `{"a":[1,null]}`, `[{},7]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var i id
		var b flag
		var s text
		var l list[userRow]
		var d dict[*imRow]
		var e portalError
		for _, v := range []json.Unmarshaler{&i, &b, &s, &l, &d, &e} {
			require.NoError(t, v.UnmarshalJSON(data))
		}
		require.True(t, i == "" || i.number() > 0)
	})
}
