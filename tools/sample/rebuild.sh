#!/bin/sh
# Rebuild the embedded sample from its seeds: tools/sample/rebuild.sh WORK
# WORK is a scratch folder outside the repository (about 120 MB); a Python with requirements.txt must be first on PATH.
set -eu
work=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")"
resources=../../resources/sample
# One thread per run: the sums come out in one order, and two runs side by side are the quickest on two cores.
export OMP_NUM_THREADS=1

python draw_sets.py "$work/sets" train-clean train-leaky \
  validation-clean validation-leaky validation-removed validation-swapped
python write_cases.py "$work" "$resources"

python train.py "$work" honest-1 honest-3 honest-1-8-epochs honest-1-short &
first=$!
python train_brain.py "$work" &
brain=$!
python train_localiser.py "$work"
python train_contrast.py "$work"
python train.py "$work" token honest-2 honest-dense token-b token-c honest-dense-10-epochs
wait "$first" "$brain"

python validate.py "$work" validation.json
sigma=$(python -c "import json; print(json.load(open('validation.json'))['sigma']['chosen'])")
python write_experiments.py "$resources" seeds "$sigma"

# Everything is fixed now; the test patients are drawn and scored here and nowhere else.
python draw_sets.py "$work/sets" test-clean test-leaky test-removed test-swapped
python export.py "$work" "$resources" seeds test honest-1 honest-2 honest-3 honest-dense token token-b token-c
python export_localiser.py "$work" "$resources"
python export_contrast.py "$work" "$resources"
python export_brain.py "$work" "$resources"
python export_bids.py "$resources"
python export_ct.py "$resources"

python check_hashes.py
python check_variants.py
python check_models.py
python check_brain.py
python check_ct.py
