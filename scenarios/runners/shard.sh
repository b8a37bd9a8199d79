#!/bin/sh
# One shard of a sweep, for any runner that starts commands: shard.sh I N OUT RUN-ARGUMENTS...
#
# Runs the I-th of N shards and writes its results to OUT/I. OUT/I is created atomically: the results are written to a temporary
# folder and renamed, so that a shard may be interrupted or run twice. Exits with 0 if the results exist, also if runs failed:
# that is a result, which `shikaku merge` reports. The command is $SHIKAKU, or `shikaku`.
set -eu

if [ "$#" -lt 3 ]; then
    echo "usage: shard.sh I N OUT RUN-ARGUMENTS..." >&2
    exit 2
fi
i=$1 n=$2 out=$3
shift 3

# The results may exist from an earlier attempt.
if [ -e "$out/$i/results.json" ]; then
    echo "shard $i of $n: $out/$i already exists" >&2
    exit 0
fi
mkdir -p "$out"
temporary=$(mktemp -d "$out/.$i.XXXXXX")
trap 'rm -rf "$temporary"' EXIT
code=0
"${SHIKAKU:-shikaku}" run "$@" --partition "slice:$i/$n" --out "$temporary/$i" >"$temporary/stdout" || code=$?
if [ "$code" -gt 1 ]; then
    echo "shard $i of $n: shikaku ended with $code" >&2
    exit "$code"
fi
# Another attempt may have been faster: its results are the same.
if [ -e "$out/$i" ] || ! mv "$temporary/$i" "$out/"; then
    [ -e "$out/$i/results.json" ] || { echo "shard $i of $n: $out/$i cannot be written" >&2; exit 2; }
fi
