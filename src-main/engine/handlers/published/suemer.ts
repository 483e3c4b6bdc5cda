import type { PublishedFigure, PublishedStudy } from './published-study'

const pValues: readonly (readonly [method: string, values: readonly string[]])[] = [
  ['gradient', ['0.2766', '0.1806', '0.00135']],
  ['gradcam', ['0.7149', '0.6168', '0.3720']],
  ['lrp-zplus', ['0.4892', '0.0547', '0.4249']]
]

const figures: readonly PublishedFigure[] = pValues.flatMap(([method, values]) =>
  values.map((published, index) => ({
    what: `p of region ${index + 1} of 3, before adjustment (Student’s t or Mann–Whitney, as the study’s tree chooses)`,
    set: 'paediatric chest radiographs, 20 normal and 20 with pneumonia',
    method,
    published,
    source: 'recomputed from the scores printed in the notebook',
    figure: { kind: 'region-p' as const, region: index + 1 }
  }))
)

/** Definitions A3. */
export const suemer: PublishedStudy = {
  id: 'suemer',
  summary:
    'The notebooks after Sümer et al. (2023) score every map in regions of a grid and test each region between images with and without the finding.',
  target: 'predicted',
  criteria: [
    { id: 'performance', params: {} },
    { id: 'regions', params: { score: 'mean', test: 'published', adjust: 'bonferroni' } }
  ],
  regions: { rows: 1, columns: 3 },
  departures: [
    {
      what: 'image the regions belong to',
      published: 'a random crop (RandomResizedCrop at inference)',
      here: 'the whole image as the model sees it',
      usual: 'the same',
      why: 'a random crop moves the regions from run to run',
      ourChoice: false
    },
    {
      what: 'preprocessing',
      published: 'differs between the gradient and the other maps',
      here: 'the model card’s, for all maps',
      usual: 'the same',
      why: 'maps of differently prepared images cannot be compared',
      ourChoice: false
    },
    {
      what: 'reduction of the gradient',
      published: 'largest magnitude over the channels, unscaled',
      here: 'the same',
      usual: 'sum of absolute values, clipped, 0–1',
      why: 'to follow the notebook',
      ourChoice: false
    },
    {
      what: 'LRP-z⁺',
      published: 'down to the last convolution, its relevance copied and scaled',
      here: 'down to the pixels, conserving relevance',
      usual: 'the same',
      why: 'the notebook’s does not conserve relevance',
      ourChoice: false
    },
    {
      what: 'unit of the test',
      published: 'image',
      here: 'patient (mean of the patient’s images)',
      usual: 'patient',
      why: 'images of one patient are not independent',
      ourChoice: false
    },
    {
      what: 'regions',
      published: '1 × 3 cells; anatomical regions planned',
      here: '1 × 3 cells, unless the experiment names regions',
      usual: 'those of the experiment',
      why: 'to follow the notebook',
      ourChoice: false
    }
  ],
  figures
}
