import { mednet2024 } from '@engine/attribution/citations'
import { pgcFullgrad, pgcMap } from '@engine/attribution/presets/pgc'
import type { Preset } from '@engine/attribution/presets/preset'

/** Definitions A2: the algorithms of `mednet classify saliency generate`, by its names. */
export const mednet: Preset = {
  id: 'mednet',
  title: 'mednet saliency',
  citation: mednet2024,
  maps: [
    pgcMap('ablationcam', 'ablationcam'),
    pgcMap('eigencam', 'eigencam'),
    pgcMap('eigengradcam', 'eigengradcam'),
    pgcFullgrad,
    pgcMap('gradcam', 'gradcam'),
    pgcMap('gradcamelementwise', 'gradcam-elementwise'),
    pgcMap('gradcam++', 'gradcam-plus-plus'),
    pgcMap('hirescam', 'hirescam'),
    pgcMap('layercam', 'layercam'),
    pgcMap('randomcam', 'randomcam'),
    pgcMap('scorecam', 'scorecam'),
    pgcMap('xgradcam', 'xgradcam')
  ],
  departs:
    'The command of mednet names thirteen algorithms, gradcamplusplus being another name of gradcam++. It knows the layers of two networks (fc14 of pasa, denseblock4.denselayer16.conv2 of DenseNet-121); ours is the first target layer of the card. With one output it explains output 0, with several the highest, as we do.'
}
