#!/bin/sh
# Makes .venv with Kompetanse in it; with --tests also what its tests need. Quick when nothing has changed.
#
# Needs Python 3.11 or newer and never downloads one. The environment is made by uv, else by Python's own venv, else by
# pip's virtualenv, else (as root on Debian) by python3-venv from apt. Packages come from wherever this machine is set
# up to get them; no address is named here.
set -eu
cd "$(dirname "$0")/.."

case "${1-}" in
  '') wanted=run; group= ;;
  --tests) wanted=tests; group='--group dev' ;;
  *) echo "usage: sh deploy/bootstrap.sh [--tests]" >&2; exit 2 ;;
esac

stop() { echo "$1" >&2; exit 1; }

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# Prints a Python that is new enough.
find_python() {
  for name in "${PYTHON:-python3}" python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do
    if fits "$name"; then command -v "$name"; return; fi
  done
  return 1
}

# uv does not read pip's settings: where only pip knows this machine's package index, pip installs.
pip_alone_knows_the_index() {
  env | grep -q '^UV_\(DEFAULT_INDEX\|INDEX\|INDEX_URL\|EXTRA_INDEX_URL\|FIND_LINKS\|CONFIG_FILE\)=' && return 1
  config=${XDG_CONFIG_HOME:-$HOME/.config}
  grep -Eqs 'index|find-links' "$config/uv/uv.toml" /etc/uv/uv.toml && return 1
  env | grep -q '^PIP_\(INDEX_URL\|EXTRA_INDEX_URL\|FIND_LINKS\|NO_INDEX\)=' && return 0
  grep -Eqs '^ *(index-url|extra-index-url|find-links|no-index)' "${PIP_CONFIG_FILE:-/etc/pip.conf}" \
    /etc/pip.conf /etc/xdg/pip/pip.conf "$HOME/.pip/pip.conf" "$config/pip/pip.conf"
}

with_uv() { command -v uv >/dev/null && ! pip_alone_knows_the_index && uv venv --quiet --no-python-downloads --python "$python" .venv; }

with_venv() { "$python" -m venv .venv >/dev/null 2>&1; }

with_virtualenv() {
  "$python" -m pip --version >/dev/null 2>&1 || return 1
  tools=$(mktemp -d)
  # --target leaves the machine's own Python alone, as Debian demands.
  "$python" -m pip install --quiet --target "$tools" virtualenv \
    && PYTHONPATH=$tools "$python" -m virtualenv --quiet .venv && made=yes || made=
  rm -rf "$tools"
  [ -n "$made" ]
}

with_apt() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ "$(command -v "$python")" = /usr/bin/python3 ] || return 1
  echo "Installing python3-venv with apt ..." >&2
  # A list of packages that is a little old will often do, and a machine may have no way to a newer one.
  apt-get update -qq || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null && with_venv
}

make_environment() {
  python=$(find_python) || stop "Kompetanse needs Python 3.11 or newer: install it (Debian: apt install python3), or name it with PYTHON=/path/to/python3 make ..."
  echo "Making .venv with $("$python" --version) ..." >&2
  for way in with_uv with_venv with_virtualenv with_apt; do
    # What a failed way left behind is in the way of the next.
    rm -rf .venv
    if "$way"; then return; fi
  done
  rm -rf .venv
  stop "Kompetanse cannot make its Python environment here: install uv, or Python's venv (Debian: apt install python3-venv), and try again."
}

# The pip of the environment, or uv where the environment has none.
install() {
  if .venv/bin/python -m pip --version >/dev/null 2>&1; then
    # Older ones do not know dependency groups.
    .venv/bin/python -m pip install -qq --upgrade 'pip>=25.1'
    .venv/bin/python -m pip install -qq "$@"
  else
    uv pip install --quiet --python .venv/bin/python "$@"
  fi
}

# The folder is part of it: an environment that has been moved points to where it was. So is all that the package is
# built from: an installation is quick where the front end has not changed.
fingerprint() {
  { pwd; cat pyproject.toml requirements.lock deploy/front_end_build.py kompetanse/front_end/*.* kompetanse/front_end/*/*.js; } \
    2>/dev/null | cksum
}

installed() { [ "$(cat ".venv/.kompetanse-$1" 2>/dev/null)" = "$(fingerprint)" ]; }

if installed tests || installed "$wanted"; then exit 0; fi

fits .venv/bin/python || make_environment
echo "Installing packages ..." >&2
# shellcheck disable=SC2086 # the group is two words, or none
install -c requirements.lock -e . $group || {
  echo "Not all of the versions in requirements.lock are to be had here; taking what pyproject.toml allows." >&2
  # shellcheck disable=SC2086
  install -e . $group || stop "Kompetanse could not install its packages: see the message above; check the way to the package index."
}
rm -f .venv/.kompetanse-run .venv/.kompetanse-tests
fingerprint > ".venv/.kompetanse-$wanted"
