import { suemer2023 } from '@engine/attribution/citations'
import type { GivenParams } from '@engine/attribution/parameters'
import type { Preset } from '@engine/attribution/presets/preset'

/** Normalizations as zennit treats them, which those maps were made with. */
const zennit: GivenParams = Object.fromEntries(
  [
    'excitation-backprop',
    'lrp-epsilon-plus',
    'lrp-epsilon-plus-flat',
    'lrp-epsilon-gamma-box',
    'lrp-epsilon-alpha2-beta1',
    'lrp-epsilon-alpha2-beta1-flat'
  ].map((id) => [`${id}.batchnorm`, 'pass'])
)

/** The maps the notebooks after Sümer et al. show and zennit can make; docs/suemer.md lists them with their tests. */
export const suemer: Preset = {
  id: 'suemer',
  title: 'Sümer (region-based saliency)',
  citation: suemer2023,
  maps: [
    { expr: 'gradient', reduction: { reduce: 'max-abs', clip: 100, normalise: 'none' } },
    { expr: 'gradcam' },
    { expr: 'input-x-gradient' },
    { expr: 'gradient+sg' },
    { expr: 'integrated-gradients' },
    { expr: 'occlusion' },
    { expr: 'guided-backprop' },
    { expr: 'deconvolution' },
    { expr: 'beta-smooth' },
    { expr: 'excitation-backprop', params: zennit },
    { expr: 'lrp-epsilon-plus', params: zennit },
    { expr: 'lrp-epsilon-plus-flat', params: zennit },
    { expr: 'lrp-epsilon-gamma-box', params: zennit },
    { expr: 'lrp-epsilon-alpha2-beta1', params: zennit },
    { expr: 'lrp-epsilon-alpha2-beta1-flat', params: zennit },
    { expr: 'lrp-zplus', params: { 'lrp-zplus.epsilon': 1e-6, 'lrp-zplus.start': 'logit' } }
  ],
  departs:
    'The gradient keeps the largest magnitude over the channels and is not normalised, as in the notebooks; all others are reduced our way. Batch normalizations that zennit cannot merge are passed as it passes them. LRP-z⁺ goes down to the pixels and conserves relevance, where the notebooks stop at the last convolution.'
}
