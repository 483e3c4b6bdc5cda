import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { labelNames } from '@engine/formats/masks/label-names'
import { readMask } from '@engine/formats/masks/read-mask'
import { identityAffine } from '@engine/geometry/affine'
import type { Volume } from '@engine/geometry/volume'
import type { RandomStream } from '@engine/tensor/random'
import { mutant } from '../mutate'
import type { Base } from './bases'
import { logTally, mutantCount, runMutants, runTimeMs } from './run-mutants'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-annotation-mutants-'))
afterAll(() => rmSync(folder, { recursive: true }))
const count = mutantCount(600, 20_000)
const fixtures = fileURLToPath(new URL('../../../fixtures/formats/masks/', import.meta.url))

const image: Volume = {
  voxels: new Uint8Array(57 * 40),
  size: [57, 40, 1],
  samples: 1,
  affine: identityAffine,
  spacingMm: null,
  oriented: false,
  frameOfReference: null,
  unit: 'grey level',
  photometric: 'MONOCHROME2',
  bitsStored: 8,
  window: null
}

const via = {
  'a.png1': {
    filename: 'disc.png',
    size: 1,
    regions: [
      { shape_attributes: { name: 'rect', x: 1, y: 2, width: 3, height: 4 }, region_attributes: { a: 'b' } },
      { shape_attributes: { name: 'ellipse', cx: 9, cy: 9, rx: 3, ry: 4, theta: 1 }, region_attributes: {} },
      { shape_attributes: { name: 'polygon', all_points_x: [1, 5, 9], all_points_y: [1, 9, 4] }, region_attributes: {} }
    ]
  }
}
/** A plain array: slices of a Node Buffer are views, and mutants would damage their base. */
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const bases: readonly Base[] = [
  ...['coco.json', 'siim.csv', 'kaggle.csv'].map((name) => ({
    name,
    bytes: new Uint8Array(readFileSync(fixtures + name))
  })),
  { name: 'via.json', bytes: bytesOf(JSON.stringify(via)) },
  {
    name: 'mednet.json',
    bytes: bytesOf(
      JSON.stringify({
        train: [
          ['a.png', 1, [[1, 2, 3, 4, 5]]],
          ['b.png', 0]
        ]
      })
    )
  },
  { name: 'rsna.csv', bytes: bytesOf('patientId,x,y,width,height,Target\ndisc,1,2,3,4,1\nempty,,,,,0\n') },
  { name: 'nih.csv', bytes: bytesOf('Image Index,Finding Label,Bbox [x,y,w,h],,,\ndisc,Mass,1,2,3,4,,,\n') },
  { name: 'boxes.csv', bytes: bytesOf('case,reader,x0,y0,x1,y1,slice\ndisc,a,1,2,3,4,0\n') }
]

/** Values that are legal text but absurd as a coordinate, a count or a size. */
const absurd = ['-1', '1e308', '-1e308', '0', '4294967296', '9007199254740993', 'null', '"x"', '[]', '{}', '1e-320']

/** Half of the mutants are damaged bytes, half a number of the text replaced: what a JSON parser lets through. */
function damage(base: Uint8Array, random: RandomStream): Uint8Array {
  if (random.integer(2) === 0) return mutant(base, random)
  const text = Buffer.from(base).toString()
  const places = [...text.matchAll(/-?\d+(\.\d+)?/g)]
  const chosen = places[random.integer(places.length)]
  const value = absurd[random.integer(absurd.length)]
  return Buffer.from(text.slice(0, chosen.index) + value + text.slice(chosen.index + chosen[0].length))
}

describe('damaged files of outlines and boxes', () => {
  it(
    'no crash, no hang, every refusal one sentence that names the file',
    async () => {
      const tally = await runMutants({
        bases,
        count,
        seed: 20261128,
        damage,
        async read(bytes, name, index) {
          const path = join(folder, `${index}-${name}`)
          writeFileSync(path, bytes)
          const read = await readMask(path, image, { caseName: 'disc', imageName: 'compressed-disc.png' })
          return read.labelmap.voxels.length === 57 * 40 ? null : 'a mask of another size'
        }
      })
      logTally('outlines and boxes', tally)
      expect(tally.complaints).toEqual([])
      expect(tally.refused).toBeGreaterThan(count / 10)
      expect(tally.read).toBeGreaterThan(count / 10)
    },
    runTimeMs(count)
  )

  it('names of labels in any file are read or left alone', async () => {
    for (const [index, { bytes }] of bases.entries()) {
      writeFileSync(join(folder, `names-${index}.txt`), bytes)
      writeFileSync(join(folder, `json-${index}.json`), bytes)
      for (const stem of [`names-${index}`, `json-${index}`])
        expect((await labelNames(join(folder, `${stem}.nii.gz`))).names).toBeInstanceOf(Map)
    }
  })
})
