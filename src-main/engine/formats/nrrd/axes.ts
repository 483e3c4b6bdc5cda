import { Fault } from '@engine/fault'
import { badNrrd } from '@engine/formats/nrrd/fields'
import type { NrrdHeader } from '@engine/formats/nrrd/header'

/** Which axis of the array is what. */
export interface NrrdAxes {
  /** One to three axes of space, fastest first, as indices into `sizes`. */
  readonly spatial: readonly number[]
  /** The axis of colour components; null for grey. */
  readonly colour: number | null
  /** The remaining axes (list, vector, time): each combination is a volume of its own. */
  readonly others: readonly number[]
}

/** Kinds whose axis runs through space. */
const spatialKinds = new Set(['domain', 'space'])

const colourKinds: Readonly<Record<string, number>> = { 'rgb-color': 3, '3-color': 3, 'rgba-color': 4, '4-color': 4 }

/** Sorts the axes by space directions, then kinds, then spacings. Throws Fault `unsupported-file` or `bad-image`. */
export function nrrdAxes(header: NrrdHeader, name: string): NrrdAxes {
  const { sizes, kinds } = header
  const all = sizes.map((_, axis) => axis)
  const complex = kinds.find((kind) => kind === 'complex' || kind === 'quaternion')
  if (complex !== undefined) {
    throw new Fault('unsupported-file', `“${name}” holds ${complex} numbers; one real number a voxel can be read.`, {
      subject: name,
      hint: 'Convert it to a grey image (magnitude or intensity).'
    })
  }
  const spatial = spatialAxes(header, all)
  if (spatial.length === 0 || spatial.length > 3) {
    throw badNrrd(name, `it has ${spatial.length} axes of space, one to three are possible`)
  }
  const rest = all.filter((axis) => !spatial.includes(axis))
  const colour = header.type === 'uint8' ? (rest.find((axis) => isColour(kinds[axis], sizes[axis])) ?? null) : null
  return { spatial, colour, others: rest.filter((axis) => axis !== colour) }
}

/** SimpleITK calls the components of a colour picture a vector; true vectors (displacements) are no bytes. */
function isColour(kind: string, length: number): boolean {
  return colourKinds[kind] === length || (kind === 'vector' && (length === 3 || length === 4))
}

function spatialAxes({ directions, kinds, spacings }: NrrdHeader, all: readonly number[]): number[] {
  // A direction without a part in space is the time axis of a four-dimensional space ("…-superior-time").
  const directed = all.filter((axis) => directions[axis]?.slice(0, 3).some((value) => value !== 0))
  if (directed.length > 0) return directed
  const named = all.filter((axis) => spatialKinds.has(kinds[axis]))
  if (named.length > 0) return named
  const open = all.filter((axis) => kinds[axis] === '')
  if (open.length <= 3) return open
  const spaced = open.filter((axis) => !Number.isNaN(spacings[axis]))
  return spaced.length > 0 && spaced.length <= 3 ? spaced : open.slice(0, 3)
}
