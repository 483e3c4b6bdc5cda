import { contentsWords, type StudyContents } from '@shared/study-contents'
import type { StudySummary } from '@shared/reading-protocol'
import type { ConsensusMethod, DifferingCase } from '@shared/reading-results'
import { decimal } from '@shared/number-words'
import { count } from './catalogue'

const hiddenWords = { label: 'label', prediction: 'prediction', map: 'map', readers: 'each other' } as const

/** "blinded to label, prediction, map, each other" */
export function blindingText({ blinded }: Pick<StudySummary, 'blinded'>): string {
  const parts = (Object.keys(hiddenWords) as (keyof typeof hiddenWords)[]).filter((part) => blinded[part])

  return parts.length === 0 ? 'not blinded' : `blinded to ${parts.map((part) => hiddenWords[part]).join(', ')}`
}

/** Minutes and seconds, as on a stopwatch. */
export const clockText = (seconds: number): string =>
  `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

const signed = (value: number, unit: string): string => `${value > 0 ? '+' : ''}${decimal(value, 1)} ${unit}`

/** Words of reading studies. */
export const readersWords = {
  title: 'Reading studies',
  back: 'Back to drawing',
  make: 'New study…',
  open: 'Open a reading file…',
  merge: 'Take in a returned file…',
  studies: 'Studies',
  empty:
    'No reading study yet. Choose cases in Studies, then press New study. A reader who was given a file opens it here.',
  notHere: 'This reading is organised elsewhere.',
  facts: (study: StudySummary): string =>
    [
      `${count(study.cases, 'case')}${study.repeats ? ` + ${count(study.repeats, 'hidden repeat')}` : ''}`,
      ...(study.seed === null ? [] : [`seed ${study.seed}`]),
      blindingText(study),
      ...(study.reveals ? ['map shown after each case'] : [])
    ].join(' · '),
  export: 'Export tables…',
  exported: (files: number): string => `${count(files, 'file')} written.`,
  verify: 'Verify',
  remove: 'Remove…',
  removal: {
    title: (study: string): string => `Remove “${study}”?`,
    untouched: 'Nobody has begun to read it. The list of its cases and readers goes away.',
    counting: 'Counting what would go with it…',
    begun: (done: number, contents: StudyContents): string =>
      `${contentsWords(contents, done)} go away with it, and so do its consensus and figures. The audit trail keeps what was read; what was drawn cannot be brought back.`,
    type: 'Type the title of the study to remove it',
    remove: 'Remove the study',
    keep: 'Keep it'
  },
  remarks: {
    title: 'Flags and comments',
    columns: { code: 'Case', reader: 'Reader', flagged: 'Flag', comment: 'Comment' },
    flagged: 'flagged',
    again: 'second reading',
    none: 'Nobody has flagged a case or written a comment.'
  },
  columns: { reader: 'Reader', done: 'Done', time: 'Median time', flags: 'Flags', none: 'No finding', act: '' },
  doneOf: (done: number, total: number): string => `${done} of ${total}`,
  read: 'Read',
  goOn: 'Go on',
  again: 'Look again',
  invite: 'File to carry over…',
  invited: (file: string): string =>
    `Written: ${file}. It holds images, findings and order, and no label, map or outline.`,
  changed: (changed: number, shown: number): string => `${changed} of ${shown} outlines changed after the map`,
  agreement: (cases: number): string => `Agreement (${count(cases, 'case')})`,
  agreementColumns: { figure: 'Agreement', value: 'Value', interval: '95 % interval', over: 'Over' },
  over: (n: number, note: string): string => `${count(n, 'case')}, ${note}`,
  noInterval: 'one patient',
  comparing: 'Comparing outlines',
  differ: 'Cases where readers differ most',
  differs: ({ code, finding, dice }: DifferingCase): string =>
    `${code}${finding === null ? '' : `, ${finding}`}${dice === null ? '' : `, Dice ${dice.toFixed(2)}`}`,
  split: 'finding or not',
  consensus: 'Consensus',
  methods: { staple: 'STAPLE ≥ 0.5', majority: 'Majority', soft: 'Keep as probability' } satisfies Record<
    ConsensusMethod,
    string
  >,
  makeConsensus: 'Make consensus',
  anew: {
    title: 'Make the consensus anew?',
    lead: (accepted: number, edited: number): string =>
      `${count(accepted, 'case')} ${accepted === 1 ? 'was' : 'were'} accepted${edited === 0 ? '' : `, ${edited} of them corrected by hand`}.`,
    cancel: 'Cancel',
    keep: (accepted: number): string => `Keep ${accepted === 1 ? 'it' : `these ${accepted}`}, make the others`,
    replace: (accepted: number): string => `Drop ${accepted === 1 ? 'it' : 'them'}, make all anew`
  },
  referenceIsEarlier:
    'The reference standard in use is an earlier consensus than this one. “Use as reference standard” takes this one.',
  adjudicate: (n: number): string => (n === 0 ? 'No case needs to be looked at' : `Adjudicate ${count(n, 'case')}`),
  accepted: (n: number, all: number): string => `${n} of ${all} looked at`,
  reference: 'Use as reference standard',
  referenceSave: '… and write experiment.json',
  isReference: (text: string): string => `Reference standard: ${text}`,
  adjudication: {
    title: (code: string): string => `Adjudicate ${code}`,
    where: (study: string, at: number, all: number): string =>
      `${study}, ${at} of ${all}. Each reader has a letter and a dash; the consensus is the thick line.`,
    reading: 'Reading the image…',
    waiting: 'Not looked at yet.',
    keys: {
      reader: 'reader on/off',
      consensus: 'consensus on/off',
      slice: 'slice',
      next: 'next case',
      edit: 'correct',
      accept: 'accept'
    },
    accept: 'Accept',
    edit: 'Correct in Read…',
    acceptEdited: 'Accept what was corrected',
    close: 'Close',
    previous: 'Previous',
    next: 'Next',
    acceptedBy: (name: string, edited: boolean): string => `Accepted by ${name}${edited ? ', corrected by hand' : ''}`,
    sensitivity: 'Sensitivity',
    specificity: 'Specificity',
    estimated: ({ prior, iterations }: { prior: number; iterations: number }): string =>
      `Prior ${decimal(prior, 4)} (mean share marked in the box around all marks, 10 voxels wider); ${count(iterations, 'iteration')}.`,
    cameLater: 'not in this consensus',
    notMarked: 'nobody marked it',
    beforeCorrection:
      'Sensitivity and specificity are against the consensus as it was computed, not as it was corrected.',
    onlyStaple: 'Sensitivity and specificity of readers are estimated by STAPLE alone.',
    consensusOf: (voxels: number, cm2: number | null, ml: number | null): string =>
      cm2 !== null ? `${cm2.toFixed(1)} cm²` : ml !== null ? `${ml.toFixed(2)} ml` : `${voxels} pixels`,
    nobody: 'Nobody marked anything here.',
    slice: (slice: number, slices: number): string => `Slice ${slice + 1} of ${slices}`
  },
  maker: {
    title: 'New reading study',
    lead: (cases: number): string =>
      `${count(cases, 'case')} that ${cases === 1 ? 'is' : 'are'} ticked in Studies, or all open ones when none is.`,
    name: 'Title',
    readers: 'Readers, one a line (names or pseudonyms)',
    findings: 'Findings to outline, one a line',
    seed: 'Seed of the order',
    repeats: 'Hidden repeats',
    idle: 'Clock pauses after (s)',
    hidden: 'Hidden from readers',
    hide: { label: 'Label', prediction: 'Prediction', map: 'Map', readers: 'Each other' },
    certainty: 'Ask how sure they are',
    listedOnly: 'These findings and no others',
    listedHint: 'Readers choose from this list; a second one of a kind gets a number.',
    reveal: 'Show the map that leads in View after each case',
    revealHint:
      'The reader may change the outline then; both versions are kept, and what changed is listed. A hidden repeat read after its map is left out of the figures of one reader twice.',
    noMap: 'Show a map in View first to offer this.',
    make: 'Make study',
    cancel: 'Cancel'
  },
  revealed: {
    title: 'The model’s map',
    of: (map: string, target: string): string => `${map} for ${target}`,
    asking: 'Asking for the map…',
    computing: 'Computing the map:',
    stop: 'Stop',
    again: 'Compute again',
    onOff: 'Show the map'
  },
  bar: {
    blinded: 'Blinded reading',
    mapShown: 'Map shown',
    open: 'Reading',
    study: (title: string): string => `Study “${title}”`,
    pauses: 'pauses when idle',
    paused: 'paused, goes on when you do',
    leave: 'Leave the reading',
    bringBack: 'Bring back…',
    broughtBack: (file: string): string => `Written: ${file}. Carry it back to the organiser.`,
    ask: 'Show the model’s map now? You may change your outline; both versions are kept.',
    show: 'Show map',
    next: 'Next case',
    kept: (reading: number): string => `Case ${reading} kept. {undo} to go back.`,
    all: (total: number): string => `All ${total} cases are done. Thank you. Nothing more to do here.`,
    progress: (done: number, total: number): string => `${done} of ${total} done`,
    change: (change: { cm2: number | null; ml: number | null; dice: number | null; seconds: number }): string =>
      [
        change.cm2 !== null ? signed(change.cm2, 'cm²') : change.ml !== null ? signed(change.ml, 'ml') : null,
        change.dice === null ? null : `Dice before and after ${change.dice.toFixed(2)}`,
        `${change.seconds.toFixed(0)} s with the map`
      ]
        .filter((part) => part !== null)
        .join(', ')
  }
} as const
