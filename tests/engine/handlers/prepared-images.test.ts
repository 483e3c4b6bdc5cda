import { expect, test } from 'vitest'
import type { Volume } from '@engine/geometry/volume'
import { PreparedImages } from '@engine/handlers/prepared-images'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'

const volume = (length: number): Volume => ({ voxels: new Int16Array(length) }) as unknown as Volume
const ready = { shape: [10, 10], plan: { indices: [0], aggregate: 'max' } } as unknown as PreparedImage

/** How often each of so many volumes is made ready when all are asked for twice. */
async function madeReady(limit: number, voxels: number): Promise<number> {
  const images = new PreparedImages(limit)
  let made = 0
  for (const key of ['a', 'b', 'c', 'a', 'b', 'c']) {
    const image = (): Promise<Volume> => Promise.resolve(volume(voxels))
    await images.get(key, image, () => ((made += 1), ready))
  }
  return made
}

// 3 × (2 bytes a voxel + 3 channels × 4 bytes × 100 cells) bytes.
test('images are kept by the bytes of their voxels and inputs, not by their number', async () => {
  expect(await madeReady(3 * (2 * 1000 + 1200), 1000)).toBe(3)
  expect(await madeReady(3 * (2 * 1000 + 1200) - 1, 1000)).toBe(6)
  expect(await madeReady(3 * (2 * 1000 + 1200), 1001)).toBe(6)
})
