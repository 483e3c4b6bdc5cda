#!/usr/bin/env bash
# Every check, from a fresh clone: sets everything up, then format, types, lint and layers, unit tests, command line, build,
# and the tests on the real window under a virtual screen.
#   --nightly     also the long tests (SALISCOPE_NIGHTLY=1)
# As root Electron runs with --no-sandbox here; run it as another user to test with the sandbox on.
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
source "$root/scripts/checkers.sh"

for word in "$@"; do
  case "$word" in
    --nightly) export SALISCOPE_NIGHTLY=1 ;;
    *) fail "usage: scripts/test.sh [--nightly]" ;;
  esac
done

reports="$root/out/test-reports"
failed_steps=()

step() {
  local name=$1 started=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then
    printf '== %s: fine (%d s)\n' "$name" $((SECONDS - started))
  else
    printf '== %s: FAILED (%d s)\n' "$name" $((SECONDS - started))
    failed_steps+=("$name")
  fi
}

# The tests below are pointless on a broken build, so set-up ends the run when it fails.
trap 'echo "Set-up failed; no test ran."; echo "0 passed, 1 failed"' EXIT
prepare
prepare_virtual_screen
prepare_checkers
trap - EXIT
rm -rf "$reports"
mkdir -p "$reports"

step format npx --no-install prettier --check --log-level warn .
step types node scripts/typecheck.mjs
step lint npm run --silent lint
step 'unit tests' npx --no-install vitest run --reporter=default --reporter=json --outputFile.json="$reports/vitest.json"
step 'command line' scripts/smoke.sh
step window xvfb-run -a -s '-screen 0 1600x1000x24' npx --no-install playwright test

printf '\n'
if [ "${#failed_steps[@]}" -gt 0 ]; then printf 'Failed steps: %s\n' "$(IFS=,; echo "${failed_steps[*]}")"; fi
node scripts/tally.mjs "$reports" || failed_steps+=(tally)
[ "${#failed_steps[@]}" -eq 0 ]
