#!/usr/bin/env bash
# Builds the tests and runs them target by target. Within a target tests run in parallel; all targets
# at once would keep two processors so busy that limits on time are reached by tests that only wait
# their turn.
#
#   test.sh                    every target
#   test.sh TARGET...          only these
#   test.sh --sanitize NAME    the targets that hostile bytes and many threads reach, test by test, in
#                              a build of their own under the sanitizer `thread` or `address`
#   test.sh --FLAG...          arguments of `swift test`, for a run of one's own choice
set -euo pipefail
cd "$(dirname "$0")/.."
readonly swift=${SWIFT:-swift}
# Nothing takes as long, by far: what hangs is to fail, not to wait for somebody to look.
readonly seconds_max=1200
# Suites of TTRPCTests that keep every processor busy: by themselves, and one test at a time.
readonly bulky='HistoryTests|StreamEchoTests|FloodTests'

options=()
run_options=()
targets=()
for folder in Tests/*Tests; do
  # Those of the web app are not in Swift: scripts/web-test.sh runs them.
  if [[ $folder != Tests/WebTests ]]; then targets+=("$(basename "$folder")"); fi
done
if [[ ${1:-} == --sanitize ]]; then
  options=(--sanitize "$2" --scratch-path ".build-${2::1}san")
  targets=(RPCTests TTRPCWireTests ProtobufCTests FuzzTests WardlineClientTests GRPCTransportTests TTRPCTests)
  # Ten times as slow, tests that all run at once would reach their limits on time.
  run_options=(--no-parallel)
  export WARDLINE_SANITIZER=$2
  # Package.swift leaves out what these do not need.
  export WARDLINE_TESTS="${targets[*]}"
  export TSAN_OPTIONS="suppressions=$PWD/scripts/tsan-suppressions.txt"
  # What Swift never frees on purpose would be reported.
  export ASAN_OPTIONS=detect_leaks=0
  shift 2
elif [[ ${1:-} == -* ]]; then
  exec "$swift" test --disable-xctest "$@"
fi
if (($#)); then targets=("$@"); fi

"$swift" build --build-tests "${options[@]}"
failed=()
times=()
run() { # what it is called, and arguments of `swift test`
  local name=$1 started=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  timeout --kill-after=30 "$seconds_max" "$swift" test --skip-build --disable-xctest \
    "${options[@]}" "$@" || failed+=("$name")
  times+=("$(printf '%5d s  %s' "$((SECONDS - started))" "$name")")
}
for target in "${targets[@]}"; do
  if [[ $target == TTRPCTests ]]; then
    run "$target" --filter "^$target\\." --skip "$bulky" "${run_options[@]}"
    run "$target, what moves much data" --filter "^$target\\..*($bulky)" --no-parallel
  else
    run "$target" --filter "^$target\\." "${run_options[@]}"
  fi
done

printf '\n'
printf '%s\n' "${times[@]}"
if ((${#failed[@]})); then
  printf 'tests failed in: %s\n' "$(IFS=\;; echo "${failed[*]}")" >&2
  exit 1
fi
printf 'all tests of %d targets passed\n' "${#targets[@]}"
