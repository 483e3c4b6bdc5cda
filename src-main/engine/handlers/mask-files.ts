import { readMask, type MaskOptions } from '@engine/formats/masks/read-mask'
import type { Labelmap } from '@engine/geometry/labelmap'
import type { Volume } from '@engine/geometry/volume'

/**
 * A reference mask from a file, on the grid of its image; `tell` hears what was moved, left out or taken together.
 * Throws Fault `bad-mask` naming both sizes, and what reading throws.
 */
export async function maskFromFile(
  path: string,
  image: Volume,
  names: MaskOptions = {},
  tell: (warnings: readonly string[]) => void = () => undefined
): Promise<Labelmap> {
  const { labelmap, warnings } = await readMask(path, image, names)
  tell(warnings)
  return labelmap
}
