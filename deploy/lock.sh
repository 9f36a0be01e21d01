#!/bin/sh
# Writes requirements.lock: the versions that `make install` uses, for every platform, without naming any index.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "make lock needs uv on the path: pip install uv" >&2; exit 1; }
uv pip compile --quiet --universal --upgrade --python-version 3.11 --no-emit-index-url --no-emit-find-links \
  --no-annotate --custom-compile-command 'make lock' --all-extras --group dev pyproject.toml --output-file requirements.lock
