import { resolve } from 'node:path'
import { Fault } from '@engine/fault'
import { masksOfReaders, type MasksOfReaders } from '@engine/handlers/masks-of-readers'
import { parseRegion, type ScoredRegion } from '@engine/readers/scored-region'
import type { Arguments } from '../arguments'

/** Options of every verb that compares readers. */
export const comparedOptions = ['image', 'spacing', 'region'] as const

export interface Compared extends MasksOfReaders {
  readonly region: ScoredRegion
}

/** The masks named, on one grid, and the region to score them in. Throws Fault `usage` and what reading throws. */
export async function compared(paths: readonly string[], args: Arguments): Promise<Compared> {
  const region = parseRegion(args.option('region') ?? 'whole')
  const image = args.option('image')
  const read = await masksOfReaders({
    paths: paths.map((path) => resolve(path)),
    image: image === undefined ? null : resolve(image),
    spacingMm: spacingOf(args.option('spacing'))
  })
  return { ...read, region }
}

function spacingOf(text: string | undefined): [number, number, number] | null {
  if (text === undefined) return null
  const numbers = text.split(',').map(Number)
  if (numbers.length < 1 || numbers.length > 3 || numbers.some((value) => !(value > 0 && Number.isFinite(value))))
    throw new Fault('usage', `"${text}" is no spacing.`, {
      subject: text,
      hint: 'Give millimetres between columns, rows and slices: 0.7,0.7,3 (one number: the same everywhere).'
    })
  const [columns, rows = columns, slices = rows] = numbers
  return [columns, rows, slices]
}
