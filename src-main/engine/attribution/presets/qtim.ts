import { arun2021 } from '@engine/attribution/citations'
import type { GivenParams } from '@engine/attribution/parameters'
import type { Preset } from '@engine/attribution/presets/preset'
import type { Reduction } from '@engine/attribution/reduction'

/** Ten points with both ends, plain mean, from black (A1-7). */
const path: GivenParams = {
  'integrated-gradients.steps': 10,
  'integrated-gradients.rule': 'pair',
  'integrated-gradients.baseline': 'black'
}
/** Mean of squares over 25 copies: what the study calls SmoothGrad (A1-6). */
const noise: GivenParams = { 'sg.samples': 25, 'sg.sigma': 0.15 }
/** PAIR's grey picture (A1-13). */
const grey: Reduction = { reduce: 'sum-abs', clip: 99, normalise: 'min-max' }
/** XRAI's ranks have a sign that must stay: the lowest region is the darkest. */
const ranked: Reduction = { reduce: 'sum', clip: 99, normalise: 'min-max' }

/** Definitions A1: the eight maps of Arun et al. */
export const qtim: Preset = {
  id: 'qtim',
  title: 'QTIM (Arun et al.)',
  citation: arun2021,
  maps: [
    { id: 'GRAD', expr: 'gradient', reduction: grey },
    { id: 'SG', expr: 'gradient+sg2', params: noise, reduction: grey },
    { id: 'IG', expr: 'integrated-gradients', params: path, reduction: grey },
    { id: 'SIG', expr: 'integrated-gradients+sg2', params: { ...path, ...noise }, reduction: grey },
    { id: 'GCAM', expr: 'gradcam', reduction: grey },
    {
      id: 'XRAI',
      expr: 'xrai',
      params: { 'xrai.steps': 100, 'xrai.baseline': 'image-range', 'xrai.algorithm': 'full' },
      reduction: ranked
    },
    { id: 'GBP', expr: 'guided-backprop', reduction: grey },
    {
      id: 'GGCAM',
      expr: 'guided-gradcam',
      params: { 'guided-gradcam.product': 'visualised', 'guided-gradcam.upsampling': 'linear' },
      reduction: grey
    }
  ],
  departs:
    'The study explains the logit of the predicted class: use the target "predicted". Its Grad-CAM layer was mixed10; ours is the first target layer of the card. Grad-CAM is enlarged on half-pixel centres, theirs by scikit-image’s resize; XRAI’s map is not made absolute: both our choice.'
}
