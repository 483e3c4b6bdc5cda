import type { HelpEntry } from './help.svelte'

/** Help on what compares maps with one another and with the model's answer. */
const entries: Record<string, HelpEntry> = {
  removal: {
    title: 'What if the hottest pixels are removed?',
    shows:
      'The image as the model sees it once the hottest pixels of the map are replaced, and what it then answers. If the map names what the model uses, the answer falls sooner than for random pixels.',
    misleads:
      'What is put in place matters: a hole of zeros is a sight the model was never trained on. An answer close to 1 can hide a large change of the logit.',
    more: [
      { term: 'Order', words: 'Size of the map on the model’s own pixels, the largest first; ties in a seeded order.' },
      { term: 'Random', words: 'Smooth noise: single random pixels would be filled from all sides and lose nothing.' },
      {
        term: 'Source',
        words:
          'Samek W, et al. IEEE TNNLS 2017;28:2660–2673; Brocki L, et al. EXTRAAMAS 2022; ROAD: Rong Y, et al. ICML 2022.'
      }
    ],
    bibtex: ''
  },
  difference: {
    title: 'Difference of two maps',
    shows: 'The first map minus the second, both on their own scale of 0 to 1: orange where the first is hotter.',
    misleads: 'Two maps on different scales can differ everywhere and still point at the same place.',
    more: [{ term: 'Number', words: 'Mean size of the difference over all pixels of the image.' }],
    bibtex: ''
  },
  similarity: {
    title: 'Similarity of two maps',
    shows:
      'Where two maps look alike: the structural similarity in a small window around each pixel, 1 where they agree.',
    misleads: 'Where both maps are empty they agree perfectly: sparse maps look alike without saying the same.',
    more: [
      { term: 'Settings', words: 'SSIM, window of 7 pixels of equal weight, values 0 to 1, sample covariance.' },
      { term: 'Number', words: 'Mean over all windows that lie inside the image, as `saliscope score ssim` gives it.' },
      { term: 'Source', words: 'Wang Z, et al. IEEE Transactions on Image Processing 2004;13:600–612.' }
    ],
    bibtex: ''
  }
}

/** The card for one way of comparing; null for one that nobody wrote. */
export const comparisonHelp = (id: string): HelpEntry | null => entries[id] ?? null
