import { notPublished, type PublishedStudy } from './published-study'

const choice = (what: string, here: string, usual = here): PublishedStudy['departures'][number] => ({
  what,
  published: notPublished,
  here,
  usual,
  why: 'the study does not say',
  ourChoice: true
})

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
    choice('noisy copies (SG, SG²)', '25'),
    choice('noise (SG, SG²)', '0.15 of the value range'),
    choice('steps of integrated gradients', '32, Gauss–Legendre', '32, Gauss–Legendre'),
    choice('samples of expected gradients', '40'),
    choice(
      'background of expected gradients',
      '10 images of other patients of the experiment, unless it names a set',
      'the card’s'
    ),
    choice('what replaces the highlighted part', 'the mean of the image (fidelity.replacement)', 'mean'),
    choice('shares replaced', '2, 5, 10, 20, 30 and 50 % (fidelity.percents)'),
    choice('steps of the occlusion percentage for ROC and Dice', 'every percentile from 0 to 99'),
    {
      what: 'images',
      published: '290 slices, one a patient',
      here: 'the cases of the experiment; fidelity on 15 of them (fidelity.images)',
      usual: 'the same',
      why: 'the study’s data are not ours',
      ourChoice: false
    }
  ],
  figures: [
    {
      what: 'accuracy of the classifier',
      set: 'LIDC-IDRI and LNDb, 290 slices',
      method: '',
      published: '0.997',
      source: 'poster',
      figure: { kind: 'performance', figure: 'accuracy' }
    },
    {
      what: 'best overlap with the mask (Dice)',
      set: 'LIDC-IDRI and LNDb',
      method: '',
      published: 'region maps with SG²',
      source: 'poster, in words',
      figure: { kind: 'best', criterion: 'localisation.utility', metric: 'max-dice' }
    },
    {
      what: 'best area under the ROC curve, over occluded percentages',
      set: 'LIDC-IDRI and LNDb',
      method: '',
      published: 'region maps with SG²',
      source: 'poster, in words',
      figure: { kind: 'best', criterion: 'localisation.utility', metric: 'occluded-roc-auc' }
    },
    {
      what: 'best fidelity',
      set: 'LIDC-IDRI and LNDb',
      method: '',
      published: 'pixel maps; deconvolution and integrated gradients from black weak',
      source: 'poster, in words',
      figure: { kind: 'best', criterion: 'fidelity.removal', metric: 'fidelity-area' }
    }
  ]
}
