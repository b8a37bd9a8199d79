#!/bin/sh
# certify.sh SHIKAKU [OPTION…]: a new kit, the broker with an empty state, the certification; exits with its exit code.
# Options go to `shikaku certify broker`, as --quick or --only tls/.
# KEEP=1 keeps the folder with kit, state, log and answers.
set -u
here=$(cd "$(dirname "$0")" && pwd)
shikaku=$(cd "$(dirname "$1")" && pwd)/$(basename "$1"); shift
folder=$(mktemp -d); serve=
end() {
    for pid in $serve; do kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; done
    [ -f "$folder/broker.pid" ] && sh "$folder/stop"
    [ "${KEEP:-}" ] && echo "kept: $folder" >&2 || rm -rf "$folder"
}
trap end EXIT
trap 'exit 130' INT TERM

ready() {  # FILE PID: until the program with this id has said that it is ready
    for _ in $(seq 100); do
        grep -qs '"ready"' "$1" && return 0
        kill -0 "$2" 2>/dev/null || break
        sleep 0.2
    done
    echo "not ready: $(cat "$1" "$1.err")" >&2; exit 4
}

"$shikaku" serve jpki insurer number-authority facility line --kit "$folder/kit" --port 0 >"$folder/serve" 2>"$folder/serve.err" &
serve=$!
ready "$folder/serve" $serve
kill -TERM $serve; wait $serve; serve=

port=$(${PYTHON:-python3} -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$folder/start" <<END
cd "$folder" && "${PYTHON:-python3}" "$here/broker.py" serve kit $port state >broker 2>broker.err & echo \$! >"$folder/broker.pid"
END
cat >"$folder/stop" <<END
pid=\$(cat "$folder/broker.pid"); kill \${1:--TERM} \$pid; while kill -0 \$pid 2>/dev/null; do sleep 0.05; done
END
sh "$folder/start"
ready "$folder/broker" "$(cat "$folder/broker.pid")"

"$shikaku" certify broker --init "$folder/sut.toml" 2>/dev/null
sed -i -e "s|^address = .*|address = \"127.0.0.1:$port\"|" -e 's|^kit = .*|kit = "kit"|' -e 's|^name = .*|name = "py-broker"|' \
    -e 's|^vendor = .*|vendor = "an engineer"|' -e 's|^logs = .*|logs = ["state/broker.log", "state/records.jsonl"]|' \
    -e 's|^# start = .*|start = "sh start"|' -e 's|^# stop = .*|stop = "sh stop"|' -e 's|^# kill = .*|kill = "sh stop -KILL"|' \
    -e "s|^# audit-command = .*|audit-command = '\"${PYTHON:-python3}\" \"$here/broker.py\" export state'|" "$folder/sut.toml"
cd "$folder" || exit 4
timeout "${LIMIT:-1500}" "$shikaku" certify broker --config sut.toml --fresh "$@"
