import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeCapture } from '@engine/formats/dicom/capture/write-capture'
import { sliceSources } from '@engine/formats/dicom/writing/slice-sources'
import { dcentvfy, dcm2pnm, dciodvfy, gdcminfo, python } from '../../../support/checkers'
import { readArray } from '../../../support/golden-array'
import { about, mapOn, type MapCase, multiframe, origin, radiograph, series } from './map-case'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-sc-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Seen {
  readonly sopClass: string
  readonly burnedIn: string
  readonly comments: string
  readonly sources: readonly string[]
  readonly derivation: string
  readonly patient: string
}

const cases: [string, () => Promise<MapCase | null>][] = [
  ['a radiograph', radiograph],
  ['a CT series', () => series('fepegar+torchio/tests/image_data/dicom')],
  ['an enhanced CT', () => multiframe('pydicom+pydicom-data/data_store/data/eCT_Supplemental.dcm')],
  [
    'a picture without DICOM',
    async () => {
      const { image } = await radiograph()
      return mapOn({ ...image, sources: undefined, oriented: false, spacingMm: null, frameOfReference: null }, [])
    }
  ]
]

test.each(cases)('pictures of %s come back pixel for pixel', async (title, make) => {
  const found = await make()
  if (found === null) return
  const { image, sources } = found
  const [width, height] = [31, 17]
  const rgb = (index: number): Uint8Array =>
    Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 13 + index * 101) % 256)
  const file = join(folder, 'capture.dcm')
  const frames = sliceSources(image, sources).filter((frame) => frame !== null)
  const pictures = { width, height, count: image.size[2], rgb }
  const made = { ...about, pseudonym: 'Made up' }
  writeFileSync(file, await encodeCapture({ pictures, sources, frames, burnedIn: 'NO', origin, about: made }))
  expect(dciodvfy(file)).toEqual([])
  expect(gdcminfo(file)).toContain('RGB')
  dcm2pnm(file, join(folder, 'frame.png'), image.size[2])
  expect(statSync(join(folder, 'frame.png')).size).toBeGreaterThan(100)
  if (sources.length > 0) expect(dcentvfy([file, ...new Set(sources.map(({ path }) => path))])).toEqual([])

  const seen = python<Seen>('colour_frames.py', [file, join(folder, 'frames.npy')])
  const array = readArray(join(folder, 'frames.npy'))
  expect(array.shape).toEqual([image.size[2], height, width, 3])
  const wanted = Uint8Array.from(Array.from({ length: image.size[2] }, (_, index) => [...rgb(index)]).flat())
  expect(Buffer.compare(Buffer.from(array.values as Uint8Array), Buffer.from(wanted))).toBe(0)
  expect(seen).toMatchObject({ burnedIn: 'NO', sources: frames.map(({ source }) => source.sopInstanceUid) })
  expect(seen.comments).toContain('Not for diagnosis')
  expect(seen.derivation).toContain(origin.recipe)
  if (title.startsWith('a picture')) expect(seen.patient).toBe('Made up')
})

test('a stack that no archive would take is refused before it is made', async () => {
  const { sources } = await radiograph()
  const pictures = { width: 4096, height: 4096, count: 40, rgb: () => new Uint8Array(0) }
  await expect(encodeCapture({ pictures, sources, frames: [], burnedIn: 'NO', origin, about })).rejects.toThrow(
    /40 pictures of 4096 × 4096/
  )
})
