import { expect, it } from 'vitest'
import { mapPlanes } from '@engine/handlers/map-plane'
import type { GridScene } from '@engine/handlers/reader-outlines'
import type { Volume } from '@engine/geometry/volume'
import { prepareImage } from '@engine/preprocessing/prepare'
import type { ModelCard } from '@shared/model-card'

/** A plane of 8 columns and 4 rows: columns of 0.5 mm go to the patient's left, rows of 2 mm to the feet. */
const image: Volume = {
  ...({} as Volume),
  voxels: new Float32Array(32),
  samples: 1,
  size: [8, 4, 1],
  spacingMm: [0.5, 2, 1],
  affine: [0.5, 0, 0, 0, 0, 0, 1, 0, 0, -2, 0, 0, 0, 0, 0, 1],
  oriented: true
}

const card = {
  version: 1,
  name: 'net',
  mode: { kind: 'image' },
  channels: { kind: 'copies' },
  input: {
    ...{ name: 'x', layout: 'NCHW', size: [16, 16], channels: 1, values: { from: 'none' }, mean: [0], std: [1] },
    ...{ range: [0, 1], photometric: 'MONOCHROME2', channelOrder: 'grey', orientation: 'as-stored' },
    ...{ spacingMm: null, resize: 'stretch', interpolation: 'linear' }
  },
  outputs: [{ name: 'y', kind: 'logit', activation: 'sigmoid', labels: ['a'], threshold: 0.5 }]
} as unknown as ModelCard

const planeOn = (grid: GridScene['grid'], changed: Partial<Volume> = {}): Promise<unknown> => {
  const own = { ...image, ...changed }
  return mapPlanes(() => Promise.resolve({ prepared: prepareImage(own, card), image: own, grid }))('net', 'case')
}

const letters = { left: 'R', right: 'L', top: 'H', bottom: 'F' }

it('a stretched plane keeps its directions, and its pixels measure what they cover', async () => {
  // 8 columns of 0.5 mm over 16 of the grid; 4 rows of 2 mm over 16.
  expect(await planeOn('model')).toEqual({ letters, pixelMm: [expect.closeTo(0.25, 5), expect.closeTo(0.5, 5)] })
  expect(await planeOn('image')).toEqual({ letters, pixelMm: [0.5, 2] })
})

it('without geometry there is no scale, and letters only where the file names them', async () => {
  const bare = { oriented: false, spacingMm: null, affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] as const }
  const none = { left: '', right: '', top: '', bottom: '' }
  expect(await planeOn('model', bare)).toEqual({ letters: none, pixelMm: null })
  expect(await planeOn('model', { ...bare, patientOrientation: ['L', 'F'] })).toEqual({ letters, pixelMm: null })
})

it('one plane is measured for all images that lie alike, another for one that lies otherwise', async () => {
  const mirrored: Volume = { ...image, affine: [-0.5, 0, 0, 0, 0, 0, 1, 0, 0, -2, 0, 0, 0, 0, 0, 1] }
  const plane = mapPlanes((_model, id) => {
    const own = id === 'mirrored' ? mirrored : image
    return Promise.resolve({ prepared: prepareImage(own, card), image: own, grid: 'model' })
  })
  expect(await plane('net', 'a')).toBe(await plane('net', 'b'))
  expect(await plane('net', 'mirrored')).toMatchObject({ letters: { left: 'L', right: 'R' } })
})
