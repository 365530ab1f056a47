#!/bin/sh
# Prints the benchmarks with the bars they are measured against.
set -eu
make -s build
size=$(wc -c <bin/crmaudit)
printf 'binary                       %6.1f MB   (bar 40)\n' "$(echo "$size" | awk '{print $1/1e6}')"
measure() { # name, bar, command
	name=$1; bar=$2; shift 2
	/usr/bin/env time -f '%e %M' -o bin/time.txt "$@" >/dev/null 2>&1 || true
	awk -v n="$name" -v b="$bar" '{printf "%-28s %6.2f s   %5.0f MB   (bar %s)\n", n, $1, $2/1024, b}' bin/time.txt
}
if command -v time >/dev/null 2>&1 && [ -x /usr/bin/time ]; then
	measure 'crmaudit version' '0.03 s' bin/crmaudit version
	measure 'crmaudit demo, all reports' '3 s, 150 MB' bin/crmaudit demo -q -o bin/demo
else
	echo 'install the Debian package "time" to see the times of the program itself'
fi
go test -run '^$' -bench . -benchtime 1x -timeout 30m ./... 2>/dev/null | grep -E '^(Benchmark|pkg)' || true
