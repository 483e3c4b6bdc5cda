#!/usr/bin/env bash
# Programs nobody here wrote that check what Saliscope writes: dicom3tools, dcmtk, gdcm, nifti-bin by apt, and a Python of its
# own with highdicom, pydicom and nibabel (pinned in tests/checkers/requirements.txt). Quick when all is there.
#   source scripts/setup.sh; source scripts/checkers.sh; prepare_checkers      or      scripts/checkers.sh
# SALISCOPE_CHECKERS_PYTHON names a Python that has the packages already.
[ "$(type -t fail)" = function ] || source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

checkers_python="$root/node_modules/.cache/saliscope-checkers"

# Prints the Debian packages that lack, one a line.
missing_checker_packages() {
  command -v dciodvfy >/dev/null && command -v dcentvfy >/dev/null || printf '%s\n' dicom3tools
  { command -v dcmdump && command -v dcm2pnm && command -v dsrdump && command -v dcmconv; } >/dev/null || printf '%s\n' dcmtk
  command -v gdcminfo >/dev/null || printf '%s\n' libgdcm-tools
  command -v nifti_tool >/dev/null || printf '%s\n' nifti-bin
  [ -n "${SALISCOPE_CHECKERS_PYTHON:-}" ] || python3 -m ensurepip --version >/dev/null 2>&1 || printf '%s\n' python3-venv
}

install_checker_packages() {
  local packages
  mapfile -t packages < <(missing_checker_packages)
  [ "${#packages[@]}" -gt 0 ] || return 0

  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    fail "These checkers of our output are missing: ${packages[*]}
On Debian or Ubuntu: sudo apt-get install -y --no-install-recommends ${packages[*]}
Then run this again."
  fi

  say "Installing the checkers of our output: ${packages[*]}"
  apt-get update -q >/dev/null || fail "apt-get update failed; the packages ${packages[*]} could not be installed."
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}" >/dev/null ||
    fail "apt-get could not install: ${packages[*]}"
}

# A virtual environment, made anew only when the list of packages is another one than at the last time.
install_checker_python() {
  [ -z "${SALISCOPE_CHECKERS_PYTHON:-}" ] || return 0
  local list=tests/checkers/requirements.txt stamp="$checkers_python/.requirements" wanted
  wanted=$(sha256sum "$list" | cut -d' ' -f1)
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return; fi

  say "Installing the Python checkers (highdicom, nibabel)…"
  python3 -m venv --clear "$checkers_python" || fail "python3 could not make a virtual environment."
  "$checkers_python/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$list" ||
    fail "pip could not install $list."
  printf '%s\n' "$wanted" >"$stamp"
}

prepare_checkers() {
  install_checker_packages
  install_checker_python
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  prepare_checkers
  say "The checkers are there."
fi
