import * as v from 'valibot'

/** Figures of a study's agreement, in the order of the table. */
export const agreementRowIds = [
  'dice',
  'iou',
  'hd95',
  'assd',
  'dice-twice',
  'hd95-twice',
  'finding-kappa',
  'finding-alpha',
  'extent-icc',
  'voxel-kappa',
  'voxel-alpha',
  'voxel-icc'
] as const
export type AgreementRowId = (typeof agreementRowIds)[number]

export const extentUnits = ['cm²', 'ml', 'voxels'] as const
export type ExtentUnit = (typeof extentUnits)[number]

/** One figure over `n` cases; null with the reason where there is none. */
export const AgreementRow = v.object({
  id: v.picklist(agreementRowIds),
  /** On which finding; null: whatever was outlined. */
  finding: v.nullable(v.string()),
  /** In which unit sizes were compared: each is a figure of its own. */
  unit: v.optional(v.picklist(extentUnits)),
  /** Names of the readers it is over, where that are not all. */
  readers: v.optional(v.array(v.string())),
  /** Second readings that were left out: the map had been shown by then. */
  leftOut: v.optional(v.number()),
  n: v.number(),
  value: v.nullable(v.number()),
  reason: v.optional(v.string()),
  /** Over patients; null for fewer than two, or where most resamples have no value. */
  ci95: v.nullable(v.tuple([v.number(), v.number()]))
})
export type AgreementRow = v.InferOutput<typeof AgreementRow>

/** A figure of one reader alone: the same case read twice. */
export const ofOneReader = ({ id, value }: AgreementRow): boolean => id.endsWith('-twice') && value !== null

/** How the figures read: their unit, and what they are of. */
export const agreementWords: Readonly<Record<AgreementRowId, { title: string; unit: '' | 'mm'; note: string }>> = {
  dice: { title: 'Outlines overlap (Dice)', unit: '', note: 'between readers, cases somebody marked' },
  iou: { title: 'Outlines overlap (IoU)', unit: '', note: 'between readers, cases somebody marked' },
  hd95: { title: 'Edges apart (HD95)', unit: 'mm', note: 'cases both marked; larger of the two directions' },
  assd: { title: 'Edges apart on average (ASSD)', unit: 'mm', note: 'cases both marked' },
  'dice-twice': { title: 'Same reader twice (Dice)', unit: '', note: 'hidden repeats' },
  'hd95-twice': { title: 'Same reader twice (HD95)', unit: 'mm', note: 'hidden repeats' },
  'finding-kappa': { title: 'Finding or not (Fleiss κ)', unit: '', note: 'each read by' },
  'finding-alpha': { title: 'Finding or not (Krippendorff α)', unit: '', note: 'each read by two readers or more' },
  'extent-icc': { title: 'Size of the finding (ICC(2,1))', unit: '', note: 'each read by' },
  'voxel-kappa': { title: 'Pixel by pixel (Fleiss κ)', unit: '', note: 'box around all marks, 10 pixels wider' },
  'voxel-alpha': { title: 'Pixel by pixel (Krippendorff α)', unit: '', note: 'box around all marks, 10 pixels wider' },
  'voxel-icc': { title: 'Pixel by pixel (ICC(2,1))', unit: '', note: 'box around all marks, 10 pixels wider' }
}

/** What a row is of: "Size of the finding in ml (ICC(2,1))". */
export function agreementTitle({ id, unit }: Pick<AgreementRow, 'id' | 'unit'>): string {
  const { title } = agreementWords[id]
  return unit === undefined ? title : title.replace(' (', ` in ${unit} (`)
}

/** Over what it was taken: "each read by Anna and Bert". */
export function agreementOver({
  id,
  readers = [],
  leftOut = 0
}: Pick<AgreementRow, 'id' | 'readers' | 'leftOut'>): string {
  const { note } = agreementWords[id]
  const who = readers.length === 0 ? '' : ` ${readers.slice(0, -1).join(', ')} and ${readers.at(-1)}`
  const out = leftOut === 0 ? '' : `; ${leftOut} left out: the map had been shown before the second reading`
  return `${note}${who}${out}`
}

