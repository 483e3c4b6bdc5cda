import type { FaultCode } from '@shared/fault'
import type { CommandId } from './key-table'

export type Severity = 'error' | 'caution'

interface FaultWords {
  readonly severity: Severity
  readonly title: string
  /** What can be done at once, as a command of the key table. */
  readonly action?: { readonly label: string; readonly command: CommandId }
}

const chooseFiles = { label: 'Choose other files', command: 'open-files' } as const
const chooseModel = { label: 'Choose another model', command: 'open-model' } as const
const checkCard = { label: 'Check the card', command: 'model-card' } as const
const seeJobs = { label: 'Show jobs', command: 'screen-jobs' } as const

/** How each kind of fault is headed, how serious it is, and what to do; the sentence itself comes from the engine. */
export const faultWords: Record<FaultCode, FaultWords> = {
  usage: { severity: 'error', title: 'This request is not possible' },
  'bad-parameter': { severity: 'caution', title: 'A setting is out of range' },
  'not-found': { severity: 'error', title: 'Not found', action: chooseFiles },
  'not-writable': { severity: 'error', title: 'Could not be written' },
  'disk-full': { severity: 'error', title: 'Not saved: the disk is full' },
  locked: { severity: 'error', title: 'Not saved: another program is writing' },
  'read-only': { severity: 'caution', title: 'Open for reading only' },
  'not-chosen': { severity: 'caution', title: 'Who is working here?' },
  blinded: { severity: 'caution', title: 'Not shown in a blinded reading' },
  'bad-workspace': { severity: 'error', title: 'The workspace is damaged' },
  'bad-file': { severity: 'error', title: 'This file could not be read', action: chooseFiles },
  'bad-image': { severity: 'error', title: 'This image could not be read', action: chooseFiles },
  'no-pixels': { severity: 'caution', title: 'This file holds no image', action: chooseFiles },
  'bad-model': { severity: 'error', title: 'This model could not be opened', action: chooseModel },
  'bad-card': { severity: 'error', title: 'The model card is not right', action: checkCard },
  'bad-mask': { severity: 'error', title: 'This outline could not be used' },
  'bad-experiment': { severity: 'error', title: 'This experiment could not be run' },
  'geometry-mismatch': { severity: 'error', title: 'Image and outline do not lie on each other' },
  'too-large': { severity: 'error', title: 'Too large for this computer' },
  'unsupported-file': { severity: 'caution', title: 'This kind of file is not read', action: chooseFiles },
  'unsupported-op': { severity: 'caution', title: 'This map needs a rule that is missing' },
  'unsupported-model': { severity: 'caution', title: 'This model cannot be explained', action: chooseModel },
  'unsupported-method': { severity: 'caution', title: 'This method does not fit the model' },
  'external-weights': { severity: 'error', title: "The model's weights are missing", action: chooseModel },
  'inference-failed': { severity: 'error', title: 'The model did not run', action: checkCard },
  'inference-timeout': { severity: 'error', title: 'The model took too long', action: seeJobs },
  'out-of-memory': { severity: 'error', title: 'Not enough memory', action: seeJobs },
  cancelled: { severity: 'caution', title: 'Stopped' },
  'some-failed': { severity: 'caution', title: 'Some could not be computed', action: seeJobs },
  internal: { severity: 'error', title: 'Something unexpected happened' }
}
