#!/bin/sh
# One shard of a sweep, for any runner that starts commands: shard.sh I N OUT RUN-ARGUMENTS...
#
# Runs the I-th of N shards and puts its results into OUT/I. Whoever finds OUT/I finds all of it: the shard is written beside it and
# renamed, so that one that was stopped on the way, or is run twice, does no harm. Ends with 0 if the results are there, also if
# runs failed: that is a result, and `shikaku merge` tells it. The command is $SHIKAKU, or `shikaku`.
set -eu

if [ "$#" -lt 3 ]; then
    echo "usage: shard.sh I N OUT RUN-ARGUMENTS..." >&2
    exit 2
fi
i=$1 n=$2 out=$3
shift 3

# The results may be there from an earlier try.
if [ -e "$out/$i/results.json" ]; then
    echo "shard $i of $n: $out/$i is there already" >&2
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
# Another try may have been faster: its results are the same.
if [ -e "$out/$i" ] || ! mv "$temporary/$i" "$out/"; then
    [ -e "$out/$i/results.json" ] || { echo "shard $i of $n: $out/$i cannot be written" >&2; exit 2; }
fi
