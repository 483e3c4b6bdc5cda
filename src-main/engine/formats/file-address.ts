import { access } from 'node:fs/promises'

/** A file, and which of several images in it is meant. */
export interface FileAddress {
  readonly path: string
  /** `scan.nii.gz[3]`: volume 3, counted from 0; null when none is named. */
  readonly volume: number | null
  /** `arrays.npz#map`, `atlas.nii.gz#Hippocampus_L`: the array or label of this name; null when none is named. */
  readonly part: string | null
}

/**
 * Takes `FILE[3]` and `FILE#NAME` apart, as experiments and the command line write them. A file that has such a name itself comes first.
 * The file need not exist: opening it says so.
 */
export async function fileAddress(given: string): Promise<FileAddress> {
  const whole: FileAddress = { path: given, volume: null, part: null }
  if (!/\[\d{1,9}\]$|#[^/\\]+$/.test(given) || (await exists(given))) return whole
  const volume = /^(.+)\[(\d{1,9})\]$/.exec(given)
  if (volume !== null) return { path: volume[1], volume: Number(volume[2]), part: null }
  // The name of an array may hold a "#", so the file ends at the first one that leaves a file behind.
  for (let at = given.indexOf('#', 1); at > 0; at = given.indexOf('#', at + 1)) {
    if (await exists(given.slice(0, at))) return { path: given.slice(0, at), volume: null, part: given.slice(at + 1) }
  }
  return whole
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false
  )
}
