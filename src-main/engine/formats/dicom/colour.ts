/** 8-bit samples lying side by side to RGB, in place: YBR_FULL…, YBR_PARTIAL…; everything else is RGB already. */
export function toRgb(samples: Uint8Array, photometric: string): void {
  if (photometric.startsWith('YBR_FULL')) ybrFullToRgb(samples)
  else if (photometric.startsWith('YBR_PARTIAL')) ybrPartialToRgb(samples)
}

/**
 * YBR_FULL to RGB for 8-bit samples lying side by side, in place.
 * Source: DICOM PS3.3 C.7.6.3.1.2; coefficients of ITU-R BT.601, rounded to whole grey levels.
 */
function ybrFullToRgb(samples: Uint8Array): void {
  for (let offset = 0; offset + 2 < samples.length; offset += 3) {
    const y = samples[offset]
    const cb = samples[offset + 1] - 128
    const cr = samples[offset + 2] - 128
    samples[offset] = toByte(y + 1.402 * cr)
    samples[offset + 1] = toByte(y - ((0.114 * 1.772) / 0.587) * cb - ((0.299 * 1.402) / 0.587) * cr)
    samples[offset + 2] = toByte(y + 1.772 * cb)
  }
}

/** YBR_PARTIAL: black at 16, white at 235, colours around 128 with 16 … 240. Source: DICOM PS3.3 C.7.6.3.1.2 (2016), ITU-R BT.601. */
function ybrPartialToRgb(samples: Uint8Array): void {
  for (let offset = 0; offset + 2 < samples.length; offset += 3) {
    const y = (255 / 219) * (samples[offset] - 16)
    const cb = (255 / 224) * (samples[offset + 1] - 128)
    const cr = (255 / 224) * (samples[offset + 2] - 128)
    samples[offset] = toByte(y + 1.402 * cr)
    samples[offset + 1] = toByte(y - ((0.114 * 1.772) / 0.587) * cb - ((0.299 * 1.402) / 0.587) * cr)
    samples[offset + 2] = toByte(y + 1.772 * cb)
  }
}

/** YBR 4:2:2 (Y1 Y2 Cb Cr for two neighbouring pixels) as one Y Cb Cr triple a pixel. Source: DICOM PS3.3 C.7.6.3.1.2. */
export function expandYbr422(bytes: Uint8Array): Uint8Array {
  const pairs = Math.floor(bytes.length / 4)
  const whole = new Uint8Array(pairs * 6)
  for (let pair = 0; pair < pairs; pair++) {
    const from = pair * 4
    const to = pair * 6
    whole[to] = bytes[from]
    whole[to + 1] = whole[to + 4] = bytes[from + 2]
    whole[to + 2] = whole[to + 5] = bytes[from + 3]
    whole[to + 3] = bytes[from + 1]
  }
  return whole
}

/** Colour samples stored plane after plane, frame by frame, as triples side by side. */
export function interleavePlanes<Samples extends Uint8Array | Uint16Array | Uint32Array>(
  samples: Samples,
  framePixels: number
): Samples {
  const whole = new (samples.constructor as new (length: number) => Samples)(samples.length)
  for (let frame = 0; frame + framePixels * 3 <= samples.length; frame += framePixels * 3) {
    for (let pixel = 0; pixel < framePixels; pixel++) {
      for (let plane = 0; plane < 3; plane++) {
        whole[frame + pixel * 3 + plane] = samples[frame + plane * framePixels + pixel]
      }
    }
  }
  return whole
}

function toByte(value: number): number {
  const rounded = Math.floor(value + 0.5)
  return rounded < 0 ? 0 : rounded > 255 ? 255 : rounded
}
