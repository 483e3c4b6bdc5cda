import * as v from 'valibot'
import { Count, Finite, Undefinable } from './verdict'

const Triple = v.tuple([Finite, Finite, Finite])

/** One part of a statistical map above its threshold. */
export const MapCluster = v.object({
  voxels: Count,
  /** null for maps of one slice without a volume of their own. */
  mm3: Undefinable,
  /** Area, for maps of one slice. */
  mm2: v.optional(Finite),
  /** Largest |t| with its sign: above 0 the first group has more. */
  peakT: Finite,
  /** Column, row, slice. */
  peakVoxel: Triple,
  /** World position of the peak, LPS (x to the left, y to posterior, z to superior). */
  peakLpsMm: Triple,
  /** Corrected over all voxels by the largest t of shuffled labels; null where they were not shuffled. */
  pCorrected: Undefinable
})
export type MapCluster = v.InferOutput<typeof MapCluster>

const EdgeLetters = v.object({ left: v.string(), right: v.string(), top: v.string(), bottom: v.string() })

/** One plane through the peak of a statistical map: t, and the mean map of all images below it. */
export const MapCut = v.object({
  /** Axis that is cut: columns, rows or slices. */
  axis: v.picklist(['columns', 'rows', 'slices']),
  index: Count,
  /** Position of the cut along the image's own axis, mm; null without spacing. */
  mm: Undefinable,
  width: Count,
  height: Count,
  /** Directions of the patient at the edges, R L A P H F; '' where the image does not say. Absent in older reports. */
  letters: v.optional(EdgeLetters),
  /** Width and height of a drawn pixel, mm; null without spacing. Absent in older reports. */
  pixelMm: v.optional(v.nullable(v.tuple([Finite, Finite]))),
  /** Row by row; 0 where nothing is tested. */
  t: v.array(Finite),
  mean: v.array(Finite)
})
export type MapCut = v.InferOutput<typeof MapCut>

/** What the comparison of two groups' maps gave: figures for the table, planes for the figure, files by name. */
export const GroupEvidence = v.object({
  model: v.string(),
  method: v.string(),
  /** Output that was explained, or the experiment's rule. */
  target: v.string(),
  space: v.string(),
  first: v.object({ name: v.string(), images: Count, patients: Count }),
  second: v.object({ name: v.string(), images: Count, patients: Count }),
  /** Voxels that vary and are tested. */
  tested: Count,
  /** |t| above which a voxel counts; null where none reaches it. */
  threshold: Undefinable,
  thresholdKind: v.picklist(['false-discovery', 'max-t', 'uncorrected']),
  clusters: v.array(MapCluster),
  cuts: v.array(MapCut),
  /** Largest |t| of every shuffling of the labels, ascending; absent in older reports. */
  maxima: v.optional(v.array(Finite)),
  /** Correlation of the mean maps of the two outputs of a softmax: a sign check. */
  signCheck: v.nullable(v.object({ outputs: v.tuple([v.string(), v.string()]), correlation: Undefinable })),
  /** NIfTI files beside the report. */
  files: v.array(v.string())
})
export type GroupEvidence = v.InferOutput<typeof GroupEvidence>

/** Kinds of maps of one method over a cohort. */
export const MapClusters = v.object({
  model: v.string(),
  method: v.string(),
  /** Rows and columns of the maps that were grouped. */
  height: Count,
  width: Count,
  /** Directions of the patient and size of a cell, where all images have the same; absent otherwise and in older reports. */
  letters: v.optional(EdgeLetters),
  pixelMm: v.optional(v.nullable(v.tuple([Finite, Finite]))),
  silhouette: Undefinable,
  /** Silhouette of every number of groups that was tried. */
  tried: v.array(v.object({ groups: Count, silhouette: Undefinable })),
  /** Of a spectral grouping, ascending: the largest step between neighbours decided how many groups there are. */
  eigenvalues: v.optional(v.array(Finite)),
  groups: v.array(
    v.object({
      members: v.array(v.string()),
      /** How many of its members have each finding. */
      labels: v.record(v.string(), Count),
      silhouette: Undefinable,
      mean: v.array(Finite)
    })
  )
})
export type MapClusters = v.InferOutput<typeof MapClusters>
