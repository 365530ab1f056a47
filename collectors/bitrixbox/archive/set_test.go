package archive

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/fixtures/boxsim"
)

// sealed lets nothing be read through.
var sealed = limits{files: usual.files, headers: usual.headers}

func TestSets(t *testing.T) {
	at := now.Add(-48 * time.Hour)
	for name, c := range map[string]struct {
		archive boxsim.Archive
		want    Set // Name, Modified and Bytes apart
	}{
		"single, compressed": {boxsim.Archive{},
			Set{Kind: "full", Named: at, Parts: 1, PartsExpected: 1, EncryptedKnown: true, Format: "tar", Checked: CheckedWhole, Guessable: TailRandom}},
		"named site, core only, weak tail": {boxsim.Archive{Site: "crm.example-1", Kind: "core", Tail: "weak8"},
			Set{Site: "crm.example-1", Kind: "core", Named: at, Parts: 1, PartsExpected: 1, EncryptedKnown: true, Format: "tar", Checked: CheckedWhole, Guessable: TailWeak}},
		"no tail": {boxsim.Archive{Kind: "nopub", Tail: "none"},
			Set{Kind: "nopub", Named: at, Parts: 1, PartsExpected: 1, EncryptedKnown: true, Format: "tar", Checked: CheckedWhole, Guessable: TailNone}},
		"encrypted, own name": {boxsim.Archive{Name: "friday.enc.gz", Encrypted: true},
			Set{Parts: 1, PartsExpected: 1, Encrypted: true, EncryptedKnown: true, HeaderVersion: "1.2", Format: "tar", Checked: CheckedWhole, Guessable: TailOwn}},
		"encrypted under a harmless name": {boxsim.Archive{Name: "photos", Encrypted: true, HeaderVersion: "1.1"},
			Set{Parts: 1, PartsExpected: 1, Encrypted: true, EncryptedKnown: true, HeaderVersion: "1.1", Format: "tar", Checked: CheckedWhole, Guessable: TailOwn}},
		"not encrypted under the name of one": {boxsim.Archive{Name: "a.enc.gz"},
			Set{Parts: 1, PartsExpected: 1, EncryptedKnown: true, Format: "tar", Checked: CheckedWhole, Guessable: TailOwn}},
		"encrypted, not compressed": {boxsim.Archive{Name: "a.enc", Encrypted: true, Uncompressed: true, HeaderVersion: "1.0"},
			Set{Parts: 1, Encrypted: true, EncryptedKnown: true, HeaderVersion: "1.0", Format: "tar", Checked: CheckedNames, Guessable: TailOwn}},
		"strange version of the encryption": {boxsim.Archive{Name: "a.enc.gz", Encrypted: true, HeaderVersion: "\x1b[31m"},
			Set{Parts: 1, PartsExpected: 1, Encrypted: true, EncryptedKnown: true, Format: "tar", Checked: CheckedWhole, Guessable: TailOwn}},
		"not compressed, in parts": {boxsim.Archive{Name: "a.tar", Uncompressed: true, Parts: 4},
			Set{Parts: 4, EncryptedKnown: true, Format: "tar", Checked: CheckedEnds, Guessable: TailOwn}},
		"not compressed, cut": {boxsim.Archive{Name: "a.tar", Uncompressed: true, Truncate: true},
			Set{Parts: 1, EncryptedKnown: true, Format: "tar", Problem: Truncated, Guessable: TailOwn}},
		"not compressed, last part lost": {boxsim.Archive{Name: "a.tar", Uncompressed: true, Parts: 4, OmitParts: []int{3}},
			Set{Parts: 3, EncryptedKnown: true, Format: "tar", Problem: Truncated, Guessable: TailOwn}},
		"all parts": {boxsim.Archive{Name: "a.tar.gz", Parts: 12},
			Set{Parts: 12, PartsExpected: 12, EncryptedKnown: true, Format: "tar", Checked: CheckedWhole, Guessable: TailOwn}},
		"last part lost": {boxsim.Archive{Name: "a.enc.gz", Parts: 3, Encrypted: true, OmitParts: []int{2}},
			Set{Parts: 2, PartsExpected: 3, Missing: []int{2}, Encrypted: true, EncryptedKnown: true, HeaderVersion: "1.2", Format: "tar", Problem: PartMissing, Guessable: TailOwn}},
		"two parts lost": {boxsim.Archive{Name: "a.tar.gz", Parts: 5, OmitParts: []int{1, 3}},
			Set{Parts: 3, PartsExpected: 5, Missing: []int{1, 3}, EncryptedKnown: true, Format: "tar", Problem: PartMissing, Guessable: TailOwn}},
		"first file lost": {boxsim.Archive{Name: "a.tar.gz", Parts: 3, OmitParts: []int{0}},
			Set{Parts: 2, Missing: []int{0}, Format: "unknown", Problem: PartMissing, Guessable: TailOwn}},
		"cut": {boxsim.Archive{Name: "a.tar.gz", Truncate: true},
			Set{Parts: 1, PartsExpected: 1, EncryptedKnown: true, Format: "tar", Problem: Truncated, Guessable: TailOwn}},
		"last part cut": {boxsim.Archive{Name: "a.enc.gz", Parts: 3, Encrypted: true, Truncate: true},
			Set{Parts: 3, PartsExpected: 3, Encrypted: true, EncryptedKnown: true, HeaderVersion: "1.2", Format: "tar", Problem: Truncated, Guessable: TailOwn}},
		"run died in the only part": {boxsim.Archive{Name: "a.tar.gz", Unfinished: true},
			Set{Parts: 1, EncryptedKnown: true, Format: "tar", Problem: Unfinished, Guessable: TailOwn}},
		"run died in the second part": {boxsim.Archive{Name: "a.tar.gz", Parts: 2, Unfinished: true},
			Set{Parts: 2, PartsExpected: 1, EncryptedKnown: true, Format: "tar", Problem: Unfinished, Guessable: TailOwn}},
		"run died in the fourth part": {boxsim.Archive{Name: "a.tar.gz", Parts: 4, Unfinished: true},
			Set{Parts: 4, PartsExpected: 3, EncryptedKnown: true, Format: "tar", Problem: Unfinished, Guessable: TailOwn}},
		"dump": {boxsim.Archive{PlainSQL: true},
			Set{Kind: "sql", Named: at, Parts: 1, EncryptedKnown: true, Format: "sql", Checked: CheckedEnds, Guessable: TailRandom}},
		"dump under a harmless name": {boxsim.Archive{Name: "readme.txt", PlainSQL: true},
			Set{Parts: 1, EncryptedKnown: true, Format: "sql", Checked: CheckedEnds, Guessable: TailOwn}},
		"dump without its closing line": {boxsim.Archive{Name: "a.sql", PlainSQL: true, Unfinished: true},
			Set{Parts: 1, EncryptedKnown: true, Format: "sql", Problem: Unfinished, Guessable: TailOwn}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c.archive.Age = 48 * time.Hour
			require.NoError(t, boxsim.WriteArchives(dir, now, []boxsim.Archive{c.archive}))
			f := readFolder(t, dir, usual)
			require.Empty(t, f.Unread)
			require.Len(t, f.Sets, 1)
			got := f.Sets[0]
			var size int64
			var newest time.Time
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			for _, e := range entries {
				info, err := e.Info()
				require.NoError(t, err)
				size += info.Size()
				if info.ModTime().After(newest) {
					newest = info.ModTime().UTC()
				}
			}
			require.Equal(t, size, got.Bytes)
			require.Equal(t, newest, got.Modified)
			require.NotEmpty(t, got.Name)
			require.NotContains(t, fmt.Sprintf("%+v", f), boxsim.CanaryArchive)
			got.Name, got.Bytes, got.Modified = "", 0, time.Time{}
			require.Equal(t, c.want, got)

			again := readFolder(t, dir, sealed).Sets[0]
			require.Equal(t, c.want.Problem, again.Problem, "without reading it through")
			require.NotEqual(t, CheckedWhole, again.Checked)
		})
	}
}

