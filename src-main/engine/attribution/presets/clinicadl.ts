import { thibeauSutre2022 } from '@engine/attribution/citations'
import type { Preset } from '@engine/attribution/presets/preset'
import type { Reduction } from '@engine/attribution/reduction'

/** Signed and unscaled: no absolute value, no normalisation (A5-2). */
const asItIs: Reduction = { reduce: 'sum', clip: 100, normalise: 'none' }

/** Definitions A5: the two methods of `clinicadl interpret`. */
export const clinicadl: Preset = {
  id: 'clinicadl',
  title: 'ClinicaDL interpret',
  citation: thibeauSutre2022,
  maps: [
    { id: 'gradients', expr: 'gradient', reduction: asItIs },
    { id: 'grad-cam', expr: 'gradcam-clinicadl', reduction: asItIs }
  ],
  departs:
    'ClinicaDL explains output 0 unless told otherwise. Its weights for volumes leave out the last axis by mistake: gradcam-clinicadl.pooling=first-two-axes reproduces that. Its NIfTI files have an identity affine; ours keep the patient’s space.'
}
