import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { readChosenSet, regionsOfWindow } from '@engine/handlers/chosen-regions'
import { saveExpected } from '@engine/handlers/region-marks'
import { readRegionSet } from '@engine/handlers/case-regions'
import { codeProblem, codeWords, FindingCode } from '@shared/finding-code'
import { Regions } from '@shared/experiment'
import type { AssessedRegions } from '@shared/region-view'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-region-marks-'))
afterAll(() => rmSync(folder, { recursive: true }))

const path = (grant: string): string => join(folder, grant)
const expected = [
  { label: 'Opacity', regions: ['row 1, column 1'], code: { system: 'RadLex' as const, value: 'RID28530' } },
  { label: 'Nodule', regions: [], code: null }
]
const places = { folder, path, written: new Map<string, string>() }
const unplaced = { ...places, folder: null }
const readBack = (file: string): unknown => JSON.parse(readFileSync(path(file), 'utf8'))

describe('expected regions are saved with their set', () => {
  it('a grid as a new file that opens as the same grid', () => {
    const grid = { kind: 'grid' as const, rows: 2, columns: 3 }
    const file = saveExpected(grid, expected, places)
    expect(file).toBe('grid-2x3.regions.json')
    const { set } = readRegionSet(path(file))
    expect(set).toMatchObject({ source: { grid: { rows: 2, columns: 3 } }, expected })
    expect(set.landmarks).toHaveLength(5)
    expect(() => saveExpected(grid, expected, unplaced)).toThrow(/choose a folder/u)
  })

  it('a set into its own file, which keeps all else it says', () => {
    const own = {
      version: 1,
      title: 'Lungs',
      source: { grid: { rows: 1, columns: 2 } },
      author: 'somebody',
      names: { '1': 'left' }
    }
    writeFileSync(path('lungs.regions.json'), JSON.stringify(own))
    expect(saveExpected({ kind: 'file', grant: 'lungs.regions.json' }, expected, unplaced)).toBe('lungs.regions.json')
    expect(readBack('lungs.regions.json')).toEqual({ ...own, expected })
  })

  it('a label image beside it, unless another set lies there', () => {
    const image = { kind: 'file' as const, grant: 'atlas.nii.gz' }
    writeFileSync(path('atlas.nii.gz'), '')
    expect(saveExpected(image, expected, unplaced)).toBe('atlas.regions.json')
    expect(readRegionSet(path('atlas.regions.json')).set).toMatchObject({ source: { atlas: 'atlas.nii.gz' }, expected })
    // Opened again as the image, the set beside it is read: what was marked before stays with what is marked now.
    expect(readChosenSet(image, path)).toMatchObject({ atlas: path('atlas.nii.gz'), set: { expected } })
    saveExpected(image, expected.slice(0, 1), unplaced)
    expect(readChosenSet(image, path).set.expected).toEqual(expected.slice(0, 1))
    writeFileSync(
      path('atlas.regions.json'),
      JSON.stringify({ version: 1, title: 'x', source: { atlas: 'other.nii.gz' } })
    )
    expect(() => saveExpected(image, expected, unplaced)).toThrow(/holds other regions/u)
    expect(readChosenSet(image, path).set).toMatchObject({ source: { atlas: path('atlas.nii.gz') }, expected: [] })
  })

  it('a grid never over what somebody else marked on the same grid', () => {
    const grid = { kind: 'grid' as const, rows: 3, columns: 3 }
    const theirs = { version: 1, title: 'Mine', source: { grid: { rows: 3, columns: 3 } }, expected: [expected[1]] }
    writeFileSync(path('grid-3x3.regions.json'), JSON.stringify(theirs))
    const written = new Map<string, string>()
    expect(saveExpected(grid, [], { folder, path, written })).toBe('grid-3x3-2.regions.json')
    expect(readBack('grid-3x3.regions.json')).toEqual(theirs)
    // What this window wrote itself is written again, until somebody else changes it.
    expect(saveExpected(grid, expected, { folder, path, written })).toBe('grid-3x3-2.regions.json')
    expect(readRegionSet(path('grid-3x3-2.regions.json')).set.expected).toEqual(expected)
    writeFileSync(path('grid-3x3-2.regions.json'), JSON.stringify(theirs))
    expect(saveExpected(grid, expected, { folder, path, written })).toBe('grid-3x3-3.regions.json')
    expect(readBack('grid-3x3-2.regions.json')).toEqual(theirs)
  })
})

