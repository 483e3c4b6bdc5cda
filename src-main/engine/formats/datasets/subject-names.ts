import { nameOf } from '@engine/formats/datasets/cells'

/** A file name of BIDS or CAPS, taken apart: `sub-01_ses-2_run-1_space-MNI_T1w.nii.gz`. */
export interface SubjectFile {
  /** Relative to the dataset, with `/`. */
  readonly path: string
  /** With `sub-`. */
  readonly subject: string
  /** With `ses-`; null for datasets without sessions. */
  readonly session: string | null
  /** Entities by key: run, space, desc, label… without sub and ses. */
  readonly entities: ReadonlyMap<string, string>
  /** The last part: T1w, mask… */
  readonly suffix: string
  /** All parts but subject, session and run: what kind of image it is. */
  readonly kind: string
  /** Lower case, without dot: `nii.gz`. */
  readonly ending: string
}

/**
 * Takes the name of a subject's file apart; null when it is none.
 * Source: BIDS 1.9 "Filenames", CAPS 1.0 (Clinica), which repeats suffixes in the middle.
 */
export function parseSubjectFile(path: string): SubjectFile | null {
  const match = /^(sub-[A-Za-z0-9]+)_([^./][^/]*?)\.([A-Za-z0-9]+(?:\.gz)?)$/.exec(nameOf(path))
  if (match === null) return null
  const [, subject, rest, ending] = match
  const parts = rest.split('_')
  const suffix = parts[parts.length - 1]
  const entities = new Map<string, string>()
  let session: string | null = null
  const kind: string[] = []
  for (const part of parts) {
    const [key, value] = splitEntity(part)
    if (key === 'ses') session = part
    else if (key !== 'run') kind.push(part)
    if (key !== '' && key !== 'ses') entities.set(key, value)
  }
  return { path, subject, session, entities, suffix, kind: kind.join('_'), ending: ending.toLowerCase() }
}

function splitEntity(part: string): [key: string, value: string] {
  const dash = part.indexOf('-')
  return dash <= 0 ? ['', part] : [part.slice(0, dash), part.slice(dash + 1)]
}

/** Suffixes of files that hold a region, not an image (BIDS derivatives; `roi` is the older spelling of lesion masks). */
const maskSuffixes = new Set(['mask', 'dseg', 'roi', 'seg', 'lesion'])

/** Endings images of BIDS and CAPS trees come with. */
const imageEndings = new Set(['nii', 'nii.gz', 'mgz', 'png', 'tif', 'tiff', 'jpg', 'dcm'])

export const isMaskFile = (file: SubjectFile): boolean => maskSuffixes.has(file.suffix) && isImageFile(file)

export const isImageFile = ({ ending }: SubjectFile): boolean => imageEndings.has(ending)

/** Words of masks that show what is normal: a brain is no finding. */
const anatomyWords = /(brain|head|skull|tissue|aparc|aseg|[gw]m\b|csf|cortex|graymatter|whitematter)/i
const findingWords = /(lesion|tumou?r|nodule|finding|atrophy|roi|infarct|stroke|opacity|haemorrhage|hemorrhage)/i

/** Kinds of mask that are taken unasked: those named after a finding, or the only one if it is not plain anatomy. */
export function findingKinds(kinds: readonly string[]): string[] {
  const findings = kinds.filter((kind) => findingWords.test(kind) && !anatomyWords.test(kind))
  if (findings.length > 0) return findings
  return kinds.length === 1 && !anatomyWords.test(kinds[0]) ? [...kinds] : []
}
