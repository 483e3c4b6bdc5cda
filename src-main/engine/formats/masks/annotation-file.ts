import { Fault } from '@engine/fault'

export type Point = readonly [number, number]

/**
 * A region as an annotation program draws it, in pixels of the image: the first pixel covers 0 to 1, its centre lies at 0.5.
 * A box is `[x0, y0, x1, y1]`, far edges exclusive. Runs are `[start, length]` in a picture read column by column.
 */
export type RegionShape =
  | { readonly kind: 'box'; readonly box: readonly [number, number, number, number] }
  | { readonly kind: 'polygon'; readonly rings: readonly (readonly Point[])[] }
  | {
      readonly kind: 'ellipse'
      readonly center: Point
      readonly radii: Point
      /** Radians, turning x towards y. */
      readonly angle: number
    }
  | {
      readonly kind: 'runs'
      readonly runs: readonly (readonly [start: number, length: number])[]
      /** `[rows, columns]` where the file states them. */
      readonly size: readonly [number, number] | null
    }

/** One region of one image. Names come from files: text only. */
export interface AnnotatedRegion {
  /** As the file names the image; '' when it names none. */
  readonly image: string
  /** Category or finding; '' when the file states none. */
  readonly label: string
  /** '' when the file names no reader. */
  readonly reader: string
  /** From 0; null: every slice of a one-slice image, the first of a volume. */
  readonly slice: number | null
  readonly shape: RegionShape
}

/** Regions of many images in one file. */
export interface AnnotationFile {
  /** Name of the format, with its article: "a COCO file". */
  readonly title: string
  /** How the file counts pixels and edges, as it was read. */
  readonly rule: string
  /** Every image the file knows, also those without a region. */
  readonly images: readonly string[]
  readonly regions: readonly AnnotatedRegion[]
  /** What was left out, and why. */
  readonly warnings: readonly string[]
}

/** The refusal of a file whose content is no annotation. */
export function badAnnotations(name: string, reason: string, hint: string): Fault {
  return new Fault('bad-mask', `“${name}” ${reason}.`, { subject: name, hint })
}

/** A list of numbers, all finite; null for anything else. */
export function numbersIn(value: unknown, least: number): number[] | null {
  if (!Array.isArray(value) || value.length < least) return null
  return value.every((item) => typeof item === 'number' && Number.isFinite(item)) ? (value as number[]) : null
}

/** A field of an object of unknown shape. */
export function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}

/** A list in a field; [] when it is none. */
export function listIn(value: unknown, key: string): readonly unknown[] {
  const list = fieldOf(value, key)
  return Array.isArray(list) ? (list as unknown[]) : []
}

/** Text or a number as text; '' for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}
