#!/bin/bash
# A sweep through GNU parallel (Debian package `parallel`): parallel.sh SHARDS OUT RUN-ARGUMENTS...
#
# Ends as `shikaku merge` does, with the results in OUT/merged. PARALLEL_OPTIONS may name hosts: see docs/runners.md.
set -euo pipefail

if [ "$#" -lt 2 ]; then
    echo "usage: parallel.sh SHARDS OUT RUN-ARGUMENTS..." >&2
    exit 2
fi
shards=$1 out=$2
shift 2
export SHIKAKU=${SHIKAKU:-shikaku}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"

# The first shard that could not be run ends the sweep: what is missing cannot be merged. A shard in which runs failed ends with 0.
# shellcheck disable=SC2086  # the options are several words
parallel ${PARALLEL_OPTIONS:-} --will-cite --quote --joblog "$out/joblog.tsv" --halt now,fail=1 \
    "$here/shard.sh" {} "$shards" "$out" "$@" ::: $(seq "$shards")

parts=()
for i in $(seq "$shards"); do parts+=("$out/$i"); done
exec "$SHIKAKU" merge "${parts[@]}" --out "$out/merged"
