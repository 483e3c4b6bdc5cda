import {
  adebayo2018sanity,
  arun2021,
  brocki2022,
  type Citation,
  cite,
  petsiuk2018,
  suemer2023
} from '@engine/attribution/citations'
import type { Criterion } from '@engine/criteria/criterion'

const rong2022 = cite({
  type: 'inproceedings',
  key: 'rong2022consistent',
  authors: ['Rong, Yao', 'Leemann, Tobias', 'Borisov, Vadim', 'Kasneci, Gjergji', 'Kasneci, Enkelejda'],
  title: 'A Consistent and Efficient Evaluation Strategy for Attribution Methods',
  venue: 'International Conference on Machine Learning, PMLR 162',
  year: 2022
})
const wang2004 = cite({
  type: 'misc',
  key: 'wang2004image',
  authors: ['Wang, Zhou', 'Bovik, Alan C.', 'Sheikh, Hamid R.', 'Simoncelli, Eero P.'],
  title: 'Image Quality Assessment: From Error Visibility to Structural Similarity',
  venue: 'IEEE Transactions on Image Processing 13(4):600--612',
  year: 2004
})
const holm1979 = cite({
  type: 'misc',
  key: 'holm1979simple',
  authors: ['Holm, Sture'],
  title: 'A Simple Sequentially Rejective Multiple Test Procedure',
  venue: 'Scandinavian Journal of Statistics 6(2):65--70',
  year: 1979
})
const wilcoxon1945 = cite({
  type: 'misc',
  key: 'wilcoxon1945individual',
  authors: ['Wilcoxon, Frank'],
  title: 'Individual Comparisons by Ranking Methods',
  venue: 'Biometrics Bulletin 1(6):80--83',
  year: 1945
})
const efron1979 = cite({
  type: 'misc',
  key: 'efron1979bootstrap',
  authors: ['Efron, Bradley'],
  title: 'Bootstrap Methods: Another Look at the Jackknife',
  venue: 'The Annals of Statistics 7(1):1--26',
  year: 1979
})

/** Full entries of the criteria whose sources are known here, by criterion id. */
const sources: Readonly<Record<string, readonly Citation[]>> = {
  localisation: [arun2021],
  randomisation: [adebayo2018sanity, arun2021, wang2004],
  repeatability: [arun2021, wang2004],
  reproducibility: [arun2021, wang2004],
  completeness: [rong2022, petsiuk2018],
  fidelity: [brocki2022],
  regions: [suemer2023]
}
/** What every interval and p value of a report rests on. */
const statistics: readonly Citation[] = [efron1979, wilcoxon1945, holm1979]

/** Sources of the criteria asked, each once; one without a full entry is given as a note in its own words. */
export function criteriaCitations(asked: readonly Pick<Criterion, 'id' | 'citation'>[]): Citation[] {
  const found = asked.flatMap(
    ({ id, citation }) => sources[id] ?? (citation.trim() === '' ? [] : [noted(id, citation)])
  )
  return [...new Map([...found, ...statistics].map((citation) => [citation.bibtex, citation])).values()]
}

function noted(id: string, text: string): Citation {
  return { text, bibtex: `@misc{saliscope-${id},\n  note = {${text.replaceAll(/[{}]/gu, '')}}\n}` }
}
