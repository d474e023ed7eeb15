#!/usr/bin/env bash
# Tries the image that deploy/build-image.sh has built, without a container engine.
#
#     bash deploy/try-image.sh [FOLDER] [PORT]     (default: artifacts/image 18080)
#
# It unpacks the image and runs it in namespaces of its own with bubblewrap: the user of the image, no capability, a
# read-only root with nothing of this machine in it, and a /tmp in memory. Then it asks for health, vectors and a file, tries to
# write, sends SIGTERM and checks the exit code. Without bubblewrap or umoci it says so and ends with 77, as skipped tests do.
set -euo pipefail
cd "$(dirname "$0")/.."
layout=$(realpath -m "${1:-artifacts/image}")/oci
port=${2:-18080}
url=http://127.0.0.1:$port

skip() { printf 'skipped: %s\n' "$*"; exit 77; }
fail() { printf 'FAILED: %s\n' "$*" >&2; [ ! -s "$work/log" ] || cat "$work/log" >&2; exit 1; }
pass() { printf 'passed: %s\n' "$*"; }
for tool in umoci bwrap curl skopeo; do
    command -v $tool > /dev/null || skip "$tool is not installed (apt-get install umoci skopeo bubblewrap curl)"
done
bwrap --unshare-user --uid 1654 --gid 1654 --ro-bind / / true 2> /dev/null \
    || skip "this machine does not allow user namespaces"
[ -d "$layout" ] || { echo "there is no image in $layout: bash deploy/build-image.sh" >&2; exit 2; }

work=$(mktemp -d)
sandbox=
trap '[ -z "$sandbox" ] || kill -KILL "$sandbox" 2> /dev/null || true; rm -rf "$work"' EXIT
umoci unpack --rootless --image "$layout:latest" "$work/bundle" > /dev/null 2>&1 || fail "umoci does not unpack it"
root=$work/bundle/rootfs

# What an engine would take from the image.
field() { skopeo inspect --config "oci:$layout:latest" | python3 -c "import json, sys; print($1)"; }
user=$(field 'json.load(sys.stdin)["config"]["User"]')
entry=$(field 'json.load(sys.stdin)["config"]["Entrypoint"][0]')
mapfile -t environment < <(field '"\n".join(json.load(sys.stdin)["config"]["Env"])')
[ "${user%%:*}" != 0 ] || fail "the image runs as root"
pass "the image names the user $user and the program $entry"

settings=()
for pair in "${environment[@]}"; do settings+=(--setenv "${pair%%=*}" "${pair#*=}"); done
settings+=(--setenv ASPNETCORE_URLS "http://0.0.0.0:$port")
# --as-pid-1: signals come to the program as in a container, where nothing stands between.
bwrap --ro-bind "$root" / --tmpfs /tmp --proc /proc --dev /dev \
    --unshare-user --unshare-pid --unshare-ipc --unshare-uts --as-pid-1 \
    --uid "${user%%:*}" --gid "${user##*:}" --cap-drop ALL --die-with-parent --new-session \
    --clearenv "${settings[@]}" --chdir / --info-fd 5 \
    "$entry" > "$work/log" 2>&1 5> "$work/info" &
sandbox=$!

for _ in $(seq 600); do
    curl -fs "$url/readyz" > /dev/null 2>&1 && break
    kill -0 $sandbox 2> /dev/null || fail "it ended before it was ready"
    sleep 0.1
done
[ "$(curl -fs "$url/healthz")" = ok ] || fail "/healthz"
[ "$(curl -fs "$url/readyz")" = ready ] || fail "/readyz"
pass "/healthz and /readyz"

# The program itself, as the kernel shows it.
server=$(python3 -c "import json; print(json.load(open('$work/info'))['child-pid'])")
status() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$server/status"; }
[ "$(status CapEff)" = 0000000000000000 ] || fail "it has capabilities: $(status CapEff)"
[ "$(status NoNewPrivs)" = 1 ] || fail "it may gain privileges"
awk '$2 == "/" { print $4 }' "/proc/$server/mounts" | grep -qE '(^|,)ro(,|$)' || fail "its root can be written"
if nsenter --version > /dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
    ! touch "/proc/$server/root/app/written" 2> /dev/null || fail "its root can be written"
fi
pass "no capabilities, no new privileges, a root that cannot be written"

model=$(curl -fs "$url/v1/models" | python3 -c 'import json, sys; print(json.load(sys.stdin)["data"][0]["id"])')
curl -fs "$url/v1/embeddings" -H 'Content-Type: application/json' \
    -d "{\"model\":\"$model\",\"input\":[\"MKTAYIAKQR\",\"MSKGEELFTG\"]}" > "$work/answer" || fail "/v1/embeddings"
python3 - "$work/answer" << 'PYTHON' || fail "/v1/embeddings gives no vectors"
import json, sys
answer = json.load(open(sys.argv[1]))
first, second = (item["embedding"] for item in answer["data"])
assert len(first) == len(second) >= 64 and first != second and answer["usage"]["total_tokens"] == 20
PYTHON
pass "/v1/embeddings gives two vectors of $model"

curl -fs "$url/v1/represent" -H 'Content-Type: application/json' -H 'Accept: application/x-npy' \
    -d '{"input":["MKTAYIAKQR"]}' > "$work/npy" || fail "/v1/represent"
head -c 6 "$work/npy" | grep -aq NUMPY || fail "/v1/represent gives no npy file"
pass "/v1/represent gives an npy file"

status=$(curl -s -o /dev/null -w '%{http_code}' "$url/v1/embeddings" -H 'Content-Type: application/json' -d '{')
[ "$status" = 400 ] || fail "a broken body is answered with $status"
pass "a broken body is answered with 400"

kill -TERM "$server"
code=0
wait $sandbox || code=$?
sandbox=
[ $code -eq 0 ] || fail "after SIGTERM the exit code is $code"
grep -q 'every accepted request is answered' "$work/log" || fail "it did not drain"
pass "SIGTERM: it drains and ends with exit code 0"
