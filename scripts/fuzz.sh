#!/usr/bin/env bash
# Fuzzes what takes bytes from outside, under libFuzzer and the address sanitizer.
#
#   fuzz.sh                every target for FUZZ_SECONDS (60) each, as many at a time as processors
#   fuzz.sh TARGET...      only these
#   fuzz.sh --keep ...     afterwards, put what was new and small into the corpus
#
# Prints how often each target ran. An input that does harm is kept in .build-fuzz/findings, and the
# script fails. Mend the fault and append the input to the target's corpus, where it is a test from
# then on: scripts/fuzz.sh --hex FILE >> Tests/FuzzTargets/Corpus/TARGET.hex
set -euo pipefail
cd "$(dirname "$0")/.."

readonly seconds=${FUZZ_SECONDS:-60}
readonly scratch=.build-fuzz
readonly corpus=Tests/FuzzTargets/Corpus
# Bytes of an input that is worth keeping; the corpus is to stay small.
readonly kept_bytes_max=200
hex() { od -An -v -tx1 "$1" | tr -d ' \n'; echo; }
if [[ ${1:-} == --hex ]]; then hex "$2"; exit; fi

keep=false
if [[ ${1:-} == --keep ]]; then
  keep=true
  shift
fi

export SWIFT_BACKTRACE=enable=no
# The quarantine for freed memory must fit below the limit of memory. Leaks are looked for by the
# growth of a run: what Swift never frees on purpose would be reported otherwise.
export ASAN_OPTIONS=quarantine_size_mb=16:detect_leaks=0:malloc_context_size=20

export WARDLINE_FUZZ=1
swift build -c release --product wardline-fuzz --scratch-path "$scratch"
fuzzer=$(swift build -c release --scratch-path "$scratch" --show-bin-path)/wardline-fuzz

if (($# > 0)); then targets=("$@"); else mapfile -t targets < <("$fuzzer" -runs=0 2>/dev/null); fi

run() { # one target; its words go to a log
  local target=$1 work=$scratch/corpus/$1 log=$scratch/$1.log
  mkdir -p "$work" "$scratch/findings"
  WARDLINE_FUZZ_TARGET=$target WARDLINE_FUZZ_SEEDS=$work "$fuzzer" -runs=0 2>/dev/null
  WARDLINE_FUZZ_TARGET=$target "$fuzzer" "$work" \
    -max_total_time="$seconds" -rss_limit_mb=256 -timeout=10 -max_len=4096 \
    -artifact_prefix="$scratch/findings/$target-" -print_final_stats=1 >"$log" 2>&1
}

keep_new() { # what reaches something that the corpus does not, and is small
  local target=$1 work=$scratch/corpus/$1 new=$scratch/new/$1 file
  rm -rf "$new"
  mkdir -p "$new/seeds" "$new/small" "$new/kept"
  find "$work" -name 'seed-*' -exec cp -t "$new/seeds" {} +
  find "$work" -type f ! -name 'seed-*' -size "-$((kept_bytes_max + 1))c" \
    -exec cp -t "$new/small" {} +
  # Into a copy of what there is, so that only what adds to it is added.
  cp "$new"/seeds/* "$new/kept/"
  WARDLINE_FUZZ_TARGET=$target "$fuzzer" -merge=1 "$new/kept" "$new/small" >/dev/null 2>&1
  for file in "$new"/kept/*; do
    if [[ $file != */seed-* && -s $file ]]; then hex "$file"; fi
  done >>"$corpus/$target.hex"
}

status=0
limit=$(nproc)
declare -A target_of=()
report() { # a target that has ended
  local target=$1 code=$2 runs
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$scratch/$target.log")
  if ((code == 0)); then
    printf 'fuzz: %-18s %12s runs, nothing found\n' "$target" "${runs:-no}"
    if $keep; then keep_new "$target"; fi
  else
    printf 'fuzz: %-18s FAILED; the end of %s:\n' "$target" "$scratch/$target.log"
    tail -n 25 "$scratch/$target.log"
    status=1
  fi
}
wait_for_one() {
  local pid code=0
  wait -n -p pid || code=$?
  report "${target_of[$pid]}" "$code"
  unset "target_of[$pid]"
}

for target in "${targets[@]}"; do
  if ((${#target_of[@]} >= limit)); then wait_for_one; fi
  run "$target" &
  target_of[$!]=$target
done
while ((${#target_of[@]} > 0)); do wait_for_one; done
exit "$status"
