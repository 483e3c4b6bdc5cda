import { count } from './catalogue'

/** Words of the import preview. */
export const datasetWords = {
  title: (name: string): string => `Import ${name}`,
  lead: 'Nothing is opened or copied yet. This is what an import would bring.',
  reading: 'Looking through the dataset',
  readingCount: (done: number, total: number): string =>
    total > 0 ? `${done.toLocaleString('en')} of ${total.toLocaleString('en')}` : `${done.toLocaleString('en')} files`,
  kind: 'Read as',
  image: 'Images',
  masks: 'Outlines',
  noMasks: 'none',
  label: 'Labels from',
  noLabel: 'no labels',
  splits: 'Splits',
  positive: 'What the finding is called',
  labelTable: 'Labels from a table…',
  labelTableOf: (name: string): string => `Labels from ${name}`,
  option: (value: string, n: number): string => `${value} (${n.toLocaleString('en')})`,
  facts: {
    cases: 'Cases',
    patients: 'Patients',
    labelled: 'With a label',
    withMask: 'With an outline',
    withBoxes: 'With boxes'
  },
  perLabel: 'Labels',
  perSplit: 'Splits',
  notSaid: 'not said',
  casesOf: (cases: number, patients: number): string => `${count(cases, 'case')}, ${count(patients, 'patient')}`,
  matched: (n: number): string => `Matched (${n.toLocaleString('en')})`,
  unmatched: (n: number): string => `Left out (${n.toLocaleString('en')})`,
  assumed: (n: number): string => `Assumed (${n})`,
  columns: { id: 'Case', image: 'Image', label: 'Label', mask: 'Outlines' },
  noImageSaid: 'no image',
  leftOut: { images: 'image', masks: 'outline', rows: 'row', duplicates: 'twice' },
  allMatched: 'Nothing was left out.',
  nothingMatched: 'Nothing matched. What was left out says why.',
  nothingAssumed: 'Nothing had to be assumed.',
  leakage: (patients: number): string =>
    `${count(patients, 'patient is', 'patients are')} in more than one split: scores on the test split would be too good.`,
  filter: 'Filter by name',
  save: 'Save experiment.json…',
  saved: (file: string): string => `${file} was written into the chosen folder.`,
  open: (n: number): string => `Open ${count(n, 'case')}`,
  cancel: 'Cancel'
} as const
