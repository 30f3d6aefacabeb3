#!/usr/bin/env bash
# Formats every Swift file in place. `format.sh --check` changes nothing and fails on a difference.
set -euo pipefail
cd "$(dirname "$0")/.."

roots=(Package.swift)
for folder in Sources Tests bench; do
  if [[ -d $folder ]]; then roots+=("$folder"); fi
done

if [[ ${1:-} == --check ]]; then
  swift format lint --strict --parallel --recursive "${roots[@]}"
else
  swift format format --in-place --parallel --recursive "${roots[@]}"
  scripts/link-lines.py
fi
