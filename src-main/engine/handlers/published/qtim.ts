import type { PublishedFigure, PublishedStudy } from './published-study'

const maps = ['GRAD', 'SG', 'IG', 'SIG', 'GCAM', 'XRAI', 'GBP', 'GGCAM'] as const
const read = 'read off a figure, about ±0.01'

/** Means per map, in the order of `maps` (definitions A1, anchors). */
const means: readonly (readonly [
  set: string,
  what: string,
  values: readonly string[],
  figure: PublishedFigure['figure']
])[] = [
  [
    'SIIM pneumothorax',
    'AUPRC, trained',
    ['0.10', '0.04', '0.08', '0.024', '0.14', '0.224', '0.135', '0.15'],
    { kind: 'row', criterion: 'localisation.utility', metric: 'auprc-trapezoid' }
  ],
  [
    'SIIM pneumothorax',
    'AUPRC, untrained',
    ['0.04', '0.035', '0.035', '0.03', '0.017', '0.055', '0.045', '0.03'],
    { kind: 'reference', criterion: 'localisation.utility', metric: 'auprc-trapezoid', reference: 'randomised-model' }
  ],
  [
    'RSNA pneumonia',
    'AUPRC, trained',
    ['0.34', '0.17', '0.32', '0.160', '0.405', '0.519', '0.17', '0.315'],
    { kind: 'row', criterion: 'localisation.utility', metric: 'auprc-trapezoid' }
  ],
  [
    'SIIM pneumothorax',
    'SSIM, two training runs',
    ['0.22', '0.175', '0.22', '0.22', '0.425', '0.643', '0.32', '0.575'],
    { kind: 'row', criterion: 'repeatability.replicates', metric: 'ssim' }
  ],
  [
    'SIIM pneumothorax',
    'SSIM, two architectures',
    ['0.17', '0.34', '0.17', '0.35', '0.37', '0.487', '0.285', '0.44'],
    { kind: 'row', criterion: 'reproducibility.architectures', metric: 'ssim' }
  ],
  [
    'SIIM pneumothorax',
    'SSIM, end of the cascade',
    ['0.25', '0.565', '0.31', '0.565', '0.43', '0.815', '0.36', '0.41'],
    { kind: 'row', criterion: 'randomisation.cascading', metric: 'ssim' }
  ],
  [
    'SIIM pneumothorax',
    'SSIM of random pairs (threshold)',
    ['0.24', '0.315', '0.24', '0.50', '0.44', '0.63', '0.36', '0.63'],
    { kind: 'reference', criterion: 'randomisation.cascading', metric: 'ssim', reference: 'random-pairs' }
  ]
]

/** Definitions A1. */
export const qtim: PublishedStudy = {
  id: 'qtim',
  summary:
    'Arun et al. (2021) scored eight maps of an InceptionV3 on chest radiographs: overlap with the outline, dependence on the weights, agreement of two training runs and of two architectures.',
  target: 'predicted',
  criteria: [
    { id: 'performance', params: {} },
    { id: 'localisation', params: {} },
    { id: 'randomisation', params: { randomPairs: 50 } },
    { id: 'repeatability', params: { onlyCorrect: false } },
    { id: 'reproducibility', params: { onlyCorrect: false } }
  ],
  departures: [
    {
      what: 'measure of localisation',
      published: 'area under the precision–recall curve by trapezoid',
      here: 'the same, printed beside average precision, which decides',
      usual: 'average precision',
      why: 'the trapezoid rises on maps with many equal values',
      ourChoice: false
    },
    {
      what: 'explained class',
      published: 'logit of the predicted class, so a missed finding is explained as “none”',
      here: 'the same (target “predicted”)',
      usual: 'the labelled finding',
      why: 'to follow the study',
      ourChoice: false
    },
    {
      what: 'images compared between models',
      published: 'all, right or wrong',
      here: 'all (onlyCorrect false)',
      usual: 'images that both models get right',
      why: 'to follow the study',
      ourChoice: false
    },
    {
      what: 'data range of SSIM',
      published: 'left to the library: 2 for maps, 255 for the U-Net’s masks',
      here: '1, for everything',
      usual: '1',
      why: 'lines made with different constants cannot be compared',
      ourChoice: false
    },
    {
      what: 'randomised layers',
      published: 'logits to mixed1; mixed0 and the stem stay trained',
      here: 'every stage the model card names, down to the stem',
      usual: 'the same',
      why: 'a map of the untouched stem would count as kept',
      ourChoice: false
    },
    {
      what: 'missing values',
      published: 'dropped, lists cut to equal length',
      here: 'counted with their reason; pairs stay pairs',
      usual: 'the same',
      why: 'cutting lists breaks the pairing by image',
      ourChoice: false
    },
    {
      what: 'layer of Grad-CAM',
      published: 'mixed10',
      here: 'the first target layer of the model card',
      usual: 'the same',
      why: 'the layer belongs to their network',
      ourChoice: false
    },
    {
      what: 'verdict',
      published: 'mean against the reference; 0.5 line for agreement',
      here: 'interval by patient against each reference; the 0.5 line is printed only',
      usual: 'the same',
      why: 'sparse maps reach 0.9 by chance',
      ourChoice: true
    }
  ],
  figures: [
    ...means.flatMap(([set, what, values, figure]) =>
      maps.map((method, index) => ({ what, set, method, published: values[index], source: read, figure }))
    ),
    {
      what: 'AUPRC of the average mask',
      set: 'SIIM pneumothorax',
      method: 'GRAD',
      published: '0.142',
      source: read,
      figure: {
        kind: 'reference',
        criterion: 'localisation.utility',
        metric: 'auprc-trapezoid',
        reference: 'average-mask'
      }
    },
    {
      what: 'AUPRC of the average mask',
      set: 'RSNA pneumonia',
      method: 'GRAD',
      published: '0.465',
      source: read,
      figure: {
        kind: 'reference',
        criterion: 'localisation.utility',
        metric: 'auprc-trapezoid',
        reference: 'average-mask'
      }
    }
  ]
}