func TestSetsOfOneFolder(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, boxsim.WriteArchives(dir, now, []boxsim.Archive{
		{Name: "b.tar.gz", Age: time.Hour}, {Name: "a.tar.gz", Age: 48 * time.Hour, Parts: 2}, {Name: "a.tar", Uncompressed: true, Age: time.Hour},
	}))
	lim := usual
	lim.streamed = 60 << 10
	var got []string
	for _, s := range readFolder(t, dir, lim).Sets {
		got = append(got, s.Name+" "+s.Checked)
	}
	require.Equal(t, []string{"a.tar ends", "a.tar.gz ends", "b.tar.gz whole"}, got, "the newest is read through first")
}

// gz compresses as other programs do.
func gz(t *testing.T, content string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

// portal gives the bytes of an archive of the portal.
func portal(t *testing.T, a boxsim.Archive) string {
	dir := t.TempDir()
	a.Name = "x"
	require.NoError(t, boxsim.WriteArchives(dir, now, []boxsim.Archive{a}))
	data, err := os.ReadFile(filepath.Join(dir, "x"))
	require.NoError(t, err)
	return string(data)
}

func TestHostileFiles(t *testing.T) {
	whole := portal(t, boxsim.Archive{})
	damaged := whole[:30_000] + "damage" + whole[30_006:]
	dump := "-- MySQL dump 10.13\n" + strings.Repeat("INSERT INTO `t` VALUES (1);\n", 2000)
	for name, c := range map[string]struct {
		file, content                     string
		format, problem, checked, guessed string
		known                             bool
	}{
		"nothing in it":              {"a.tar.gz", "", FormatUnknown, Truncated, "", TailOwn, false},
		"three bytes":                {"a.tar.gz", "\x1f\x8b\x08", FormatUnknown, Truncated, "", TailOwn, false},
		"no archive":                 {"20260801_030000_full_0123456789abcdef.tar.gz", "GIF89a", FormatUnknown, Unreadable, "", TailRandom, false},
		"no such day":                {"20269999_030000_full_0123456789abcdef.tar", "GIF89a", FormatUnknown, Unreadable, "", TailOwn, false},
		"kind of cloud copy":         {"20260801_030000_12345678.enc.gz", whole, FormatTar, "", CheckedWhole, TailWeak, true},
		"cut by half a byte":         {"a.tar.gz", whole[:len(whole)-1], FormatTar, Truncated, "", TailOwn, true},
		"room never written":         {"a.tar.gz", whole[:20_000] + strings.Repeat("\x00", 4096), FormatTar, Truncated, "", TailOwn, true},
		"damaged in the middle":      {"a.tar.gz", damaged, FormatTar, Unreadable, "", TailOwn, true},
		"header alone":               {"a.tar.gz", whole[:50], FormatUnknown, Truncated, "", TailOwn, false},
		"gzip of another program":    {"a.tar.gz", gz(t, portal(t, boxsim.Archive{Uncompressed: true})), FormatTar, "", CheckedWhole, TailOwn, true},
		"dump of another program":    {"a.sql.gz", gz(t, dump+"-- Dump completed on 2026-08-01\n"), FormatSQL, "", CheckedWhole, TailOwn, true},
		"unfinished dump, packed":    {"a.sql.gz", gz(t, dump), FormatSQL, Unfinished, "", TailOwn, true},
		"unfinished dump":            {"a.sql", dump, FormatSQL, Unfinished, "", TailOwn, true},
		"dump of unknown making":     {"a.sql", "INSERT INTO `t` VALUES (1);", FormatSQL, "", CheckedNames, TailOwn, true},
		"no dump":                    {"a.sql", "\x00\x01\x02", FormatUnknown, Unreadable, "", TailOwn, false},
		"something packed":           {"a.gz", gz(t, "no archive"), FormatUnknown, "", CheckedWhole, TailOwn, false},
		"part four thousand million": {"a.tar.gz.4000000000", whole, FormatTar, "", CheckedWhole, TailOwn, true},
		"tar of odd length":          {"a.tar", portal(t, boxsim.Archive{Uncompressed: true}) + "x", FormatTar, Truncated, "", TailOwn, true},
		"encrypted of odd length":    {"a.enc", portal(t, boxsim.Archive{Uncompressed: true, Encrypted: true}) + "x", FormatTar, Truncated, "", TailOwn, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, c.file, c.content)
			f := readFolder(t, dir, usual)
			require.Len(t, f.Sets, 1)
			s := f.Sets[0]
			require.Equal(t, c.file, s.Name)
			require.Equal(t, []string{c.format, c.problem, c.checked, c.guessed}, []string{s.Format, s.Problem, s.Checked, s.Guessable})
			require.Equal(t, c.known, s.EncryptedKnown)
			require.Equal(t, 1, s.Parts)
		})
	}
}

