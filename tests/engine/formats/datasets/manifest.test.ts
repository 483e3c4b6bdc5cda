import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { draftExperiment } from '@engine/formats/datasets/experiment'
import { readDataset } from '@engine/formats/datasets/read-dataset'
import { sampledCases } from '@engine/handlers/experiment-cases'
import { quietJob } from '@engine/job'
import { Experiment } from '@shared/experiment'
import { noWishes, plant, previewOf, reasons } from './tree'

const header = 'case,patient,image,label,mask,boxes,split'
const table = (...rows: string[]): string => `${[header, ...rows].join('\n')}\n`

describe('a table of cases', () => {
  it('takes every column and counts cases, patients, labels and splits', async () => {
    const root = plant({
      'cases.csv': table(
        'a,P1,img/a.png,lesion,masks/a.png,,train',
        'b,P1,img/b.png,none,,,train',
        'c,P2,img/c.png,lesion,masks/c1.png;masks/c2.png,1 2 30 40;5 6 7 8,test'
      ),
      ...{ 'img/a.png': '', 'img/b.png': '', 'img/c.png': '', 'img/d.png': '' },
      ...{ 'masks/a.png': '', 'masks/c1.png': '', 'masks/c2.png': '' }
    })
    const preview = await previewOf(root)
    expect(preview).toMatchObject({
      kind: 'manifest',
      counts: { cases: 3, patients: 2, labelled: 3, withMask: 2, withBoxes: 1 },
      labelCounts: [
        { value: 'lesion', cases: 2, patients: 2 },
        { value: 'none', cases: 1, patients: 1 }
      ],
      splitCounts: [
        { value: 'train', cases: 2, patients: 1 },
        { value: 'test', cases: 1, patients: 1 }
      ],
      leakage: []
    })
    expect(preview.cases[2]).toEqual({
      ...{ id: 'c', patient: 'P2', session: null, image: 'img/c.png', label: 'lesion', split: 'test', boxes: 2 },
      masks: [
        { reader: 'reader 1', name: 'masks/c1.png' },
        { reader: 'reader 2', name: 'masks/c2.png' }
      ]
    })
    expect(reasons(preview.unmatched.images)).toEqual(['img/d.png: no row of cases.csv names it.'])
    expect(preview.assumptions).toContain('Labels are the values of the column “label” of cases.csv.')
  })

  it('says which patients are in more than one split', async () => {
    const root = plant({
      'cases.csv': table('a,P1,a.png,x,,,train', 'b,P1,b.png,y,,,test', 'c,P2,c.png,x,,,test'),
      ...{ 'a.png': '', 'b.png': '', 'c.png': '' }
    })
    const preview = await previewOf(root)
    expect(preview.leakage).toEqual([{ patient: 'P1', splits: ['test', 'train'] }])
    expect(preview.warnings.join(' ')).toMatch(/1 patient has cases in more than one split/)
  })

  it('never scores a training split: it gives average mask and background, which is said', async () => {
    const names = ['a', 'b', 'c', 'd']
    const root = plant({
      'cases.csv': table(
        'a,A,a.png,x,,1 1 3 3,train',
        'b,B,b.png,x,,1 1 3 3,train',
        'c,C,c.png,x,,,val',
        'd,D,d.png,x,,,'
      ),
      ...Object.fromEntries(names.map((name) => [`${name}.png`, '']))
    })
    const preview = await previewOf(root)
    expect(preview.assumptions).toContain(
      'An assessment scores the cases of val, none named; those of train give the average mask and the background.'
    )
    const dataset = await readDataset(root, noWishes, quietJob())
    const experiment = v.parse(
      Experiment,
      draftExperiment(dataset, { title: '', folder: root, models: [], methods: ['gradient'] })
    )
    expect(experiment.references).toEqual({ averageMask: { split: 'train' }, background: { split: 'train', n: 2 } })
    expect(sampledCases(experiment).map(({ id }) => id)).toEqual(['c', 'd'])
    const alone = await previewOf(root, { splits: ['val'] })
    expect(alone.cases.map(({ id }) => id)).toEqual(['c'])
    await expect(previewOf(root, { splits: ['test'] })).rejects.toMatchObject({ code: 'bad-parameter' })
  })

  it('leaves out rows without an image, with a missing one, with broken boxes and contradictions, each with its reason', async () => {
    const root = plant({
      'cases.csv': table(
        'a,P1,,x,,,',
        'b,P1,gone.png,x,,,',
        'c,P1,c.png,x,,3 4 1 9,',
        'd,P1,d.png,x,missing.png,,',
        'd,P1,d.png,y,,,',
        'd,P1,d.png,x,,,'
      ),
      ...{ 'c.png': '', 'd.png': '' }
    })
    const preview = await previewOf(root)
    expect(preview.cases.map(({ id }) => id)).toEqual(['d'])
    expect(reasons(preview.unmatched.rows)).toEqual([
      'line 2: names no image.',
      'line 3: there is no file “gone.png”.',
      'line 4: its boxes are not “x0 y0 x1 y1; …” with x0 < x1 and y0 < y1.',
      'line 6: the case “d” stands on an earlier line with another label; the earlier line counts.'
    ])
    expect(reasons(preview.unmatched.masks)).toEqual(['line 5: there is no file “missing.png”.'])
    expect(reasons(preview.duplicates)).toEqual(['line 7: says again what an earlier line says of “d”.'])
  })

  it('puts masks of several readers on one case from rows of their own', async () => {
    const root = plant({
      'cases.csv': 'case,image,mask,reader\nx,x.png,m1.png,anna\nx,x.png,m2.png,ben\n',
      ...{ 'x.png': '', 'm1.png': '', 'm2.png': '' }
    })
    const [only] = (await previewOf(root)).cases
    expect(only.masks).toEqual([
      { reader: 'anna', name: 'm1.png' },
      { reader: 'ben', name: 'm2.png' }
    ])
  })
})

