import { describe, expect, it } from 'vitest'
import type { Volume } from '@engine/geometry/volume'
import { examineInput } from '@engine/preprocessing/input-doctor'
import { proposeCard } from '@engine/preprocessing/propose-card'
import { axes, volumeCard, volumeOf } from './volume-case'

const lps = axes([1, 0, 0], [0, 1, 0], [0, 0, 1])
/** Sagittal: columns run to posterior, rows to inferior, slices to the patient's right. */
const sagittal = axes([0, 2, 0], [0, 0, -3], [-4, 0, 0])
const code = (i: number, j: number, k: number): number => i + 10 * j + 100 * k

describe('the input doctor and the proposed card', () => {
  const say = (image: Volume, input: Record<string, unknown>): Map<string, string> =>
    new Map(
      examineInput(image, volumeCard(input)).map((finding) => [finding.check, `${finding.state}: ${finding.sentence}`])
    )

  it('say what is done to the voxels', () => {
    const image = volumeOf([7, 6, 5], sagittal, code)
    const kept = say(image, { size: [20, 14, 18], orientation: 'RAS', spacingMm: [1, 1, 1], resize: 'crop-pad' })
    expect(kept.get('orientation')).toBe(
      "fits: Columns, rows and slices point to PIR; the model's axes point to RAS. The image is turned for the model, and its maps are turned back."
    )
    expect(kept.get('spacing')).toBe('fits: The voxels (2 × 3 × 4 mm) are resampled to 1 × 1 × 1 mm for the model.')
    const stretched = say(image, { size: [5, 5, 5], orientation: 'RAS', spacingMm: [1, 1, 1] })
    expect(stretched.get('spacing')).toContain(
      'differs: The model expects voxels of 1 × 1 × 1 mm; under "resize": "stretch"'
    )
    expect(stretched.get('size')).toContain('shapes look distorted')
    const cut = say(image, { size: [2, 6, 5], orientation: 'RAS', resize: 'crop-pad' })
    expect(cut.get('size')).toContain('differs: The image (7 × 6 × 5 voxels) is cut to 2 × 6 × 5 voxels')
  })

  it('notice a single slice, and a file that does not say how the patient lies', () => {
    const one = { ...volumeOf([7, 6, 1], lps, code), oriented: false }
    const said = say(one, { size: [2, 6, 5], orientation: 'RAS' })
    expect(said.get('size')).toContain('differs: The model reads volumes and this image has one slice.')
    expect(said.get('orientation')).toContain('unknown: The file does not say how the patient lies.')
  })

  it('propose a volume with what has to be checked', () => {
    const { card, toCheck } = proposeCard({
      name: 'net',
      input: { name: 'x', shape: [null, 1, 48, 56, null] },
      output: { name: 'y', classes: 2, head: 'none' },
      layers: [],
      metadata: new Map()
    })
    expect(card.mode).toEqual({ kind: 'volume' })
    expect(card.input).toMatchObject({ layout: 'NCDHW', channels: 1, size: [48, 56, 96] })
    expect(toCheck.map(({ path }) => path)).toEqual([
      'input.size',
      'input.values',
      'input.orientation',
      'input.spacingMm',
      'outputs.0.labels'
    ])
  })
})