func TestPartsOfOtherMaking(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, boxsim.WriteArchives(dir, now, []boxsim.Archive{{Name: "a.tar.gz", Parts: 2}}))
	write(t, dir, "a.tar.gz.1", "GIF89a")
	write(t, dir, "b.tar.gz", gz(t, portal(t, boxsim.Archive{Uncompressed: true}))[:20_000])
	write(t, dir, "b.tar.gz.1", "the rest of the same stream")
	sets := readFolder(t, dir, usual).Sets
	require.Equal(t, Unreadable, sets[0].Problem)
	require.Equal(t, []string{"", CheckedNames}, []string{sets[1].Problem, sets[1].Checked})
}

func TestHighestPartAlone(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.tar.gz.65535", "x")
	s := readFolder(t, dir, usual).Sets[0]
	require.Equal(t, PartMissing, s.Problem)
	require.Len(t, s.Missing, maxMissing)
	require.Zero(t, s.PartsExpected)
}

func TestBombStopsAtTheLimit(t *testing.T) {
	dir := t.TempDir()
	zeros := portal(t, boxsim.Archive{Uncompressed: true}) + strings.Repeat("\x00", 8<<20)
	write(t, dir, "a.tar.gz", gz(t, zeros))
	lim := usual
	lim.inflated = 1 << 20
	s := readFolder(t, dir, lim).Sets[0]
	require.Equal(t, []string{"", CheckedNames}, []string{s.Problem, s.Checked})
	require.Equal(t, CheckedWhole, readFolder(t, dir, usual).Sets[0].Checked)
}

func TestTooManyEntries(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, boxsim.WriteArchives(dir, now, []boxsim.Archive{{Name: "a.tar", Uncompressed: true}}))
	lim := usual
	lim.headers = 2
	s := readFolder(t, dir, lim).Sets[0]
	require.Equal(t, []string{"", CheckedNames}, []string{s.Problem, s.Checked})
}

// Cut exactly between two entries, an archive looks no different from one whose maker left the last blocks out.
func TestCutBetweenEntries(t *testing.T) {
	dir := t.TempDir()
	whole := portal(t, boxsim.Archive{Uncompressed: true})
	write(t, dir, "whole.tar", whole)
	cut := whole
	for strings.HasSuffix(cut, strings.Repeat("\x00", blockSize)) {
		cut = cut[:len(cut)-blockSize]
	}
	write(t, dir, "cut.tar", cut)
	sets := readFolder(t, dir, usual).Sets
	require.Len(t, sets, 2)
	for _, s := range sets {
		want := map[string]string{"whole.tar": CheckedEnds, "cut.tar": CheckedNames}[s.Name]
		require.Equal(t, []string{"", want}, []string{s.Problem, s.Checked}, s.Name)
	}
}
