//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkProgram measures the program as it is delivered: its size, and the time and the memory of
// whole commands as the system counts them. Memory below that of the benchmark itself is not seen,
// because a process starts with the mark of the one that started it.
func BenchmarkProgram(b *testing.B) {
	dir := b.TempDir()
	program := filepath.Join(dir, "crmaudit")
	out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, ".").CombinedOutput()
	require.NoError(b, err, string(out))
	for name, args := range map[string][]string{
		"version": {"version"},
		"demo":    {"demo", "-q", "-o", filepath.Join(dir, "demo")},
	} {
		b.Run(name, func(b *testing.B) {
			var most int64
			for b.Loop() {
				c := exec.Command(program, args...)
				out, err := c.CombinedOutput()
				require.NoError(b, err, string(out))
				most = max(most, maxRSS(c.ProcessState))
			}
			st, err := os.Stat(program)
			require.NoError(b, err)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s")
			b.ReportMetric(float64(most)/1e6, "peak-MB")
			b.ReportMetric(float64(st.Size())/1e6, "binary-MB")
		})
	}
}

// maxRSS is the most memory that a finished process held, in bytes.
func maxRSS(p *os.ProcessState) int64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return usage.Maxrss // counted in bytes there, in kilobytes elsewhere
	}
	return usage.Maxrss * 1024
}
