import * as v from 'valibot'

/** Ways in which labs keep images, masks and labels together. */
export const datasetKinds = [
  'manifest',
  'bids',
  'caps',
  'image-folders',
  'rsna',
  'siim',
  'qtim',
  'coco',
  'vgg',
  'mednet',
  'dicom'
] as const
export const DatasetKind = v.picklist(datasetKinds)
export type DatasetKind = v.InferOutput<typeof DatasetKind>

/** Kinds whose files say only that there is a finding, not which: what it is called may be chosen. */
export const unnamedFindings: ReadonlySet<DatasetKind> = new Set(['mednet', 'rsna', 'siim', 'vgg'])

/** What may be chosen where a dataset leaves a choice; null takes what the preview proposes. */
export const DatasetWishes = v.object({
  kind: v.optional(v.nullable(DatasetKind), null),
  /** A kind of image, one of `images.options` of the preview ("T1w", "t1_linear/T1w"). */
  image: v.optional(v.nullable(v.string()), null),
  /** Kinds of mask, each one of `masks.options`; an empty list takes none. */
  masks: v.optional(v.nullable(v.array(v.string())), null),
  /** The column the labels come from, one of `labels.options`; '' takes none. */
  label: v.optional(v.nullable(v.string()), null),
  /** Only cases of these splits; null takes all. */
  splits: v.optional(v.nullable(v.array(v.string())), null),
  /** What the finding is called where a file only says 0 and 1. */
  positive: v.optional(v.nullable(v.string()), null)
})
export type DatasetWishes = v.InferOutput<typeof DatasetWishes>

/** Something that was left out: its name inside the dataset, and the reason as a sentence. */
export const LeftOut = v.object({ name: v.string(), why: v.string() })
export type LeftOut = v.InferOutput<typeof LeftOut>

/** A choice the dataset leaves: what would be taken, and what else there is. */
export const DatasetChoice = v.object({
  chosen: v.array(v.string()),
  options: v.array(v.object({ value: v.string(), count: v.number() }))
})
export type DatasetChoice = v.InferOutput<typeof DatasetChoice>

/** A case as it would be imported; names are paths inside the dataset. */
export const PreviewCase = v.object({
  id: v.string(),
  patient: v.nullable(v.string()),
  session: v.nullable(v.string()),
  image: v.string(),
  label: v.nullable(v.string()),
  split: v.nullable(v.string()),
  masks: v.array(v.object({ reader: v.string(), name: v.string() })),
  boxes: v.number()
})
export type PreviewCase = v.InferOutput<typeof PreviewCase>

const Count = v.object({ value: v.nullable(v.string()), cases: v.number(), patients: v.number() })

/** What an import would do, before anything is imported: what matched, what did not, and what was assumed. */
export const DatasetPreview = v.object({
  /** The dataset's own name: its folder or file. */
  name: v.string(),
  kind: DatasetKind,
  /** The kind in words: "BIDS tree". */
  title: v.string(),
  /** Other kinds this could be read as. */
  also: v.array(v.object({ kind: DatasetKind, title: v.string() })),
  cases: v.array(PreviewCase),
  counts: v.object({
    cases: v.number(),
    patients: v.number(),
    labelled: v.number(),
    withMask: v.number(),
    withBoxes: v.number()
  }),
  /** Cases and patients per label and per split; null stands for "not said". */
  labelCounts: v.array(Count),
  splitCounts: v.array(Count),
  images: DatasetChoice,
  masks: DatasetChoice,
  labels: DatasetChoice,
  unmatched: v.object({ images: v.array(LeftOut), masks: v.array(LeftOut), rows: v.array(LeftOut) }),
  duplicates: v.array(LeftOut),
  /** Patients whose cases are in more than one split: scores on the test split would be too good. */
  leakage: v.array(v.object({ patient: v.string(), splits: v.array(v.string()) })),
  /** What was taken as given, and how boxes were converted: sentences. */
  assumptions: v.array(v.string()),
  warnings: v.array(v.string())
})
export type DatasetPreview = v.InferOutput<typeof DatasetPreview>
