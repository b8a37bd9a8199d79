#!/bin/bash
# A sweep as a Slurm array, and a job that merges when all tasks have ended: slurm-array.sh SHARDS OUT RUN-ARGUMENTS...
#
# Run it where `sbatch` is available. OUT must be in a file system that all nodes share. SBATCH_OPTIONS applies to both jobs
# (partition, account, time limit).
set -euo pipefail

if [ "$#" -lt 2 ]; then
    echo "usage: slurm-array.sh SHARDS OUT RUN-ARGUMENTS..." >&2
    exit 2
fi
shards=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
shift 2
export SHIKAKU=${SHIKAKU:-shikaku}
here=$(cd "$(dirname "$0")" && pwd)

# The script is passed on standard input and the arguments as arguments, so nothing is quoted twice.
# shellcheck disable=SC2086  # several options, to be split
array=$(sbatch ${SBATCH_OPTIONS:-} --parsable --job-name=shikaku --array="1-$shards" --output="$out/slurm-%A-%a.log" \
    /dev/stdin "$here/shard.sh" "$shards" "$out" "$@" <<'SHARD'
#!/bin/bash
shard=$1 shards=$2 out=$3
shift 3
exec "$shard" "$SLURM_ARRAY_TASK_ID" "$shards" "$out" "$@"
SHARD
)

parts=()
for i in $(seq "$shards"); do parts+=("$out/$i"); done
# afterany: if a shard could not be run, the merge reports it as missing.
# shellcheck disable=SC2086
merge=$(sbatch ${SBATCH_OPTIONS:-} --parsable --job-name=shikaku-merge --dependency="afterany:${array%%;*}" \
    --output="$out/merge.log" /dev/stdin "${parts[@]}" --out "$out/merged" --replace <<'MERGE'
#!/bin/bash
exec "$SHIKAKU" merge "$@"
MERGE
)
echo "array ${array%%;*} of $shards shards, merge ${merge%%;*}: the results will be in $out/merged"
