#!/usr/bin/env bash
# Fails when the generated code in the checkout is not what `make generate` gives.
# The comparison is between two trees written through an index of our own, before and after, so the
# real index and uncommitted work stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."

index=$(mktemp -u)
trap 'rm -f "$index"' EXIT
snapshot() {
  rm -f "$index"
  GIT_INDEX_FILE=$index git add --all .
  GIT_INDEX_FILE=$index git write-tree
}

before=$(snapshot)
scripts/generate.sh
after=$(snapshot)

if ! git diff --exit-code --stat --patch "$before" "$after"; then
  {
    echo
    echo "check-generated: the files above are not what the generator gives."
    echo "They have been written anew in your checkout: look at them and commit them."
  } >&2
  exit 1
fi
