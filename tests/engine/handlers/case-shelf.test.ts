import { describe, expect, it } from 'vitest'
import { CaseShelf, type CaseEntry } from '@engine/handlers/case-shelf'
import { identityAffine } from '@engine/geometry/affine'
import type { Volume } from '@engine/geometry/volume'

function volumeOf(slices: number, value: number): Volume {
  return {
    voxels: new Uint8Array(slices).fill(value),
    size: [1, 1, slices],
    samples: 1,
    affine: identityAffine,
    spacingMm: [1, 1, 1],
    oriented: true,
    frameOfReference: null,
    unit: 'value',
    photometric: 'MONOCHROME2',
    bitsStored: 8,
    window: null
  }
}

/** A series of five slices whose volume comes when it is told to. */
function slowSeries(): { entry: CaseEntry; arrive: (volume: Volume) => void; asked: number[] } {
  const asked: number[] = []
  let arrive: (volume: Volume) => void = () => undefined
  const whole = new Promise<Volume>((resolve) => (arrive = resolve))
  const entry: CaseEntry = {
    caseId: 'slow',
    title: '',
    subtitle: '',
    modality: 'CT',
    date: null,
    label: null,
    patient: '',
    size: [1, 1, 5],
    source: 'own',
    warnings: [],
    words: null,
    masks: [],
    boxes: [],
    cues: [],
    variants: [],
    paths: [],
    load: () => whole,
    loadSlice: async (slice) => {
      asked.push(slice)
      return volumeOf(1, slice)
    }
  }
  return { entry, arrive: (volume) => arrive(volume), asked }
}

describe('the shelf of cases', () => {
  it('gives the middle slice while the volume is still being read', async () => {
    const { entry, asked } = slowSeries()
    const shelf = new CaseShelf()
    shelf.add([entry])
    void shelf.volume('slow')
    expect([...(await shelf.middleSlice('slow')).voxels]).toEqual([2])
    expect(asked).toEqual([2])
  })

  it('takes the middle slice out of a volume that is there', async () => {
    const { entry, arrive, asked } = slowSeries()
    const shelf = new CaseShelf()
    shelf.add([entry])
    arrive(volumeOf(5, 9))
    await shelf.volume('slow')
    const middle = await shelf.middleSlice('slow')
    expect([middle.size, [...middle.voxels], middle.affine[11]]).toEqual([[1, 1, 1], [9], 2])
    expect(asked).toEqual([])
  })
})
