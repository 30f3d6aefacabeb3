#!/usr/bin/env bash
# Builds the tests and runs them target by target. Within a target tests run in parallel; all targets
# at once would keep two processors so busy that limits on time are reached by tests that only wait
# their turn. Arguments go to `swift test` instead, for a run of one's own choice.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}

if (($#)); then exec "$swift" test --disable-xctest "$@"; fi

"$swift" build --build-tests
failed=()
targets=0
for folder in Tests/*Tests; do
  target=$(basename "$folder")
  # Long attacks, and what moves much data or many connections: `make soak`.
  if [[ $target == AttackTests ]]; then continue; fi
  targets=$((targets + 1))
  skip=()
  if [[ $target == TTRPCTests ]]; then skip=(--skip 'HistoryTests|StreamEchoTests|FloodTests'); fi
  printf '\n== %s\n' "$target"
  "$swift" test --skip-build --disable-xctest --filter "^$target\\." "${skip[@]}" || failed+=("$target")
done

if ((${#failed[@]})); then
  printf '\ntests failed in: %s\n' "${failed[*]}" >&2
  exit 1
fi
printf '\nall tests of %d targets passed\n' "$targets"
