#!/usr/bin/env bash
# Runs the tests of the web app (Tests/WebTests) in Debian's Chromium, against the server that was
# built last:
#
#   web-test.sh           all of them
#   web-test.sh WORD...   those whose names have one of the words
#
# Playwright and axe come from PyPI into .build/web-venv, at the versions of requirements.txt. What the
# pages looked like lies in .build/web-tests afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly venv=$PWD/.build/web-venv
readonly wanted=Tests/WebTests/requirements.txt

# The stamp is what was installed, so another version is installed once.
if ! cmp -s "$wanted" "$venv/installed.txt"; then
  # Debian's own Python: one of another version manager may be gone tomorrow.
  /usr/bin/python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted"
  cp "$wanted" "$venv/installed.txt"
fi

export PYTHONDONTWRITEBYTECODE=1
export WARDLINE_PROGRAM=${WARDLINE_PROGRAM:-$PWD/.build/debug/wardline}
export WARDLINE_ARTEFACTS=${WARDLINE_ARTEFACTS:-$PWD/.build/web-tests}
exec "$venv/bin/python" Tests/WebTests/run.py "$@"
