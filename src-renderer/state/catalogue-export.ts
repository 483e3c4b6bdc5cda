import type { ExportFormatSummary, ExportSubject } from '@shared/exports'
import { count } from './catalogue'

/** Words of the export sheet. */
export const exportWords = {
  title: 'Export',
  lead: 'Files are written into a folder you choose. Nothing leaves this computer.',
  subjects: {
    maps: 'Maps',
    masks: 'Outlines',
    measurements: 'Report',
    cases: 'Cases, de-identified'
  } satisfies Record<ExportSubject, string>,
  subjectsLabel: 'What to export',
  scopeLabel: 'How much',
  scopes: {
    maps: {
      shown: 'The map that is shown',
      case: 'All maps of this case',
      selected: 'All maps of the ticked cases',
      all: 'All maps of all open cases'
    },
    measurements: { shown: 'The report that is shown', case: '', selected: '', all: '' },
    others: { shown: '', case: 'This case', selected: 'The ticked cases', all: 'All open cases' }
  },
  items: {
    maps: (n: number): string => count(n, 'map'),
    masks: (n: number): string => count(n, 'case'),
    measurements: (n: number): string => count(n, 'report'),
    cases: (n: number): string => count(n, 'case')
  } satisfies Record<ExportSubject, (n: number) => string>,
  nothing: {
    maps: 'No finished map here. Compute one in View ({add-map}), or choose another range.',
    masks: 'No case here.',
    measurements: 'No report yet. Go to Report ({screen-report}) and run one.',
    cases: 'No case here.'
  } satisfies Record<ExportSubject, string>,
  formats: 'Written as',
  groups: {
    report: 'To read and for the paper',
    research: 'For programs',
    dicom: 'For a PACS',
    tree: 'For other systems'
  } satisfies Record<ExportFormatSummary['group'], string>,
  asking: 'Asking what can be written',
  cannot: (n: number, all: number): string => `${n} of ${all} cannot be written so`,
  cannotAny: (n: number, all: number): string => `${n} of ${all} cannot be written at all`,
  more: (n: number): string => `and ${n.toLocaleString('en')} more`,
  eachReader: 'Also each reader’s own outlines',
  eachReaderHint:
    'In the folder “readers” of each case, with the table outlines.csv: reader, role, finding, boxes. A consensus stays the only reference standard.',
  identity: {
    title: 'Who the DICOM files say they are of',
    pseudonym: 'A pseudonym',
    pseudonymHint: 'No name, no birth date; the same patient gets the same pseudonym.',
    source: 'The patient, as in the source files',
    sourceHint: 'A PACS files them with the study. Whoever opens them reads the name.'
  },
  cases: {
    lead: 'DICOM files without identity: Basic Application Confidentiality Profile of DICOM PS3.15. Texts are cleaned, private elements and comments are removed, identifiers are replaced.',
    pixels: 'Pixels are copied as they are and never cleaned: a name that is part of the picture stays part of it.',
    keepDates: 'Dates',
    dates: { removed: 'removed', shifted: 'moved, by the same days for one patient' },
    characteristics: 'Keep age, sex, size and weight',
    accept: 'I have looked at the images: none shows a name',
    acceptHint: 'Without this tick, images that may have text burned in are left out.',
    key: 'The table that leads back to the patients stays in your workspace, never in the export.'
  },
  positiveOnly: 'mednet tree: positive samples only',
  positiveOnlyHint: 'For models of one output; as --positive-only there.',
  where: 'Folder',
  noFolder: 'not chosen yet',
  choose: 'Choose…',
  below: {
    maps: 'Below it: case, model, finding; with recipe.json, which names every file and setting.',
    masks: 'Below it: a folder for each case.',
    measurements: 'Below it: the documents, and a folder sr with one file for each case.',
    cases: 'Below it: pseudonym, study, series.'
  } satisfies Record<ExportSubject, string>,
  writing: 'Writing',
  write: (n: number, what: string): string => (n === 0 ? 'Write' : `Write ${what}`),
  stop: 'Stop',
  stopped: 'Stopped. What was written so far is in the folder.',
  written: (files: number, folder: string): string => `${count(files, 'file')} written into ${folder}.`,
  noneWritten: 'Nothing was written.',
  leftOut: (n: number): string => `${n.toLocaleString('en')} left out`,
  files: 'Files written',
  copy: 'Copy list',
  copied: 'Copied',
  close: 'Close'
} as const