describe('a table of cases from anywhere', () => {
  it('reads byte order mark, CRLF, semicolons, quotes and Windows encoding, and says the encoding', async () => {
    const text = '\uFEFFcase;image;label\r\n"eins; zwei";"a.png";"say ""x"""\r\n'
    const first = await previewOf(join(plant({ 'cases.csv': text, 'a.png': '' }), 'cases.csv'))
    expect(first.cases[0]).toMatchObject({ id: 'eins; zwei', image: 'a.png', label: 'say "x"' })
    const western = Buffer.from('case,image,label\nm\xfcller,a.png,\xe4\n', 'latin1')
    const second = await previewOf(plant({ 'cases.csv': western, 'a.png': '' }))
    expect(second.cases[0]).toMatchObject({ id: 'müller', label: 'ä' })
    expect(second.warnings).toContain('“cases.csv” is not UTF-8; it was read as Windows-1252.')
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('case\timage\nä\ta.png\n', 'utf16le')])
    expect((await previewOf(plant({ 'cases.csv': wide, 'a.png': '' }))).cases[0].id).toBe('ä')
  })

  it('finds names whatever their case, with backslashes and decomposed letters, and says when two would fit', async () => {
    const root = plant({
      'cases.csv': 'case,image\na,IMG\\A.PNG\nb,img/cafe\u0301.png\nc,img/Twin.png\n',
      ...{ 'img/a.png': '', 'img/café.png': '', 'img/twin.png': '', 'img/TWIN.png': '' }
    })
    const preview = await previewOf(root)
    expect(preview.cases.map(({ image }) => image)).toEqual(['img/a.png', 'img/café.png'])
    expect(reasons(preview.unmatched.rows)).toEqual([
      'line 4: “img/Twin.png” could be 2 files that differ only in case.'
    ])
  })

  it('never leaves its folder: parents, absolute paths, drives and links', async () => {
    const outside = plant({ 'secret.png': 'x' })
    const root = plant({
      'cases.csv': `case,image\na,../../etc/passwd\nb,${outside}/secret.png\nc,C:\\x\\y.png\nd,sub/../../up.png\ne,link.png\nf,sub/../in.png\n`,
      'in.png': ''
    })
    symlinkSync(join(outside, 'secret.png'), join(root, 'link.png'))
    const preview = await previewOf(root)
    expect(preview.cases.map(({ id }) => id)).toEqual(['f'])
    const refused = reasons(preview.unmatched.rows)
    expect(refused).toHaveLength(5)
    for (const line of refused.slice(0, 4)) expect(line).toMatch(/leads out of the dataset's folder and was not opened/)
    expect(refused[4]).toBe('line 6: there is no file “link.png”.')
    expect(preview.warnings.join(' ')).toMatch(/1 links lead nowhere or out of the folder/)
  })

  it('keeps formulas and markup as text, takes out control characters, and makes case names safe', async () => {
    const root = plant({
      'cases.csv':
        'case,image,label\n../../x,a.png,"=cmd|\'/c calc\'!A1"\nb\u001b[2J,b.png,<img src=x>\u202e\n"c\n/d",c.png,n/a\n',
      ...{ 'a.png': '', 'b.png': '', 'c.png': '' }
    })
    const preview = await previewOf(root)
    expect(preview.cases.map(({ id, label }) => [id, label])).toEqual([
      ['_.._x', "=cmd|'/c calc'!A1"],
      ['b[2J', '<img src=x>'],
      ['c_d', null]
    ])
    expect(preview.warnings.join(' ')).toMatch(/2 case names were changed/)
  })

  it('says which column is missing, and refuses a quote that never closes', async () => {
    const odd = plant({ 'list.csv': 'picture,label\na.png,x\n', 'a.png': '' })
    await expect(previewOf(join(odd, 'list.csv'))).rejects.toMatchObject({ code: 'unsupported-file' })
    const open = plant({ 'list.csv': 'case,image\na,"a.png\nb,b.png\n' })
    await expect(previewOf(open)).rejects.toMatchObject({
      code: 'bad-file',
      message: '“list.csv” opens a quote that is never closed.'
    })
    const wished = plant({ 'list.csv': 'case,image\na,a.png\n', 'a.png': '' })
    await expect(previewOf(wished, { label: 'grade' })).rejects.toMatchObject({ code: 'bad-parameter' })
  })

  it('settles labels and splits by another table, and lists rows and cases that have no partner', async () => {
    const root = plant({
      'cases.csv': 'case,patient,image\na,P1,a.png\nb,P2,b.png\n',
      ...{ 'a.png': '', 'b.png': '' }
    })
    const labels = join(
      plant({ 'labels.tsv': 'participant_id\tdiagnosis\tsplit\nP1\tAD\ttest\nP9\tCN\ttest\n' }),
      'labels.tsv'
    )
    const preview = await previewOf(root, { labelTable: labels })
    expect(preview.cases.map(({ id, label, split }) => [id, label, split])).toEqual([
      ['a', 'AD', 'test'],
      ['b', null, null]
    ])
    expect(reasons(preview.unmatched.rows)).toEqual(['line 3 of labels.tsv: no case belongs to “P9”.'])
    expect(preview.warnings).toContain('1 of 2 cases have no row in labels.tsv: b.')
  })

  it('reads 10,000 rows within two seconds of processor time', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `case-${index}`)
    const rows = names.map((name, at) => `${name},P${at % 4000},img/${name}.png,${at % 2},m/${name}.png,1 2 3 4,test`)
    const images = names.flatMap((name) => [[`img/${name}.png`, ''] as const, [`m/${name}.png`, ''] as const])
    const root = plant({ 'cases.csv': table(...rows), ...Object.fromEntries(images) })
    const before = process.cpuUsage()
    const preview = await previewOf(root)
    const { user, system } = process.cpuUsage(before)
    const seconds = (user + system) / 1e6
    process.stdout.write(`10,000 rows, 20,001 files: ${seconds.toFixed(2)} s of processor time\n`)
    expect(preview.counts).toMatchObject({ cases: 10_000, patients: 4000, withMask: 10_000, withBoxes: 10_000 })
    expect(seconds).toBeLessThan(2)
  })
})
