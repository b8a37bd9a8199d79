#!/bin/bash
# A sweep through GNU parallel (Debian package `parallel`): parallel.sh SHARDS OUT RUN-ARGUMENTS...
#
# The exit code is that of `shikaku merge`, the results are in OUT/merged. PARALLEL_OPTIONS may name hosts: see docs/runners.md.
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

# The first shard that cannot be run ends the sweep, since it would be missing in the merge. A shard in which runs fail
# exits with 0.
# shellcheck disable=SC2086  # several options, to be split
parallel ${PARALLEL_OPTIONS:-} --will-cite --quote --joblog "$out/joblog.tsv" --halt now,fail=1 \
    "$here/shard.sh" {} "$shards" "$out" "$@" ::: $(seq "$shards")

parts=()
for i in $(seq "$shards"); do parts+=("$out/$i"); done
exec "$SHIKAKU" merge "${parts[@]}" --out "$out/merged" --replace
