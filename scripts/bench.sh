#!/bin/sh
# Runs the benchmarks and prints what they measure beside the bars they are held against. A line ends
# with OVER where a bar is missed. With -v the output of the benchmarks themselves is printed too.
set -eu

# benchmark | what a reader calls it | unit=bar, in the order in which they are printed
rows='
BenchmarkProgram/version|crmaudit version|s=0.03 binary-MB=40
BenchmarkProgram/demo|crmaudit demo, all reports|s=3 peak-MB=150
BenchmarkCollect2000Users20000Events/sustained|collect: time against what the limit allows|ratio=1.1 requests/necessary=1.1
BenchmarkCheckUsers/10000|check 10 000 users, whole catalogue|s=0.5 cpu-s peak-MB=150
BenchmarkCheckUsers/100000|check 100 000 users|s=5 cpu-s peak-MB=150
BenchmarkCheckUsers/1000000|check 1 000 000 users|s=50 cpu-s peak-MB=150
BenchmarkCheckSnapshot|check 100 000 users from a file|s=5 cpu-s peak-MB=150
BenchmarkPortal/mysql|self-hosted, MariaDB: 100 000 people, 5 000 000 log entries, whole run|s=60 cpu-s ratio=1.15 peak-MB=200
BenchmarkPortal/postgres|self-hosted, PostgreSQL: the same|s=60 cpu-s ratio=1.15 peak-MB=200
BenchmarkFold|fold one entry of the event log|ns/op
BenchmarkDocument/pdf/findings=10/accounts=40|PDF: 10 findings, 40 accounts|s=0.5 peak-MB=64 kB
BenchmarkDocument/pdf/findings=10/accounts=10000|PDF: 10 findings, 10 000 accounts|s=3 peak-MB=200 kB
BenchmarkDocument/pdf/findings=300/accounts=40|PDF: 300 findings|s peak-MB kB
BenchmarkDocument/html/findings=10/accounts=40|HTML: 10 findings, 40 accounts|s peak-MB kB
BenchmarkDocument/html/findings=60/accounts=200|HTML: 60 findings, 200 accounts|s peak-MB kB=500
BenchmarkDocument/html/findings=300/accounts=40|HTML: 300 findings|s peak-MB kB
'

results=$(mktemp)
trap 'rm -f "$results"' EXIT

bench() { # package, benchmarks, how long
	printf 'running %s in %s …\n' "$2" "$1" >&2
	go test -run '^$' -bench "$2" -benchtime "$3" -timeout 30m "$1" >>"$results" || { cat "$results" >&2; exit 1; }
}
bench ./cmd/crmaudit '^BenchmarkProgram$' 5x
bench ./collectors/bitrix24 '^BenchmarkCollect' 1x
bench ./collectors/bitrix24 '^BenchmarkFold$' 1s
bench ./checks '^BenchmarkCheck' 1x
bench ./collectors/bitrixbox '^BenchmarkPortal$' 1x
bench ./report '^BenchmarkDocument$' 3x
[ "${1:-}" != -v ] || cat "$results" >&2

printf '%s' "$rows" | awk -F'|' -v results="$results" '
	BEGIN {
		while ((getline line < results) > 0) {
			n = split(line, word, /[ \t]+/)
			name = word[1]; sub(/-[0-9]+$/, "", name)
			for (i = 3; i < n; i += 2) measured[name, word[i + 1]] = word[i]
		}
		printf "%-44s %-20s %14s %10s\n", "work", "unit", "measured", "bar"
	}
	NF == 3 {
		n = split($3, unit, " ")
		for (i = 1; i <= n; i++) {
			bar = ""
			if (split(unit[i], part, "=") == 2) bar = part[2]
			value = measured[$1, part[1]]
			mark = (value != "" && bar != "" && value + 0 > bar + 0) ? "  OVER" : ""
			if (value == "") value = "not measured"
			printf "%-44s %-20s %14s %10s%s\n", i == 1 ? $2 : "", part[1], value, bar, mark
		}
	}'
