import { Fault } from '@engine/fault'
import type { NrrdHeader } from '@engine/formats/nrrd/header'
import {
  affineFromColumns,
  cross,
  identityAffine,
  isInvertible,
  spacingOf,
  unit,
  type Vector
} from '@engine/geometry/affine'
import type { Affine } from '@engine/geometry/volume'

export interface NrrdGeometry {
  /** Voxel centres to LPS millimetres; the identity when the file places nothing. */
  readonly affine: Affine
  readonly spacingMm: readonly [number, number, number] | null
  /** False when the space is not anatomical: the axes are a guess. */
  readonly oriented: boolean
  readonly warnings: readonly string[]
}

/** Signs that turn each anatomical space into LPS. Source: NRRD format, section 5.1. */
const anatomical: Readonly<Record<string, Vector>> = {
  'right-anterior-superior': [-1, -1, 1],
  'left-anterior-superior': [1, -1, 1],
  'left-posterior-superior': [1, 1, 1]
}

const metres: Readonly<Record<string, number>> = {
  mm: 1,
  millimeter: 1,
  millimetre: 1,
  cm: 10,
  m: 1000,
  um: 1e-3,
  μm: 1e-3
}

/** Position and spacing of the axes of space. Throws Fault `bad-image` when they do not span space. */
export function nrrdGeometry(header: NrrdHeader, spatial: readonly number[], name: string): NrrdGeometry {
  const warnings: string[] = []
  if (header.hasMeasurementFrame) {
    warnings.push('The file states a measurement frame for vectors; it is not used: components are shown as stored.')
  }
  const directed = spatial.every((axis) => header.directions[axis] !== null)
  if (!directed) return spacedOnly(header, spatial, { warnings, name })
  const space = header.space.replace(/-time$/, '')
  const signs = anatomical[space] ?? ([1, 1, 1] as const)
  const oriented = anatomical[space] !== undefined
  if (!oriented) warnings.push('The file does not say which way the patient lies.')
  const factor = unitFactor(header, warnings)
  const columns = spatial.map((axis) => placed(header.directions[axis]!, signs, factor))
  const origin = placed(header.origin ?? [0, 0, 0], signs, factor)
  if (oriented && header.origin === null)
    warnings.push('The file does not state where its first voxel lies; zero is used.')
  const affine = affineFromColumns(threeColumns(columns), origin)
  if (!isInvertible(affine)) throw flat(name)
  return { affine, spacingMm: spacingOf(affine), oriented, warnings }
}

function placed(vector: readonly number[], signs: Vector, factor: number): Vector {
  return [0, 1, 2].map((row) => {
    const value = (vector[row] ?? 0) * signs[row] * factor
    return value === 0 ? 0 : value
  }) as unknown as Vector
}

/** A picture in space gets a slice axis of 1 mm at right angles, a line two of them. */
function threeColumns(given: readonly Vector[]): [Vector, Vector, Vector] {
  const [u, v, w] = given
  if (w !== undefined) return [u, v, w]
  const second: Vector = v ?? unit(cross(Math.abs(unit(u)[2]) > 0.9 ? [1, 0, 0] : [0, 0, 1], u))
  return [u, second, unit(cross(u, second))]
}

/** The unit of most axes counts: NRRD allows one each, which no scanner writes. */
function unitFactor({ spaceUnits }: NrrdHeader, warnings: string[]): number {
  const [first] = spaceUnits
  const factor = first === undefined ? 1 : (metres[first] ?? null)
  if (factor === null) warnings.push('The file states lengths in an unknown unit; they are taken for millimetres.')
  else if (factor !== 1) warnings.push('The file states lengths in another unit than millimetres; they were converted.')
  return factor ?? 1
}

function spacedOnly(
  { spacings }: NrrdHeader,
  spatial: readonly number[],
  { warnings, name }: { warnings: string[]; name: string }
): NrrdGeometry {
  const known = spatial.every((axis) => Number.isFinite(spacings[axis]) && spacings[axis] !== 0)
  const said = [...warnings, 'The file does not say which way the patient lies.']
  if (!known) return { affine: identityAffine, spacingMm: null, oriented: false, warnings: said }
  const [dx, dy = 1, dz = 1] = spatial.map((axis) => Math.abs(spacings[axis]))
  const affine: Affine = [dx, 0, 0, 0, 0, dy, 0, 0, 0, 0, dz, 0, 0, 0, 0, 1]
  if (!isInvertible(affine)) throw flat(name)
  return { affine, spacingMm: [dx, dy, dz], oriented: false, warnings: said }
}

function flat(name: string): Fault {
  return new Fault('bad-image', `“${name}” has a geometry that does not span space.`, {
    subject: name,
    hint: 'Repair its space directions, for example with 3D Slicer.'
  })
}
