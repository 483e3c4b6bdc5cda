#!/usr/bin/env bash
# The demonstration, from a fresh clone: sets everything up, assesses the embedded sample, opens the window if there is a
# screen. Usage: scripts/demo.sh [FOLDER]   (the report goes to FOLDER, by default out/demo)
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

out=${1:-"$root/out/demo"}
case "$out" in /*) ;; *) out="$started_in/$out" ;; esac

prepare

say
say "Assessing the embedded sample (under a minute)…"
"$root/bin/saliscope" demo --out "$out"

say
say "The report is in $out:"
for file in report.html report.json results.csv; do
  if [ -f "$out/$file" ]; then say "  $out/$file"; fi
done

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  prepare_screen
  say "Opening the window. Close it to end the demonstration."
  node "$root/scripts/window.mjs"
else
  say "There is no screen here (DISPLAY is not set), so the window stays closed; open report.html in any browser."
fi
