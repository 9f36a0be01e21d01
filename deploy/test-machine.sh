#!/bin/sh
# What the tests need of the machine: a browser with a font, what drives it, a tool that turns a PDF into pictures,
# PostgreSQL, and R with two packages that the statistics are compared with.
set -eu

missing=
# exists FILE ...: whether one of them is there; a pattern that matches nothing is no file.
exists() { for file in "$@"; do if [ -e "$file" ]; then return 0; fi; done; return 1; }
# r_package NAME: whether R is there and finds the package.
r_package() { command -v Rscript >/dev/null && Rscript -e "quit(status = !nzchar(system.file(package = '$1')))"; }

command -v chromium >/dev/null || missing="$missing chromium"
command -v pdftoppm >/dev/null || missing="$missing poppler-utils"
command -v initdb >/dev/null || exists /usr/lib/postgresql/*/bin/initdb || missing="$missing postgresql"
command -v Rscript >/dev/null || missing="$missing r-base-core"
r_package multilevel || missing="$missing r-cran-multilevel"
r_package psych || missing="$missing r-cran-psych"
exists /usr/share/fonts/truetype/liberation* || missing="$missing fonts-liberation"
# Playwright's own node is linked against it, and a small Debian does not have it.
exists /usr/lib*/libatomic.so.1 /usr/lib/*/libatomic.so.1 || missing="$missing libatomic1"
# Chromium without windows: the tests in a browser take half the time with it, and can do without.
better=
command -v chromium-headless-shell >/dev/null || better=chromium-headless-shell
[ -n "$missing$better" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  [ -n "$missing" ] || exit 0
  echo "The tests need$missing: install them (Debian: sudo apt install$missing) and run make test again." >&2
  exit 1
fi
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

echo "Installing$missing${better:+ $better} with apt ..." >&2
# A list of packages that is a little old will often do, and a machine may have no way to a newer one.
apt-get update -qq || true
# Together they take half the time of one after the other.
# shellcheck disable=SC2086 # one word per package
if install $missing $better 2>/dev/null; then exit 0; fi
# shellcheck disable=SC2086
[ -z "$missing" ] || install $missing
