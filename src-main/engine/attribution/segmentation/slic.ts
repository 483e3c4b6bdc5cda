import { setImmediate } from 'node:timers/promises'
import type { Labels } from '@engine/attribution/segmentation/felzenszwalb'
import type { Extent } from '@engine/attribution/segmentation/regions'
import { joinedPieces } from '@engine/attribution/segmentation/connected'

/** A volume with values between 0 and 1, one array per channel. */
export interface CellImage {
  readonly planes: readonly Float64Array[]
  readonly extent: Extent
}

const rounds = 10
/** How much one seed spacing weighs against one unit of grey value; scikit-image's default for values of 0 … 100 is 10. */
const compactness = 0.1

/** One cluster: mean position, mean value per channel. */
interface Centre {
  readonly at: [number, number, number]
  readonly values: Float64Array
}

/**
 * About `wanted` supervoxels: k-means in position and grey value, each centre searching one seed spacing to every side; pieces that
 * came apart join the neighbour they touch. Source: Achanta et al., SLIC Superpixels, IEEE TPAMI 34(11), 2012.
 */
export async function slic(image: CellImage, wanted: number): Promise<Labels> {
  const cells = image.extent[0] * image.extent[1] * image.extent[2]
  const spacing = Math.max(1, Math.cbrt(cells / wanted))
  let centres = seeds(image, spacing)
  const labels = new Int32Array(cells)
  for (let round = 0; round < rounds; round++) {
    await setImmediate()
    assign(image, centres, spacing, labels)
    centres = means(image, labels, centres)
  }
  return joinedPieces(labels, image.extent, cells / centres.length / 4)
}

function seeds(image: CellImage, spacing: number): Centre[] {
  const along = image.extent.map((size) => {
    const count = Math.max(1, Math.round(size / spacing))
    return Array.from({ length: count }, (_, index) => ((index + 0.5) * size) / count - 0.5)
  })
  const [, height, width] = image.extent
  return along[0].flatMap((z) =>
    along[1].flatMap((y) =>
      along[2].map((x) => {
        const cell = (Math.round(z) * height + Math.round(y)) * width + Math.round(x)
        return { at: [z, y, x] as [number, number, number], values: Float64Array.from(image.planes, (p) => p[cell]) }
      })
    )
  )
}

/** Each cell goes to the nearest centre among those within reach; the regular seeds reach every cell. */
function assign({ planes, extent }: CellImage, centres: readonly Centre[], spacing: number, labels: Int32Array): void {
  const nearest = new Float64Array(labels.length).fill(Infinity)
  const weight = (compactness / spacing) ** 2
  const [, height, width] = extent
  centres.forEach(({ at, values }, label) => {
    const from = at.map((middle) => Math.max(0, Math.ceil(middle - spacing)))
    const to = at.map((middle, axis) => Math.min(extent[axis] - 1, Math.floor(middle + spacing)))
    for (let z = from[0]; z <= to[0]; z++) {
      for (let y = from[1]; y <= to[1]; y++) {
        const aside = (z - at[0]) ** 2 + (y - at[1]) ** 2
        const row = (z * height + y) * width
        for (let x = from[2]; x <= to[2]; x++) {
          let distance = weight * (aside + (x - at[2]) ** 2)
          for (let channel = 0; channel < planes.length; channel++) {
            const difference = planes[channel][row + x] - values[channel]
            distance += difference * difference
          }
          if (distance >= nearest[row + x]) continue
          nearest[row + x] = distance
          labels[row + x] = label
        }
      }
    }
  })
}

/** A centre that lost all its cells stays where it was. */
function means({ planes, extent }: CellImage, labels: Int32Array, before: readonly Centre[]): Centre[] {
  const [, height, width] = extent
  const counts = new Float64Array(before.length)
  const positions = new Float64Array(before.length * 3)
  const values = new Float64Array(before.length * planes.length)
  for (let cell = 0; cell < labels.length; cell++) {
    const label = labels[cell]
    counts[label] += 1
    positions[label * 3] += Math.floor(cell / (width * height))
    positions[label * 3 + 1] += Math.floor(cell / width) % height
    positions[label * 3 + 2] += cell % width
    for (let channel = 0; channel < planes.length; channel++) {
      values[label * planes.length + channel] += planes[channel][cell]
    }
  }
  return before.map((centre, label) => {
    const count = counts[label]
    if (count === 0) return centre
    const mean = (list: Float64Array, size: number): number[] =>
      Array.from(list.subarray(label * size, (label + 1) * size), (sum) => sum / count)
    const [z, y, x] = mean(positions, 3)
    return { at: [z, y, x], values: Float64Array.from(mean(values, planes.length)) }
  })
}
