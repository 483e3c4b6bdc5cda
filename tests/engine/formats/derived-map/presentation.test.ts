import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodePresentation } from '@engine/formats/dicom/presentation/write-presentation'
import { sliceSources } from '@engine/formats/dicom/writing/slice-sources'
import { outlineLoops } from '@engine/geometry/outline-loops'
import { dcentvfy, dciodvfy, dcmdump, python } from '../../../support/checkers'
import { about, type MapCase, multiframe, origin, radiograph, series } from './map-case'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-pr-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Seen {
  readonly window: readonly [number, number]
  readonly rescale: readonly [number, number]
  readonly shape: string
  readonly images: readonly string[]
  readonly annotations: readonly {
    readonly image: string
    readonly frame: number | null
    readonly words: string
    readonly lines: readonly (readonly number[])[]
  }[]
}

const cases: [string, () => Promise<MapCase | null>][] = [
  ['a radiograph', radiograph],
  ['a CT series', () => series('fepegar+torchio/tests/image_data/dicom')],
  ['an enhanced CT', () => multiframe('pydicom+pydicom-data/data_store/data/eCT_Supplemental.dcm')]
]

test.each(cases)('a presentation state of %s draws where it should', async (_title, make) => {
  const found = await make()
  if (found === null) return
  const { image, sources } = found
  const box = (x: number, y: number): boolean => x >= 3 && x < 9 && y >= 2 && y < 7
  const drawings = sliceSources(image, sources).flatMap((frame) =>
    frame === null ? [] : [{ frame, loops: outlineLoops(box, image.size[0], image.size[1]) }]
  )
  const file = join(folder, 'state.dcm')
  const words = ['outlined from 50 %', 'Not for diagnosis.']
  const made = {
    sources,
    window: { center: 40, width: 400 },
    inverted: image.photometric === 'MONOCHROME1',
    drawings,
    words,
    origin,
    about
  }
  writeFileSync(file, await encodePresentation(made))
  expect(dciodvfy(file)).toEqual([])
  expect(dcmdump(file, '+L').includes(origin.recipe)).toBe(true)
  expect(dcentvfy([file, ...new Set(sources.map(({ path }) => path))])).toEqual([])
  const seen = python<Seen>('presentation.py', [file])
  expect(seen.window).toEqual([40, 400])
  expect(seen.rescale).toEqual([sources[0].rescale?.slope, sources[0].rescale?.intercept])
  expect(seen.images.toSorted()).toEqual(sources.map(({ sopInstanceUid }) => sopInstanceUid).toSorted())
  expect(seen.annotations).toHaveLength(image.size[2])
  for (const { lines, words: written } of seen.annotations) {
    expect(lines).toEqual([[3, 2, 9, 2, 9, 7, 3, 7, 3, 2]])
    expect(written).toBe(words.join('\r\n'))
  }
})

test('without a common rescale, or without DICOM, it is refused', async () => {
  const { sources } = await radiograph()
  const state = { sources, window: { center: 1, width: 2 }, inverted: false, drawings: [], words: [], origin, about }
  await expect(encodePresentation({ ...state, sources: [{ ...sources[0], rescale: null }] })).rejects.toThrow(
    /rescaled each in its own way/
  )
  await expect(encodePresentation({ ...state, sources: [] })).rejects.toThrow(/no DICOM/)
})
