import type { CaseAttachment } from '@shared/case-parts'
import type { CaseSummary } from '@shared/vocabulary'
import { count } from './catalogue'

/** Words of the study browser. */
export const studyWords = {
  filter: 'Filter: name, modality, finding, to do, done, outlined, >0.5…',
  openFiles: 'Open files…',
  openFolder: 'Open folder…',
  openModel: 'Open model…',
  groups: {
    all: 'All cases',
    sample: 'Sample',
    'brain-sample': 'Brain phantoms',
    'ct-sample': 'CT phantom',
    own: 'Opened by you'
  },
  notOpened: '3-D',
  models: 'Models',
  recent: 'Recent',
  nothingRecent: 'Files and models you open are listed here.',
  list: 'Cases',
  empty: 'No studies yet. Drop a folder of DICOM, NIfTI or PNG files here, press {open-files}, or look at the sample.',
  noMatch: 'No case matches this filter.',
  openSample: 'Open the sample',
  noModels: 'No model yet. Press {open-model}, or use the sample.',
  /** No label: in the sample that means no finding; of files of one's own nothing is known. */
  finding: (one: Pick<CaseSummary, 'label' | 'source'>): string =>
    one.label ?? (one.source === 'own' ? 'not stated' : 'none'),
  columns: {
    name: 'Case',
    image: 'Image',
    modality: 'Kind',
    date: 'Date',
    finding: 'Finding',
    answer: 'Answer',
    outline: 'Outline',
    maps: 'Maps',
    reading: 'Reading'
  },
  columnHints: {
    name: 'Patient or file',
    image: 'Columns × rows and slices',
    modality: 'Modality',
    date: 'Date of the study',
    finding: 'Label of the reference standard',
    answer: 'What the current model answers, with its probability',
    outline: 'Outlines of the reference standard and of readers',
    maps: 'Finished maps',
    reading: 'How far you are with it in Read'
  },
  sortBy: (column: string): string => `Sort by ${column}`,
  sortedAs: { up: 'ascending', down: 'descending' },
  columnsLabel: 'Columns',
  ask: (model: string, cases: number): string => `Ask ${model} about ${count(cases, 'case')}`,
  askingModel: (model: string): string => `Asking ${model}`,
  unanswered: (missing: number, all: number): string =>
    `${missing.toLocaleString('en')} of ${count(all, 'case')} ${missing === 1 ? 'has' : 'have'} no answer yet.`,
  listed: (shown: number, all: number): string =>
    shown === all ? count(all, 'case') : `${shown.toLocaleString('en')} of ${count(all, 'case')}`,
  view: 'View',
  attachMask: 'Attach an outline…',
  assess: (cases: number): string => `Assess ${cases === 1 ? 'this case' : `these ${cases} cases`}`,
  importDataset: 'Import dataset…',
  exportCases: 'Export…',
  problems: (series: number, failed: number): string =>
    `${series === 0 ? 'Nothing was opened' : series === 1 ? '1 series was opened' : `${series.toLocaleString('en')} series were opened`}. ${failed === 1 ? 'One file' : `${failed.toLocaleString('en')} files`} could not be read.`,
  showProblems: 'Show them',
  problemsTitle: 'Files that could not be read',
  refused: {
    lead: (files: number, reasons: number): string =>
      `${count(files, 'file')}, ${count(reasons, 'reason')}. Everything else is open.`,
    all: 'All reasons',
    reasons: 'Reasons',
    files: 'Files',
    filter: 'Filter by file name',
    none: 'No file has these letters.',
    copy: 'Copy list',
    copied: 'Copied'
  },
  opening: {
    count: (done: number, total: number): string => `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`,
    left: (words: string): string => `about ${words} left`,
    stop: 'Stop'
  },
  stopped: 'Stopped. Series that were complete by then are open.',
  seriesCount: (n: number): string => count(n, 'series', 'series'),
  selectStudy: 'Select all series of this study',
  spacing: (one: Pick<CaseSummary, 'spacingMm' | 'size'>): string | null => {
    if (one.spacingMm === null) return null
    const [x, y, z] = one.spacingMm.map((mm) => Number(mm.toPrecision(3)))

    return one.size[2] > 1 ? `${x} × ${y} × ${z} mm` : `${x} × ${y} mm`
  },
  volumes: (n: number): string => `${n} volumes`,
  hidden: 'hidden',
  attached: 'Attached',
  attachedKinds: { outline: 'outline', map: 'map', boxes: 'boxes' } satisfies Record<CaseAttachment['kind'], string>,
  warnings: (n: number): string => (n === 1 ? '1 warning' : `${n} warnings`),
  outlines: (n: number): string => (n === 0 ? 'no outline' : n === 1 ? '1 outline' : `${n} outlines`)
} as const
