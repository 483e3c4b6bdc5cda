#!/usr/bin/env bash
# All set-up on a fresh machine, quick when nothing changed. Used by demo.sh and test.sh:
#   source scripts/setup.sh; prepare            Node packages, an Electron binary, the build
#   prepare_screen                              the system libraries of a window
#   prepare_virtual_screen                      those, and Xvfb
set -euo pipefail

started_in=$PWD

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

check_node() {
  command -v node >/dev/null || fail "Node.js is missing. Install Node.js 20.18 or newer (20 is what the tests use) and run this again."
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 18) ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old: Saliscope needs 20.18 or newer."
}

# npm ci only when the lock file is another one than at the last npm ci.
install_packages() {
  local stamp=node_modules/.saliscope-lock wanted
  wanted=$(sha256sum package-lock.json | cut -d' ' -f1)
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return; fi

  say "Installing the Node packages (npm ci)…"
  npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
  printf '%s\n' "$wanted" >"$stamp"
}

prepare() {
  check_node
  install_packages
  node scripts/ensure-electron.mjs
  node scripts/build-if-changed.mjs
}

electron_binary() { printf '%s/node_modules/electron/dist/%s' "$root" "$(cat node_modules/electron/path.txt)"; }

# Prints the Debian packages that lack, one a line. $1 = "virtual" asks for Xvfb too.
missing_system_packages() {
  local missing
  missing=$(ldd "$(electron_binary)" 2>/dev/null | awk '/not found/ { print $1 }')
  if [ -n "$missing" ]; then
    printf '%s\n' libgtk-3-0 libnss3 libasound2 libgbm1 libxss1 libatk-bridge2.0-0
  fi
  if [ "${1:-}" = virtual ]; then
    command -v Xvfb >/dev/null || printf '%s\n' xvfb
    command -v xauth >/dev/null || printf '%s\n' xauth
  fi
}

# Newer Debian and Ubuntu renamed some libraries to NAMEt64. The answer is read whole: with pipefail, a `grep -q` that
# leaves early lets apt-cache die of a closed pipe, and the known name would count as unknown.
known_name() {
  if [ -n "$(apt-cache show "$1" 2>/dev/null | grep '^Package:')" ]; then printf '%s\n' "$1"; else printf '%s\n' "$1t64"; fi
}

install_system_packages() {
  [ "$(uname -s)" = Linux ] || return 0
  local packages
  mapfile -t packages < <(missing_system_packages "${1:-}")
  [ "${#packages[@]}" -gt 0 ] || return 0

  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    fail "These system packages are missing: ${packages[*]}
On Debian or Ubuntu: sudo apt-get install -y --no-install-recommends ${packages[*]}
Then run this again."
  fi

  say "Installing system packages: ${packages[*]}"
  apt-get update -q >/dev/null || fail "apt-get update failed; the packages ${packages[*]} could not be installed."
  mapfile -t packages < <(for name in "${packages[@]}"; do known_name "$name"; done)
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}" >/dev/null ||
    fail "apt-get could not install: ${packages[*]}"
}

prepare_screen() { install_system_packages; }
prepare_virtual_screen() { install_system_packages virtual; }
