#!/usr/bin/env bash
# Holds the server that was built last against its OpenAPI document, as a patient, a professional and
# an administrator: schemathesis sends what the document allows, which must be accepted, and what it
# forbids, which must be refused.
#
#   schemathesis.sh            as CI does: few examples, the same ones each time
#   schemathesis.sh OPTION...  with other options of `schemathesis run`, such as --max-examples 100
#
# schemathesis comes from PyPI into .build/schemathesis-venv, at the version of requirements.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly venv=$PWD/.build/schemathesis-venv
readonly wanted=Tests/SchemathesisTests/requirements.txt
readonly program=${WARDLINE_PROGRAM:-$PWD/.build/debug/wardline}

if ! cmp -s "$wanted" "$venv/installed.txt"; then
  /usr/bin/python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted"
  cp "$wanted" "$venv/installed.txt"
fi

folder=$(mktemp -d)
server=
finish() {
  if [[ -n $server ]]; then kill "$server" && wait "$server" || true; fi
  rm -rf "$folder"
}
trap finish EXIT

"$program" serve --dev --data "$folder/data" --listen 127.0.0.1:0 --http-listen 127.0.0.1:0 \
  >"$folder/said" 2>&1 &
server=$!
until address=$(grep -om1 'http://127\.0\.0\.1:[0-9]*' "$folder/said"); do
  kill -0 "$server" 2>/dev/null || { cat "$folder/said" >&2; exit 1; }
  sleep 0.1
done

options=("$@")
if ((${#options[@]} == 0)); then options=(--max-examples 3 --seed 1); fi
for user in amara dr-lindqvist clinic-admin; do
  echo "as $user"
  # After the end of its session, whoever calls would only be told that.
  (cd "$folder" && "$venv/bin/schemathesis" --no-color run "$address/openapi.json" \
    --header "Authorization: Bearer $("$program" token "$user" --data "$folder/data")" \
    --exclude-path /api/session/revoke --warnings off --suppress-health-check all "${options[@]}")
done
