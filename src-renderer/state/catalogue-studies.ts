import type { CaseSummary } from '@shared/vocabulary'

/** Words of the study browser. */
export const studyWords = {
  filter: 'Filter: name, description, modality, finding…',
  openFiles: 'Open files…',
  openFolder: 'Open folder…',
  openModel: 'Open model…',
  groups: { all: 'All cases', sample: 'Sample', 'brain-sample': 'Brain phantoms', own: 'Opened by you' },
  notOpened: '3-D',
  models: 'Models',
  recent: 'Recent',
  nothingRecent: 'Files and models you open are listed here.',
  list: 'Cases',
  empty: 'No studies yet. Drop a folder of DICOM, NIfTI or PNG files here, press Ctrl+O, or look at the sample.',
  noMatch: 'No case matches this filter.',
  openSample: 'Open the sample',
  noModels: 'No model yet. Press Ctrl+Shift+O, or use the sample.',
  /** No label: in the sample that means no finding; of files of one's own nothing is known. */
  finding: (one: Pick<CaseSummary, 'label' | 'source'>): string =>
    one.label ?? (one.source === 'own' ? 'not stated' : 'none'),
  columns: { name: 'Case', image: 'Image', modality: 'Modality', date: 'Date', finding: 'Finding', outline: 'Outline' },
  view: 'View',
  attachMask: 'Attach an outline…',
  assess: (cases: number): string => `Assess ${cases === 1 ? 'this case' : `these ${cases} cases`}`,
  problems: (opened: number, failed: number): string =>
    `${opened} of ${opened + failed} files opened. ${failed === 1 ? 'One could not be read.' : `${failed} could not be read.`}`,
  showProblems: 'Show them',
  problemsTitle: 'Files that could not be read',
  outlines: (n: number): string => (n === 0 ? 'no outline' : n === 1 ? '1 outline' : `${n} outlines`)
} as const
