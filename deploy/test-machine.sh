#!/bin/sh
# What the tests need of the machine: a browser, fonts for it, and a tool that turns a PDF into pictures.
set -eu

missing=
command -v chromium >/dev/null || missing="$missing chromium"
command -v pdftoppm >/dev/null || missing="$missing poppler-utils"
[ -d /usr/share/fonts/truetype/liberation ] || [ -d /usr/share/fonts/truetype/liberation2 ] \
  || missing="$missing fonts-liberation"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need$missing: install them (Debian: sudo apt install$missing) and run make test again." >&2
  exit 1
fi
echo "Installing$missing with apt ..." >&2
# A list of packages that is a little old will often do, and a machine may have no way to a newer one.
apt-get update -qq || true
# shellcheck disable=SC2086 # one word per package
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
