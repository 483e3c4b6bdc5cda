import type { DisplayImage } from '@shared/vocabulary'

/** One slice in the image's own window, 8 bit; black is high where the image says so (MONOCHROME1). Colour is its mean. */
export function sliceGrey(image: DisplayImage, slice: number): { width: number; height: number; grey: Uint8Array } {
  const [width, height] = image.size
  const { samples, voxels, window, photometric } = image
  const low = window.center - window.width / 2
  const inverted = photometric === 'MONOCHROME1'
  const start = slice * width * height * samples
  const grey = Uint8Array.from({ length: width * height }, (_, index) => {
    let value = 0
    for (let sample = 0; sample < samples; sample++) value += voxels[start + index * samples + sample] / samples
    const level = Math.min(255, Math.max(0, Math.round((255 * (value - low)) / window.width)))

    return inverted ? 255 - level : level
  })

  return { width, height, grey }
}
