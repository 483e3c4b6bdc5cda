import * as v from 'valibot'
import { ExportDone, ExportIdentity } from './exports'

const Point = v.tuple([v.pipe(v.number(), v.finite()), v.pipe(v.number(), v.finite())])

/** What can be measured on a slice, and how many points each has. */
export const MeasurementKind = v.picklist(['length', 'angle', 'ellipse', 'rectangle', 'freehand'])
export type MeasurementKind = v.InferOutput<typeof MeasurementKind>

/**
 * One measurement on a slice of a case. Points are continuous image coordinates: pixel (i, j) covers [i, i + 1) × [j, j + 1).
 * Length: both ends. Angle: leg, vertex, leg. Ellipse and rectangle: two opposite corners. Freehand: the closed line.
 */
export const Measurement = v.object({
  id: v.pipe(v.string(), v.maxLength(64)),
  kind: MeasurementKind,
  name: v.pipe(v.string(), v.maxLength(64)),
  slice: v.pipe(v.number(), v.integer(), v.minValue(0)),
  points: v.pipe(v.array(Point), v.minLength(2), v.maxLength(10_000))
})
export type Measurement = v.InferOutput<typeof Measurement>

export const Measurements = v.pipe(v.array(Measurement), v.maxLength(1000))

/** A number of a structured report that was opened with a case. */
export const ReportedNumber = v.object({
  /** File it stands in. */
  report: v.string(),
  /** Tracking identifier or heading. */
  group: v.string(),
  name: v.string(),
  value: v.nullable(v.number()),
  unit: v.string()
})
export type ReportedNumber = v.InferOutput<typeof ReportedNumber>

const Id = v.pipe(v.string(), v.maxLength(512))

export const measuringCommands = {
  /** What was measured on a case before, and the numbers of reports that were opened with it. */
  'measure.list': {
    input: v.object({ caseId: Id }),
    output: v.object({ own: Measurements, reported: v.array(ReportedNumber) })
  },
  /** Keeps the measurements of a case in the workspace, in place of those before. Fault `not-writable`. */
  'measure.keep': { input: v.object({ caseId: Id, own: Measurements }), output: v.object({}) },
  /** Writes them as a DICOM SR (TID 1500). Fault `unsupported-file` where the image is no DICOM. */
  'measure.save': {
    input: v.object({
      caseId: Id,
      grant: v.pipe(v.string(), v.maxLength(4096)),
      identity: v.optional(ExportIdentity, 'pseudonym')
    }),
    output: ExportDone
  }
} as const
