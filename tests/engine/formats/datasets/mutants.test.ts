import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { draftExperiment } from '@engine/formats/datasets/experiment'
import { datasetPreview } from '@engine/formats/datasets/preview'
import { readDataset } from '@engine/formats/datasets/read-dataset'
import { asFault } from '@engine/fault'
import { quietJob } from '@engine/job'
import { DatasetPreview } from '@shared/dataset'
import { randomStream } from '@engine/tensor/random'
import * as v from 'valibot'
import { noWishes, plant, type Tree } from './tree'

/** Mutants of each table: a few in every run, many at night. */
const mutants = process.env.SALISCOPE_NIGHTLY === undefined ? 60 : 5000

const pictures = { 'a.png': '', 'b.png': '', 'm.png': '', 'sub-1/anat/sub-1_T1w.nii.gz': '' }
const bases: readonly { readonly kind: string; readonly file: string; readonly tree: Tree }[] = [
  {
    kind: 'manifest',
    file: 'cases.csv',
    tree: {
      ...pictures,
      'cases.csv':
        'case,patient,image,label,mask,boxes,split\na,P,a.png,x,m.png,1 2 3 4,train\nb,Q,b.png,y,,"[[1,2,3,4]]",test\n'
    }
  },
  {
    kind: 'bids',
    file: 'participants.tsv',
    tree: { ...pictures, 'participants.tsv': 'participant_id\tage\tdiagnosis\nsub-1\t7\tAD\nsub-2\tn/a\tCN\n' }
  },
  {
    kind: 'rsna',
    file: 'l.csv',
    tree: { ...pictures, 'l.csv': 'patientId,x,y,width,height,Target\na,1,2,3,4,1\nb,,,,,0\n' }
  },
  { kind: 'siim', file: 'l.csv', tree: { ...pictures, 'l.csv': 'ImageId,EncodedPixels\na, 1 2 3 4\nb,-1\n' } },
  {
    kind: 'coco',
    file: 'c.json',
    tree: {
      ...pictures,
      'c.json':
        '{"images":[{"id":1,"file_name":"a.png"}],"annotations":[{"image_id":1,"category_id":1,"bbox":[1,2,3,4]}],"categories":[{"id":1,"name":"x"}]}'
    }
  },
  {
    kind: 'vgg',
    file: 'v.json',
    tree: {
      ...pictures,
      'v.json':
        '{"a":{"filename":"a.png","regions":[{"shape_attributes":{"name":"rect","x":1,"y":2,"width":3,"height":4}}]}}'
    }
  },
  {
    kind: 'mednet',
    file: 's.json',
    tree: { ...pictures, 's.json': '{"train":[["a.png",1,[[1,2,3,4,5]]]],"test":[["b.png",0]]}' }
  }
]

const pieces = [
  '"',
  ',',
  '\t',
  '\n',
  '\r',
  '..',
  '/',
  '\\',
  '\0',
  '{',
  '[',
  ']',
  '}',
  ':',
  '-1',
  '1e999',
  'NaN',
  '__proto__',
  '=cmd()',
  '\u202e',
  '\ufeff',
  '😀'.repeat(9),
  ' '.repeat(99)
]

/** A text with a few pieces put in, taken out or doubled. */
function mutated(text: string, seed: number): string {
  const draw = randomStream(seed, 'dataset mutants')
  const below = (count: number): number => Math.floor(draw.uniform() * count)
  let out = text
  for (let change = below(4) + 1; change > 0; change--) {
    const at = below(out.length + 1)
    const until = at + below(8)
    const middle = [pieces[below(pieces.length)], '', out.slice(at, until).repeat(below(5))][below(3)]
    out = out.slice(0, at) + middle + out.slice(until)
  }
  return out
}

describe('damaged tables and annotation files', () => {
  it.each(bases)('of the kind $kind are read or refused with a sentence', async ({ file, tree }) => {
    const root = plant(tree)
    const original = readFileSync(join(root, file), 'utf8')
    let refused = 0
    for (let seed = 0; seed < mutants; seed++) {
      const text = mutated(original, seed)
      writeFileSync(join(root, file), text)
      try {
        const dataset = await readDataset(root, noWishes, quietJob())
        v.parse(DatasetPreview, datasetPreview(dataset))
        const written = JSON.stringify(draftExperiment(dataset, { title: '', folder: root, models: [], methods: [] }))
        expect(written, JSON.stringify(text)).not.toMatch(/"image":"(\/|\.\.)/)
      } catch (thrown) {
        const fault = asFault(thrown)
        expect(fault.code, `${JSON.stringify(text)}: ${fault.message}`).not.toBe('internal')
        expect(fault.message).toMatch(/\.$/)
        refused++
      }
    }
    expect(refused).toBeLessThan(mutants)
  })
})
