package archive

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crmaudit/crmaudit/fixtures/boxsim"
)

func TestParseMark(t *testing.T) {
	const before = "\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff"
	for name, c := range map[string]struct {
		data string
		want *mark
	}{
		"part of several":      {before + "\x0a\x00LN\x02\x01BX\x00\x02\x00\x00", &mark{last: 258, closed: true, size: 512}},
		"single":               {before + "\x0a\x000000BX\x00\x02\x00\x00", &mark{closed: true, size: 512}},
		"not closed":           {before + "\x0a\x00LN\x01\x00BX0000", &mark{last: 1, size: 0x30303030}},
		"field of another":     {before + "\x0a\x000000BC\x00\x02\x00\x00", nil},
		"field of other width": {before + "\x0b\x00LN\x02\x01BX\x00\x02\x00\x00\x00", nil},
		"cut":                  {before + "\x0a\x00LN\x02\x01BX\x00", nil},
		"no field":             {"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x0a\x00LN\x02\x01BX\x00\x02\x00\x00", nil},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, parseMark([]byte(c.data))) })
	}
}

func TestHeadOfAnOldTar(t *testing.T) {
	block := make([]byte, blockSize)
	copy(block, "bitrix/index.php")
	copy(block[148:], "003034\x00 ")
	require.False(t, tarHeader(block), "a wrong checksum")
	sum := 8 * int(' ')
	for _, c := range "bitrix/index.php" {
		sum += int(c)
	}
	copy(block[148:], octal(sum))
	require.Equal(t, FormatTar, parseHead(block).format)
}

// octal writes a number as a tar header has it.
func octal(n int) string {
	digits := []byte("000000\x00 ")
	for i := 5; i >= 0; i-- {
		digits[i] = byte('0' + n%8)
		n /= 8
	}
	return string(digits)
}

func FuzzArchiveHead(f *testing.F) {
	for _, a := range []boxsim.Archive{{}, {Parts: 3}, {Unfinished: true}, {Encrypted: true}, {Uncompressed: true}, {Uncompressed: true, Encrypted: true}, {PlainSQL: true}} {
		dir := f.TempDir()
		a.Name = "x"
		require.NoError(f, boxsim.WriteArchives(dir, now, []boxsim.Archive{a}))
		data, err := os.ReadFile(filepath.Join(dir, "x"))
		require.NoError(f, err)
		f.Add(data[:min(len(data), 2048)])
	}
	f.Add([]byte{})
	f.Add([]byte("\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h := parseHead(data)
		require.Contains(t, []string{FormatTar, FormatSQL, FormatUnknown}, h.format)
		require.Equal(t, h.format == FormatSQL, h.dump != nil)
		if h.encrypted {
			require.Equal(t, FormatTar, h.format)
		} else {
			require.Empty(t, h.version)
		}
		require.LessOrEqual(t, len(h.version), 7)
		if h.mark != nil {
			require.True(t, h.gzip)
			require.LessOrEqual(t, h.mark.last, maxPart)
		}
		if size, ok := entrySize(data); ok {
			require.GreaterOrEqual(t, size, int64(0))
		}
	})
}
