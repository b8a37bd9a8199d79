#!/bin/sh
# certify.sh SHIKAKU_BINARY [OPTION...]: certifies insurer.mjs, which lies beside this script, as an insurer that
# only sends feeds, with a new kit in a temporary folder and on free ports. Further options go to `certify`.
set -eu
[ $# -ge 1 ] || { echo "usage: certify.sh SHIKAKU_BINARY [OPTION...]" >&2; exit 2; }
shikaku=$(realpath "$1"); shift
adapter=$(realpath "$(dirname "$0")/insurer.mjs")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 4' INT TERM

# A kit is made by `serve`, which is not needed any longer once it is ready.
"$shikaku" serve --kit "$folder/kit" --port 0 broker number-authority >"$folder/ready" 2>"$folder/serve.log" &
serve=$!
for _ in $(seq 100); do grep -q '"ready":true' "$folder/ready" && break; sleep 0.2; done
kill "$serve"; wait "$serve" || true
grep -q '"ready":true' "$folder/ready" || { cat "$folder/serve.log" >&2; exit 4; }

cat >"$folder/sut.toml" <<TOML
role = "insurer"
kit = "kit"

[product]
name = "insurer.mjs"
version = "0.1.0"
vendor = "vendor"

[evidence]
logs = ["adapter.log"]

[commands]
feed = "node '$adapter' --kit @KIT@ --insurer @INSURER@ --state @STATE@ 2>>adapter.log"
TOML
: >"$folder/adapter.log"
code=0
"$shikaku" certify insurer --config "$folder/sut.toml" "$@" || code=$?
[ "$code" = 0 ] || { echo "--- the adapter's log:" >&2; tail -n 40 "$folder/adapter.log" >&2; }
exit "$code"
