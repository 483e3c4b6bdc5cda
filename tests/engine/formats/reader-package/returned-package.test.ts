import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readReadingPackage, returnedOutlines } from '@engine/formats/reader-package/read-package'
import { outlineHash, writeReturn } from '@engine/formats/reader-package/write-package'
import { runsOf } from '@engine/readers/study/outline-runs'
import { waitingRecord } from '@engine/readers/study/reading-record'

const folder = mkdtempSync(join(tmpdir(), 'returned-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
const words = { study: { id: 'opacity-1', title: 'Opacity-1' }, reader: { id: 'r2', name: 'Reader 2' } }
const key = Buffer.from('ab'.repeat(32), 'hex')

describe('what a reader brings back', () => {
  const runs = runsOf(
    [12, 10, 2],
    [{ name: 'Opacity', voxels: Uint8Array.from({ length: 240 }, (_, index) => (index % 7 < 3 ? 1 : 0)) }]
  )
  const record = {
    ...waitingRecord(2),
    state: 'done' as const,
    certainty: 4,
    versions: [
      {
        kind: 'first' as const,
        at: '2026-01-01T10:00:00Z',
        seconds: 61.5,
        extents: [],
        noFinding: false,
        certainty: 4,
        sha256: outlineHash(runs)
      }
    ]
  }
  const manifest = {
    study: words.study,
    reader: words.reader,
    assignment: 'cd'.repeat(32),
    saliscope: '1.0.0',
    records: [record]
  }

  test('is sealed with the key of its assignment', async () => {
    await writeReturn(at('back.reading'), manifest, {
      outlines: [{ reading: 2, kind: 'first', runs }],
      audit: '{"a":1}\n',
      key
    })
    const opened = await readReadingPackage(at('back.reading'))
    if (opened.kind !== 'return') throw new Error('no return')
    expect(opened.manifest.records).toEqual([record])
    expect(opened.zip.sealedWith(key)).toBe(true)
    expect(opened.zip.sealedWith(Buffer.from('another key'))).toBe(false)
    expect(returnedOutlines(opened.zip, record, 'first')).toEqual(runs)
  })

  test('with another outline than its record says is refused', async () => {
    const other = runsOf([12, 10, 2], [])
    await writeReturn(at('swap.reading'), manifest, {
      outlines: [{ reading: 2, kind: 'first', runs: other }],
      audit: '',
      key
    })
    const opened = await readReadingPackage(at('swap.reading'))
    expect(() => returnedOutlines(opened.zip, record, 'first')).toThrow(/outline of reading 2 is another one/)
  })

  test('opens with a foreign zip program', async () => {
    await writeReturn(at('zip.reading'), manifest, { outlines: [{ reading: 2, kind: 'first', runs }], audit: '', key })
    const program = 'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip()); print(*z.namelist())'
    const list = execFileSync('python3', ['-c', program, at('zip.reading')]).toString()
    expect(list).toBe('None\nmanifest.json audit.jsonl outlines/000002-first.json\n')
  })
})
