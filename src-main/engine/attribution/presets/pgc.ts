import { gildenblat2021 } from '@engine/attribution/citations'
import type { Preset, PresetMap } from '@engine/attribution/presets/preset'
import type { Reduction } from '@engine/attribution/reduction'

/** The maps are 0–1 already. */
export const asScaled: Reduction = { reduce: 'sum', clip: 100, normalise: 'none' }

/** A class activation map as pytorch-grad-cam returns it: 0–1 before and after enlarging. */
export function pgcMap(id: string, expr: string): PresetMap {
  return { id, expr, params: { [`${expr}.scaling`]: 'pgc' }, reduction: asScaled }
}

/** FullGrad is a sum over layers at the image's size: one scaling at the end. */
export const pgcFullgrad: PresetMap = {
  id: 'fullgrad',
  expr: 'fullgrad',
  reduction: { reduce: 'sum', clip: 100, normalise: 'min-max' }
}

export const pgc: Preset = {
  id: 'pgc',
  title: 'pytorch-grad-cam',
  citation: gildenblat2021,
  maps: [
    pgcMap('gradcam', 'gradcam'),
    pgcMap('hirescam', 'hirescam'),
    pgcMap('xgradcam', 'xgradcam'),
    pgcMap('gradcamplusplus', 'gradcam-plus-plus'),
    pgcMap('layercam', 'layercam'),
    pgcMap('gradcamelementwise', 'gradcam-elementwise'),
    pgcMap('eigencam', 'eigencam'),
    pgcMap('eigengradcam', 'eigengradcam'),
    pgcMap('scorecam', 'scorecam'),
    pgcMap('ablationcam', 'ablationcam'),
    pgcFullgrad
  ],
  departs:
    'The sign of EigenCAM and EigenGradCAM is arbitrary in the original; ours is turned to rise with the activation of the layer. Several target layers are averaged as there; ours is the first target layer of the card unless named.'
}
