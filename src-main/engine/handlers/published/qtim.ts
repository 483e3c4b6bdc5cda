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
    'AUPRC (trapezoid), trained model',
    ['0.10', '0.04', '0.08', '0.024', '0.14', '0.224', '0.135', '0.15'],
    { kind: 'row', criterion: 'localisation.utility', metric: 'auprc-trapezoid' }
  ],
  [
    'SIIM pneumothorax',
    'AUPRC (trapezoid), untrained model',
    ['0.04', '0.035', '0.035', '0.03', '0.017', '0.055', '0.045', '0.03'],
    { kind: 'reference', criterion: 'localisation.utility', metric: 'auprc-trapezoid', reference: 'randomised-model' }
  ],
  [
    'RSNA pneumonia',
    'AUPRC (trapezoid), trained model',
    ['0.34', '0.17', '0.32', '0.160', '0.405', '0.519', '0.17', '0.315'],
    { kind: 'row', criterion: 'localisation.utility', metric: 'auprc-trapezoid' }
  ],
  [
    'RSNA pneumonia',
    'AUPRC (trapezoid), untrained model',
    ['0.25', '0.315', '0.28', '0.28', '0.12', '0.43', '0.215', '0.13'],
    { kind: 'reference', criterion: 'localisation.utility', metric: 'auprc-trapezoid', reference: 'randomised-model' }
  ],
  [
    'SIIM pneumothorax',
    'SSIM of two training runs’ maps',
    ['0.22', '0.175', '0.22', '0.22', '0.425', '0.643', '0.32', '0.575'],
    { kind: 'row', criterion: 'repeatability.replicates', metric: 'ssim' }
  ],
  [
    'RSNA pneumonia',
    'SSIM of two training runs’ maps',
    ['0.295', '0.27', '0.36', '0.38', '0.68', '0.836', '0.555', '0.707'],
    { kind: 'row', criterion: 'repeatability.replicates', metric: 'ssim' }
  ],
  [
    'SIIM pneumothorax',
    'SSIM of two architectures’ maps',
    ['0.17', '0.34', '0.17', '0.35', '0.37', '0.487', '0.285', '0.44'],
    { kind: 'row', criterion: 'reproducibility.architectures', metric: 'ssim' }
  ],
  [
    'RSNA pneumonia',
    'SSIM of two architectures’ maps',
    ['0.235', '0.185', '0.27', '0.27', '0.595', '0.754', '0.325', '0.635'],
    { kind: 'row', criterion: 'reproducibility.architectures', metric: 'ssim' }
  ],
  [
    'SIIM pneumothorax',
    'SSIM with the trained map, end of the cascade',
    ['0.25', '0.565', '0.31', '0.565', '0.43', '0.815', '0.36', '0.41'],
    { kind: 'row', criterion: 'randomisation.cascading', metric: 'ssim' }
  ],
  [
    'RSNA pneumonia',
    'SSIM with the trained map, end of the cascade',
    ['0.18', '0.26', '0.23', '0.33', '0.37', '0.72', '0.24', '0.495'],
    { kind: 'row', criterion: 'randomisation.cascading', metric: 'ssim' }
  ],
  [
    'SIIM pneumothorax',
    'SSIM of random pairs (threshold of the cascade)',
    ['0.24', '0.315', '0.24', '0.50', '0.44', '0.63', '0.36', '0.63'],
    { kind: 'reference', criterion: 'randomisation.cascading', metric: 'ssim', reference: 'random-pairs' }
  ],
  [
    'RSNA pneumonia',
    'SSIM of random pairs (threshold of the cascade)',
    ['0.20', '0.32', '0.22', '0.61', '0.545', '0.65', '0.30', '0.56'],
    { kind: 'reference', criterion: 'randomisation.cascading', metric: 'ssim', reference: 'random-pairs' }
  ]
]

/** Figures the abstract prints; all others were read off its figures. */
const printed = ['0.024', '0.224', '0.160', '0.519']
const abstract = 'printed in the abstract'

const failing = { kind: 'failing', criterion: 'randomisation.cascading', metric: 'ssim' } as const
const auprc = { criterion: 'localisation.utility', metric: 'auprc-trapezoid' }
const localisers = (criterion: string): PublishedFigure['figure'] => ({
  kind: 'reference',
  criterion,
  metric: 'ssim',
  reference: 'localisers'
})

/** What the maps are held against: one figure for all of them. */
const references: readonly (readonly [
  set: string,
  what: string,
  published: string,
  source: string,
  figure: PublishedFigure['figure']
])[] = [
  [
    'SIIM pneumothorax',
    'AUPRC (trapezoid) of the average mask',
    '0.142',
    read,
    { kind: 'reference', ...auprc, reference: 'average-mask' }
  ],
  [
    'RSNA pneumonia',
    'AUPRC (trapezoid) of the average mask',
    '0.465',
    read,
    { kind: 'reference', ...auprc, reference: 'average-mask' }
  ],
  [
    'SIIM pneumothorax, U-Net',
    'AUPRC (trapezoid) of the localisation model',
    '0.404',
    abstract,
    { kind: 'reference', ...auprc, reference: 'localiser' }
  ],
  [
    'RSNA pneumonia, RetinaNet',
    'AUPRC (trapezoid) of the localisation model',
    '0.596',
    abstract,
    { kind: 'reference', ...auprc, reference: 'localiser' }
  ],
  [
    'SIIM pneumothorax, U-Nets',
    'SSIM of two localisation models’ outputs',
    '0.976',
    read,
    localisers('repeatability.replicates')
  ],
  [
    'RSNA pneumonia, RetinaNets',
    'SSIM of two localisation models’ outputs',
    '0.802',
    read,
    localisers('repeatability.replicates')
  ],
  ['SIIM pneumothorax', 'maps that fail the cascade (of eight in the study)', '5', abstract, failing],
  ['RSNA pneumonia', 'maps that fail the cascade (of eight in the study)', '2', abstract, failing]
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
      what: 'images scored',
      published: '100 with a finding, drawn with seed 1',
      here: 'all the experiment states; "sample": {"n": 100, "positivesOnly": true} draws as many',
      usual: 'all',
      why: 'more images give narrower intervals; those without a finding are scored apart',
      ourChoice: false
    },
    {
      what: 'boxes',
      published: 'int(320 · c / 1023), rows and columns inclusive',
      here: 'pixels whose centre lies in the box, far edges exclusive, then brought to the model’s grid',
      usual: 'the same',
      why: 'the published rule widens every box by up to a pixel and assumes images of 1,024 pixels',
      ourChoice: false
    },
    {
      what: 'standard deviation',
      published: 'over the images, divided by n',
      here: 'divided by n − 1',
      usual: 'the same',
      why: 'the images are a sample',
      ourChoice: false
    },
    {
      what: 'random pairs',
      published: '50 pairs in the text, 50 for each image in the code',
      here: '50 for each image, of other patients',
      usual: 'the same',
      why: 'to follow the code; images of one patient are not different ones',
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
      maps.map((method, index) => ({
        what,
        set,
        method,
        published: values[index],
        source: sourceOf(values[index], what),
        figure
      }))
    ),
    ...references.map(([set, what, published, source, figure]) => ({
      ...{ what, set, method: '', published, source, figure }
    }))
  ]
}

/** The abstract prints the lowest and the highest of the trained models’ areas. */
function sourceOf(value: string, what: string): string {
  return what === 'AUPRC (trapezoid), trained model' && printed.includes(value) ? abstract : read
}
