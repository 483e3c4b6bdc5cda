#!/usr/bin/env bash
# The built command line, as a user would first try it: answers, exit statuses, files.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
trap 'echo "smoke.sh: line $LINENO failed with status $?: $BASH_COMMAND"' ERR

# expect STATUS WORDS… : runs the command line and compares its exit status.
expect() {
  local wanted=$1 status=0
  shift
  "$root/bin/saliscope" "$@" >"$out/stdout" 2>"$out/stderr" || status=$?
  if [ "$status" -ne "$wanted" ]; then
    echo "saliscope $*: exit status $status instead of $wanted"
    cat "$out/stderr"
    exit 1
  fi
}

sample="$root/resources/sample"

expect 0 --help
expect 2 nonsense
expect 0 schema experiment
node -e 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))' "$out/stdout"
expect 0 inspect "$sample/models/honest-1.onnx"
expect 3 inspect "$out/missing.onnx"
[ "$(wc -l <"$out/stderr")" -le 3 ] || { echo "a missing file was answered with more than a sentence"; exit 1; }

# No `| head`, no `| grep -q`: they leave early, and with pipefail what still writes to them fails now and then.
images=("$sample"/cases/*.dcm)
image=${images[0]}
expect 0 read "$image" --json
expect 0 attribute --model "$sample/models/honest-1.onnx" --input "$image" --method gradient --out "$out/maps"
[ -n "$(find "$out/maps" -name 'gradient.npy')" ] || { echo "attribute wrote no gradient.npy"; exit 1; }
[ -n "$(find "$out/maps" -name 'recipe.json')" ] || { echo "attribute wrote no recipe.json"; exit 1; }

echo "command line: answers, exit statuses and files as they should be"
