import { hottestVoxel, voxelAtWorld, worldOfVoxel } from '../viewport/stored-plane'
import { leadingReading } from './viewer-reading.svelte'
import { viewer } from './viewer.svelte'

export type Convention = 'LPS' | 'RAS'
export type Place = readonly [number, number, number]

/** Slices of a mosaic. */
export const mosaicCounts = [12, 24, 36, 48] as const

/** Where a statistic map is cut, in the coordinates the user types. */
class Cuts {
  convention = $state<Convention>('LPS')
  count = $state<number>(24)
  saved = $state<string | null>(null)
  /** Voxel, in the image it belongs to; null: not chosen yet. */
  #chosen = $state.raw<{ caseId: string; voxel: Place } | null>(null)

  /** The voxel the three planes meet in: typed, else the hottest of the map, else the middle where View begins. */
  get voxel(): Place {
    const { image } = viewer
    if (image === null) return [0, 0, 0]
    if (this.#chosen?.caseId === image.caseId) return this.#chosen.voxel
    const values = leadingReading.measured?.map.values

    return values === undefined || leadingReading.flat
      ? (image.size.map((length) => Math.floor(length / 2)) as unknown as Place)
      : hottestVoxel(values, image.size)
  }

  /** Millimetres as written: x and y change their sign between LPS and RAS. */
  get place(): Place {
    const { image } = viewer

    return image === null ? [0, 0, 0] : this.turned(worldOfVoxel(image, this.voxel))
  }

  /** From LPS to the coordinates of the screen, and back. */
  turned([x, y, z]: Place): Place {
    return this.convention === 'LPS' ? [x, y, z] : [-x, -y, z]
  }

  /** Goes to a typed coordinate: the nearest voxel. */
  type(axis: number, millimetres: number): void {
    const { image } = viewer
    if (image === null || !Number.isFinite(millimetres)) return
    const wanted = this.place.map((value, at) => (at === axis ? millimetres : value)) as unknown as Place
    const voxel = voxelAtWorld(image, this.turned(wanted))
    if (voxel !== null) this.goTo(voxel)
  }

  goTo(voxel: Place): void {
    const { image } = viewer
    if (image === null) return
    const kept = voxel.map((at, axis) => Math.min(image.size[axis] - 1, Math.max(0, Math.round(at))))
    this.#chosen = { caseId: image.caseId, voxel: kept as unknown as Place }
    viewer.goTo(kept[2])
  }

  /** The cut goes back to the hottest point of the map. */
  hottest(): void {
    this.#chosen = null
    viewer.goTo(this.voxel[2])
  }
}

export const cuts = new Cuts()
