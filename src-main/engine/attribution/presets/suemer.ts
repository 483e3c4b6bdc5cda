import { suemer2023 } from '@engine/attribution/citations'
import type { Preset } from '@engine/attribution/presets/preset'

/** The maps the notebooks after Sümer et al. show and zennit can make; docs/suemer.md lists them with their tests. */
export const suemer: Preset = {
  id: 'suemer',
  title: 'Sümer (region-based saliency)',
  citation: suemer2023,
  maps: [
    { expr: 'gradient', reduction: { reduce: 'max-abs', clip: 100, normalise: 'none' } },
    { expr: 'input-x-gradient' },
    { expr: 'gradient+sg' },
    { expr: 'integrated-gradients' },
    { expr: 'occlusion' },
    { expr: 'guided-backprop' },
    { expr: 'deconvolution' }
  ],
  departs:
    'The gradient keeps the largest magnitude over the channels and is not normalised, as in the study; all others are reduced our way.'
}
