import type { Volume } from '@engine/geometry/volume'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { keptShare } from '@engine/runtime/memory-limit'
import { elementCount } from '@engine/tensor/tensor'
import { Kept } from '@shared/kept'
import { keepInputs } from './run-inputs'

/** Bytes that prepared images may take together. */
const keptBytes = keptShare(1)
const bytesPerValue = 4
const mostChannels = 3

/**
 * Images made ready for a model: a cascade asks for the same inputs at every stage. Each holds the voxels it was made
 * of as well, so a cohort of volumes is bounded by bytes, whatever their number.
 */
export class PreparedImages {
  private readonly kept: Kept<{ readonly prepared: PreparedImage; readonly bytes: number }>

  constructor(limit = keptBytes) {
    this.kept = new Kept(limit, ({ bytes }) => bytes)
  }

  async get(
    key: string,
    image: () => Promise<Volume>,
    prepare: (image: Volume) => PreparedImage
  ): Promise<PreparedImage> {
    const { prepared } = await this.kept.get(key, async () => {
      const volume = await image()
      const made = prepare(volume)
      const inputs = bytesPerValue * mostChannels * elementCount(made.shape)
      return { prepared: keepInputs(made), bytes: volume.voxels.byteLength + inputs }
    })
    return prepared
  }
}
