import { notPublished, type PublishedStudy, type RunSetting } from './published-study'

/** What the study does not say; `{}` is the value of this run. */
const choice = (
  what: string,
  here: string,
  usual: string,
  setting?: RunSetting
): PublishedStudy['departures'][number] => ({
  ...{ what, published: notPublished, here, usual, why: 'the study does not say', ourChoice: true },
  ...(setting === undefined ? {} : { setting })
})

const ofMaps = (param: string): RunSetting => ({ kind: 'maps', param })
const ofFidelity = (param: string): RunSetting => ({ kind: 'criterion', id: 'fidelity', param })

/** Definitions A4. */
export const marchadour: PublishedStudy = {
  id: 'marchadour',
  summary:
    'Marchadour, Brocki et al. compared thirty maps of CT slices with expert masks by ROC and Dice, and by how far the answer falls when the highlighted part is replaced. Quality and fidelity rank the maps differently, so the two are never merged.',
  target: 'predicted',
  criteria: [
    { id: 'performance', params: {} },
    { id: 'localisation', params: {} },
    { id: 'fidelity', params: { score: 'probability', replacement: 'mean', percents: '2,5,10,20,30,50' } }
  ],
  background: 10,
  departures: [
    choice('noisy copies n (SG, SG²)', '{}', '25', ofMaps('sg.samples')),
    choice('noise σ (SG, SG²)', '{} of the value range', '0.15 of the value range', ofMaps('sg.sigma')),
    choice(
      'steps of integrated gradients',
      '{}, Gauss–Legendre',
      '32, Gauss–Legendre',
      ofMaps('integrated-gradients.steps')
    ),
    choice('samples of expected gradients', '{}', '40', ofMaps('expected-gradients.samples')),
    choice('background of expected gradients', '{}', 'the card’s', { kind: 'background' }),
    choice(
      'segments of the region maps',
      'Felzenszwalb at six scales (50 to 1,200), 150 pixels at least, grown by five, as PAIR’s XRAI; ranking {} (region.algorithm)',
      'the same; ranking full',
      ofMaps('region.algorithm')
    ),
    choice(
      'replacement value: what stands in for the highlighted part',
      '{} (fidelity.replacement)',
      'mean',
      ofFidelity('replacement')
    ),
    choice(
      'occlusion steps of fidelity: shares replaced',
      '{} % (fidelity.percents)',
      '2, 5, 10, 20, 30, 50 %',
      ofFidelity('percents')
    ),
    choice('occlusion steps of ROC and Dice', 'every percentile from 0 to 99', 'every percentile from 0 to 99'),
    {
      what: 'images',
      published: '290 slices, one a patient',
      here: 'the cases of the experiment; fidelity on {} of them (fidelity.images)',
      usual: 'the same',
      why: 'the study’s data are not ours',
      ourChoice: false,
      setting: ofFidelity('images')
    }
  ],
  figures: [
    {
      what: 'accuracy of the classifier, share of images',
      set: 'LIDC-IDRI and LNDb, 290 slices',
      method: '',
      published: '0.997',
      source: 'poster',
      figure: { kind: 'performance', figure: 'accuracy' }
    },
    {
      what: 'map with the best overlap with the mask (largest Dice over the occlusion percentages, mean over images)',
      set: 'LIDC-IDRI and LNDb',
      method: '',
      published: 'region maps with SG²',
      source: 'poster, in words',
      figure: { kind: 'best', criterion: 'localisation.utility', metric: 'max-dice' }
    },
    {
      what: 'map with the best area under the ROC curve over the occlusion percentages (mean over images)',
      set: 'LIDC-IDRI and LNDb',
      method: '',
      published: 'region maps with SG²',
      source: 'poster, in words',
      figure: { kind: 'best', criterion: 'localisation.utility', metric: 'occluded-roc-auc' }
    },
    {
      what: 'map with the best fidelity (mean fall of the probability over the shares replaced)',
      set: 'LIDC-IDRI and LNDb',
      method: '',
      published: 'pixel maps; deconvolution and integrated gradients from black weak',
      source: 'poster, in words',
      figure: { kind: 'best', criterion: 'fidelity.removal', metric: 'fidelity-area' }
    }
  ]
}