/** Rows of one finding together, in their order. */
export function agreementGroups(rows: readonly AgreementRow[]): { finding: string | null; rows: AgreementRow[] }[] {
  const findings = [...new Set(rows.map(({ finding }) => finding))]
  return findings.map((finding) => ({ finding, rows: rows.filter((row) => row.finding === finding) }))
}

/** The heading of a group: the finding, or all of them together. */
export const findingTitle = (finding: string | null): string => finding ?? 'Any finding, whichever it was called'

/** What one reader has done so far. */
export const ReaderProgress = v.object({
  readerId: v.string(),
  name: v.string(),
  done: v.number(),
  total: v.number(),
  /** Median time on task of the cases done; null before the first. */
  medianSeconds: v.nullable(v.number()),
  flags: v.number(),
  noFinding: v.number(),
  comments: v.number(),
  /** Outlines changed after the map was shown, of those it was shown for. */
  changedAfterMap: v.number(),
  mapShown: v.number()
})
export type ReaderProgress = v.InferOutput<typeof ReaderProgress>

/** A case the readers differ on, worst first. */
export const DifferingCase = v.object({
  caseIndex: v.number(),
  code: v.string(),
  /** On the finding they differ most on; null where there is one only. */
  finding: v.nullable(v.string()),
  dice: v.nullable(v.number()),
  /** Some readers saw a finding and some did not. */
  findingSplit: v.boolean()
})
export type DifferingCase = v.InferOutput<typeof DifferingCase>

export const consensusMethods = ['staple', 'majority', 'soft'] as const
export const ConsensusMethod = v.picklist(consensusMethods)
export type ConsensusMethod = v.InferOutput<typeof ConsensusMethod>

/** The consensus of one case on one finding. */
export const ConsensusFinding = v.object({
  name: v.string(),
  /** Voxels at or above one half. */
  voxels: v.number(),
  cm2: v.nullable(v.number()),
  ml: v.nullable(v.number()),
  /** STAPLE: by reader; null for the other methods, and where nobody marked it. */
  sensitivity: v.nullable(v.array(v.number())),
  specificity: v.nullable(v.array(v.number())),
  /** STAPLE: its prior and the rounds it took; null as above, and where a consensus is older than that. */
  estimated: v.optional(v.nullable(v.object({ prior: v.number(), iterations: v.number() })), null),
  /** Hash of the blob with the probability; null for a majority, and once it was corrected by hand. */
  probability: v.nullable(v.string())
})
export type ConsensusFinding = v.InferOutput<typeof ConsensusFinding>

/** The consensus of one case. */
export const ConsensusState = v.object({
  caseIndex: v.number(),
  code: v.string(),
  method: ConsensusMethod,
  /** Readers it was made of, by id, in the order of the study. */
  readers: v.array(v.string()),
  /** Voxels at or above one half, of all findings together. */
  voxels: v.number(),
  cm2: v.nullable(v.number()),
  ml: v.nullable(v.number()),
  /** Each finding for itself, in the order of the study; empty where a consensus is older than that. */
  findings: v.optional(v.array(ConsensusFinding), []),
  /** Hash of the outlines as they were computed, whatever was corrected since: a correction belongs to them. */
  computed: v.optional(v.string(), ''),
  /** Readers differ on it: Dice below 0.7, or a finding for some only. */
  adjudicate: v.boolean(),
  /** Name of who accepted it; null as long as nobody has. */
  acceptedBy: v.nullable(v.string()),
  /** It was corrected by hand before it was accepted. */
  edited: v.boolean(),
  warnings: v.array(v.string())
})
export type ConsensusState = v.InferOutput<typeof ConsensusState>
