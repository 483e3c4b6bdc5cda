import type { PublishedStudy } from './published-study'

/** Definitions A2. */
export const mednet: PublishedStudy = {
  id: 'mednet',
  summary:
    'mednet generates twelve class activation maps, measures by removal (ROAD) whether they drive the answer, and their energy and mean inside the boxes of a radiologist. Its documents report no figure to compare with.',
  target: 'predicted',
  criteria: [
    { id: 'performance', params: {} },
    {
      id: 'completeness',
      params: { score: 'sigmoid', percentiles: '20,40,60,80', removal: 'percentile', noise: 0.01, noiseOf: 'unit' }
    },
    { id: 'localisation', params: {} }
  ],
  departures: [
    {
      what: 'score that falls',
      published: 'sigmoid of the target output',
      here: 'the same',
      usual: 'probability of the explained class',
      why: 'to follow the program',
      ourChoice: false
    },
    {
      what: 'pixels removed',
      published: 'all at or above the percentile, so ties remove more than asked',
      here: 'the same (removal percentile)',
      usual: 'an exact count, ties drawn',
      why: 'to follow the program',
      ourChoice: false
    },
    {
      what: 'noise on imputed pixels',
      published: '0.01 of one unit of the model input',
      here: 'the same',
      usual: '0.01 of the spread of the image',
      why: 'to follow the program',
      ourChoice: false
    },
    {
      what: 'images',
      published: 'the whole split',
      here: '{}, drawn by patient (completeness.images)',
      usual: '15',
      why: 'every image costs some thirty predictions a map',
      ourChoice: true,
      setting: { kind: 'criterion', id: 'completeness', param: 'images' }
    },
    {
      what: 'image without a map or a box',
      published: 'energy 0, focus 0',
      here: 'not defined, with its reason, and counted',
      usual: 'the same',
      why: 'a zero would lower the mean of a map for what the data lack',
      ourChoice: false
    },
    {
      what: 'boxes',
      published: 'corners in pixels, upper bound exclusive; the union of those with one label (1), others listed',
      here: 'pixels whose centre lies in a box, far edges exclusive; the union of all boxes, brought to the model’s grid',
      usual: 'the same',
      why: 'maps are scored where the model sees them; on whole pixels both rules mark the same',
      ourChoice: false
    },
    {
      what: 'target layer',
      published: 'fc14 of pasa, denseblock4.denselayer16.conv2 of DenseNet-121',
      here: 'the first target layer of the model card',
      usual: 'the same',
      why: 'other models are refused there',
      ourChoice: false
    }
  ],
  figures: []
}
