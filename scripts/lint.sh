#!/usr/bin/env bash
# Format, style and import directions, without a build. What needs the compiler, or reads the files
# for our own habits, is a test: Tests/TidyTests.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
scripts/format.sh --check || { echo "lint: \`make format\` mends most of the above" >&2; failed=1; }
scripts/check-imports.py || failed=1
scripts/link-lines.py --check || failed=1
for script in scripts/*.sh .ci/run; do
  bash -n "$script" || failed=1
done
exit "$failed"
