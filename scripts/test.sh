#!/bin/sh
# Runs all tests. What a test needs from outside Go — a C compiler for the race detector, a browser for
# the HTML report, MariaDB and PostgreSQL for the self-hosted portal — is installed from Debian's packages
# when that is possible; what stays missing is said loudly, with the tests that are skipped for want of it.
# Without a database server tests fail, unless CRMAUDIT_SKIP_DATABASES=1 says to skip them.
set -eu

say() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
browser() { have chromium || have chromium-browser || have google-chrome; }
compiler() { have gcc || have clang; }
# Servers are often outside the PATH of an ordinary user.
mariadb() { have mariadb-install-db && have mariadb && { have mariadbd || [ -x /usr/sbin/mariadbd ]; }; }
postgres() { have psql && { have initdb || ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1; }
databases() { [ "${CRMAUDIT_SKIP_DATABASES:-}" = 1 ] || { mariadb && postgres; }; }
# Root, or sudo where it asks for no password.
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# The tests start servers of their own, so no system service is wanted: MariaDB comes as its programs alone;
# PostgreSQL's package has a service, which run level 1 keeps from starting where init scripts are in charge.
# Nothing installed is removed to make room.
install() {
	as_root apt-get update -qq &&
		as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
			apt-get install -y -qq --no-remove --no-install-recommends "$@"
}

have go || { say "test: Go is missing: install Go 1.26 or newer (https://go.dev/dl/)"; exit 2; }

missing=""
compiler || missing="$missing gcc libc6-dev"
browser || missing="$missing chromium"
if ! databases; then
	mariadb || missing="$missing mariadb-server-core mariadb-client-core"
	postgres || missing="$missing postgresql"
fi
if [ -n "$missing" ] && have apt-get && as_root true 2>/dev/null; then
	say "test: installing$missing"
	# One by one where not all of them can be had together.
	# shellcheck disable=SC2086
	install $missing >/dev/null 2>&1 || for package in $missing; do install "$package" >/dev/null 2>&1 || true; done
fi

race=-race
compiler || { race=""; say "test: WITHOUT the race detector, for want of a C compiler (install gcc)"; }
browser || say "test: SKIPPED for want of a browser: the HTML report in a real browser (install chromium)"
databases || say "test: WILL FAIL for want of a database server (install mariadb-server and postgresql, or set CRMAUDIT_SKIP_DATABASES=1)"
[ "${CRMAUDIT_SKIP_DATABASES:-}" != 1 ] || say "test: SKIPPED as asked: what needs MariaDB or PostgreSQL"
[ "$(id -u)" = 0 ] || say "test: SKIPPED for want of root: what happens on a full disk (it mounts a small one)"

go vet ./...
# Ten minutes a package, the default, are too few on a busy machine.
# shellcheck disable=SC2086
go test $race -timeout 30m "$@" ./...