describe('regions of the window in an assessment', () => {
  const asked = (change: Partial<AssessedRegions>): AssessedRegions => ({
    set: { kind: 'grid', rows: 2, columns: 2 },
    fit: 'as-drawn',
    model: null,
    landmarks: {},
    expected,
    ...change
  })

  it('say in an experiment’s own words how they are laid; no place on this computer is told', () => {
    const model = { grant: 'lungs.onnx', labels: ['left'] }
    mkdirSync(path('a'))
    writeFileSync(
      path('a/lungs.regions.json'),
      JSON.stringify({ version: 1, title: 'x', source: { grid: { rows: 1, columns: 2 } } })
    )
    const { regions, places: read } = regionsOfWindow(
      asked({ set: { kind: 'file', grant: 'a/lungs.regions.json' }, fit: 'model', model }),
      path
    )
    expect(v.parse(Regions, regions)).toEqual({
      source: { set: 'lungs.regions.json' },
      names: {},
      fit: { by: 'mask', mask: { onnx: 'lungs.onnx', card: null, labels: ['left'], threshold: null }, cases: null },
      expected
    })
    expect([...read]).toEqual([
      ['lungs.regions.json', path('a/lungs.regions.json')],
      ['lungs.onnx', path('lungs.onnx')]
    ])
  })

  it('carry what the set beside a label image says, unless something was marked in the window', () => {
    writeFileSync(path('lobes.nii.gz'), '')
    const image = { kind: 'file' as const, grant: 'lobes.nii.gz' }
    saveExpected(image, expected.slice(0, 1), unplaced)
    const { regions, places: read } = regionsOfWindow(asked({ set: image, expected: null }), path)
    expect(regions).toMatchObject({ source: { set: 'lobes.regions.json' }, expected: [] })
    expect([...read]).toEqual([['lobes.regions.json', path('lobes.regions.json')]])
    // A finding whose regions were all unticked is named without any, so that the file’s do not come back.
    expect(regionsOfWindow(asked({ set: image, expected: [] }), path).regions.expected).toEqual([
      { label: 'Opacity', regions: [], code: null }
    ])
  })

  it('take the landmarks of each case along', () => {
    const landmarks = { one: [{ name: 'apex', point: [1, 2, 0] as [number, number, number] }] }
    const { regions } = regionsOfWindow(asked({ fit: 'affine', landmarks }), path)
    expect(v.parse(Regions, regions).fit).toEqual({
      by: 'landmarks',
      transform: 'affine',
      cases: { one: { version: 1, landmarks: landmarks.one, offset: [0, 0, 0] } }
    })
    expect(regionsOfWindow(asked({ fit: 'body' }), path).regions.fit).toMatchObject({ mask: 'automatic' })
    expect(regionsOfWindow(asked({}), path).regions.fit).toBeNull()
  })
})

describe('codes of findings', () => {
  // Pneumonia, lung structure, pneumothorax, pleural effusion, and the example of the SNOMED CT guide (73211009, diabetes mellitus).
  it.each(['233604007', '39607008', '36118008', '60046008', '73211009'])(
    'SNOMED CT %s has its check digit',
    (value) => {
      expect(codeProblem({ system: 'SNOMED CT', value })).toBeNull()
      const last = (Number(value.at(-1)) + 1) % 10
      expect(codeProblem({ system: 'SNOMED CT', value: value.slice(0, -1) + String(last) })).toMatch(/last digit/u)
      const swapped = value.slice(0, -3) + value.at(-2)! + value.at(-3)! + value.at(-1)!
      if (swapped !== value) expect(codeProblem({ system: 'SNOMED CT', value: swapped })).toMatch(/last digit/u)
    }
  )

  it('have the form of their vocabulary', () => {
    expect(codeProblem({ system: 'HPO', value: 'HP:0002088' })).toBeNull()
    expect(codeProblem({ system: 'HPO', value: '0002088' })).toMatch(/seven digits/u)
    expect(codeProblem({ system: 'RadLex', value: 'RID1301' })).toBeNull()
    expect(codeProblem({ system: 'RadLex', value: '1301' })).toMatch(/RID and a number/u)
    expect(codeProblem({ system: 'own', value: 'N 07' })).toBeNull()
    expect(codeProblem({ system: 'own', value: ' ' })).not.toBeNull()
    expect(v.safeParse(FindingCode, { system: 'HPO', value: 'x' }).success).toBe(false)
    expect([codeWords({ system: 'HPO', value: 'HP:0002088' }), codeWords({ system: 'own', value: 'N07' })]).toEqual([
      'HPO HP:0002088',
      'N07'
    ])
  })
})
