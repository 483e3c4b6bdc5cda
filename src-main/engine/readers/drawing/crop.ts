/** A mask on a voxel grid: 0 outside, 1 inside; the first axis runs fastest. */
export interface DrawnMask {
  readonly voxels: Uint8Array
  readonly size: readonly [number, number, number]
  /** Distances of voxel centres; 1 where the image has no scale. */
  readonly spacing: readonly [number, number, number]
}

/** First and last voxel along each axis, the last exclusive. */
export interface VoxelBox {
  readonly from: readonly [number, number, number]
  readonly to: readonly [number, number, number]
}

/** Smallest box that holds the marked voxels of all masks, which lie on one grid; null when nothing is marked. */
export function boxOfMasks(masks: readonly DrawnMask[]): VoxelBox | null {
  const from: [number, number, number] = [Infinity, Infinity, Infinity]
  const to: [number, number, number] = [0, 0, 0]
  for (const { voxels, size } of masks) {
    const plane = size[0] * size[1]
    for (let index = voxels.indexOf(1); index >= 0; index = voxels.indexOf(1, index + 1)) {
      const at = [index % size[0], Math.floor((index % plane) / size[0]), Math.floor(index / plane)]
      at.forEach((value, axis) => {
        if (value < from[axis]) from[axis] = value
        if (value >= to[axis]) to[axis] = value + 1
      })
    }
  }
  return to[0] === 0 ? null : { from, to }
}

/** A box made larger by some voxels to both sides of every axis; it may reach beyond the image. */
export function widened({ from, to }: VoxelBox, by: readonly [number, number, number]): VoxelBox {
  return {
    from: [from[0] - by[0], from[1] - by[1], from[2] - by[2]],
    to: [to[0] + by[0], to[1] + by[1], to[2] + by[2]]
  }
}

/** The part of a box that lies inside the image. */
export function withinImage({ from, to }: VoxelBox, size: readonly [number, number, number]): VoxelBox {
  const low = (axis: 0 | 1 | 2): number => Math.min(size[axis], Math.max(0, from[axis]))
  const high = (axis: 0 | 1 | 2): number => Math.min(size[axis], Math.max(0, to[axis]))
  return { from: [low(0), low(1), low(2)], to: [high(0), high(1), high(2)] }
}

export function sizeOfBox({ from, to }: VoxelBox): [number, number, number] {
  return [to[0] - from[0], to[1] - from[1], to[2] - from[2]]
}

/** The voxels of a box as a mask of their own; beyond the image they are outside. */
export function cropped(mask: DrawnMask, box: VoxelBox): DrawnMask {
  const size = sizeOfBox(box)
  const voxels = new Uint8Array(size[0] * size[1] * size[2])
  eachRow(mask, box, (whole, part, length) => voxels.set(mask.voxels.subarray(whole, whole + length), part))
  return { voxels, size, spacing: mask.spacing }
}

/** A copy of a mask in which the voxels of a box are those of a crop; what lies beyond the image is left out. */
export function pasted(mask: DrawnMask, crop: DrawnMask, box: VoxelBox): DrawnMask {
  const voxels = mask.voxels.slice()
  eachRow(mask, box, (whole, part, length) => voxels.set(crop.voxels.subarray(part, part + length), whole))
  return { ...mask, voxels }
}

/** Calls with the start in the image, the start in the crop and the length of every row that both share. */
function eachRow(
  { size }: DrawnMask,
  box: VoxelBox,
  visit: (whole: number, part: number, length: number) => void
): void {
  const [width, height] = sizeOfBox(box)
  const inside = withinImage(box, size)
  const length = inside.to[0] - inside.from[0]
  if (length <= 0) return
  for (let k = inside.from[2]; k < inside.to[2]; k++) {
    for (let j = inside.from[1]; j < inside.to[1]; j++) {
      const whole = (k * size[1] + j) * size[0] + inside.from[0]
      const part = ((k - box.from[2]) * height + (j - box.from[1])) * width + (inside.from[0] - box.from[0])
      visit(whole, part, length)
    }
  }
}
