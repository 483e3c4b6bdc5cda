import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { Report } from '@shared/report'
import { writeReport } from '@engine/report/write-report'
import { textOf } from './report-text'
import { sampleReport } from './sample-report'
import { caseId, resultRow } from './sample-rows'

/** A look at the file in a browser: REPORT_OUT=folder. */
const out = process.env['REPORT_OUT']
if (out !== undefined) {
  const written = writeReport(sampleReport())
  writeFileSync(`${out}/report.html`, written.html)
  for (const figure of written.figures) writeFileSync(`${out}/${figure.id}.svg`, figure.svg)
}

/** Every tag that is opened is closed, in order: what an XML reader would refuse in a figure. */
function unbalanced(xml: string): string[] {
  const open: string[] = []
  const wrong: string[] = []

  for (const [, closing, name, selfClosing] of xml.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/giu)) {
    if (closing === '/') {
      if (open.pop() !== name) wrong.push(name)
    } else if (selfClosing !== '/') {
      open.push(name)
    }
  }

  return [...wrong, ...open]
}

describe('the report file', () => {
  const { html } = writeReport(sampleReport())
  const text = textOf(html)

  it('begins with the answer, in the words of the report', () => {
    const { answer } = sampleReport()
    const places = [
      answer.headline,
      answer.tested,
      'May be relied on',
      answer.reliedOn[0],
      'Should not be relied on',
      'Could not be assessed',
      answer.notAssessed[0],
      answer.models[0]
    ]
    const found = places.map((words) => text.indexOf(words))

    expect(found.every((at) => at >= 0)).toBe(true)
    expect(Math.max(...found)).toBeLessThan(text.lastIndexOf('Every map, every question'))
  })

  it('names the model that looks at the wrong thing and shows both pictures', () => {
    expect(text).toContain('Inception T looks at the wrong thing')
    expect(html.match(/<img src="data:image\/png;base64,/gu)).toHaveLength(2)
  })

  it('takes all its words from the report: another report gives other words', () => {
    const other = textOf(
      writeReport(
        sampleReport({
          answer: {
            headline: 'No map may be relied on.',
            tested: 'Tested elsewhere.',
            reliedOn: [],
            notReliedOn: ['All of them.'],
            unclear: [],
            notAssessed: [],
            models: []
          },
          illustrations: []
        })
      ).html
    )

    expect(other).toContain('No map may be relied on.')
    expect(other).toContain('No map may be relied on here.')
    expect(other).not.toContain('Two of two maps')
    expect(other).not.toContain('looks at the wrong thing')
  })

  it('escapes what comes from files', () => {
    expect(html).toContain('Opacity on &lt;drawn&gt; chest radiographs')
    expect(html).not.toContain('<drawn>')
  })

  it('needs nothing beside it and asks for nothing', () => {
    expect(html).not.toMatch(/<script|<link|src="(?!data:)|href="(?!#)|url\(|@import|https?:/iu)
    expect(html).toContain("default-src 'none'")
  })

  it('carries the research notice and the recipe, also on printed pages', () => {
    const foot = 'Research use. Not for diagnosis. Saliscope 0.1.0 · recipe 7f3a91c2 · seed 42 · cpu'

    expect(text.split(foot)).toHaveLength(3)
    expect(html).toMatch(/@media print\{[\s\S]*\.page-foot\{position:fixed/u)
  })

  it('has both themes and prints light', () => {
    expect(html).toMatch(/@media screen and \(prefers-color-scheme:dark\)/u)
    expect(html).toMatch(/@media print\{\s*:root\{color-scheme:light/u)
  })

  it('shows every part that sample.md asks for', () => {
    for (const words of [
      'Points to the finding',
      'Depends on training',
      'Same after retraining',
      'What the answer follows',
      'marker removed 8.3',
      'Where the maps lie',
      'What this cannot say',
      'Left out',
      'SHA-256 of 1 file'
    ]) {
      expect(`${text} ${html}`).toContain(words)
    }
  })

  it('names every anchor of its contents list', () => {
    const anchors = [...html.matchAll(/href="#([^"]+)"/gu)].map(([, id]) => id)

    expect(anchors.length).toBeGreaterThan(8)
    for (const id of anchors) expect(html).toContain(`id="${id}"`)
    expect(new Set([...html.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id)).size).toBe(
      [...html.matchAll(/ id="/gu)].length
    )
  })

  it('never shows NaN, undefined or an empty cell', () => {
    expect(text).not.toMatch(/NaN|undefined|null|\[object/u)
    expect(html.replace(/<tfoot>[\s\S]*?<\/tfoot>/u, '')).not.toMatch(/<td[^>]*>\s*<\/td>/u)
  })

  it('says that it is not finished', () => {
    const partial = writeReport(sampleReport({ coverage: { complete: false, casesDone: 5, casesTotal: 12 } }))

    expect(textOf(partial.html)).toContain('So far, after 5 of 12 images.')
  })

  it('says "not yet" of what is still computed, and never "could not be assessed"', () => {
    const report = sampleReport()
    const matrix = report.matrix.map((row) => ({
      ...row,
      cells: row.cells.slice(0, 1),
      conclusion: 'not-assessed' as const
    }))
    const answer = { ...report.answer, reliedOn: [], notReliedOn: [], notAssessed: [] }
    // What is found of a null reference is no answer about maps.
    matrix.push({ ...matrix[0], role: 'reference', conclusion: 'do-not-rely' as never })
    const partial = { ...report, matrix, answer, coverage: { complete: false, casesDone: 5, casesTotal: 12 } }
    const written = textOf(writeReport(partial).html)

    expect(written.split('Not computed yet.')).toHaveLength(4)
    expect(written).toMatch(/Gradient not yet/u)
    expect(written).toContain('Same in another model')
    expect(written.slice(0, written.indexOf('Evidence '))).not.toContain('could not be assessed')
  })

  it('gives every picture a name or hides it from a screen reader', () => {
    expect(html).not.toMatch(/aria-label=""/u)
    for (const [svg] of html.matchAll(/<svg[^>]*>/gu)) expect(svg).toMatch(/aria-label="[^"]+"|aria-hidden="true"/u)
  })

  it('closes every element', () => {
    expect(unbalanced(html.replace('<!doctype html>', '').replaceAll(/<style>[\s\S]*?<\/style>/gu, ''))).toEqual([])
  })
})

describe('the figures', () => {
  it('draws one for each model, one for each curve, and the answer key', () => {
    const names = writeReport(sampleReport()).figures.map((figure) => `${figure.id}.svg`)

    expect(names).toContain('points-to-the-finding-honest-1.svg')
    expect(names).toContain('points-to-the-finding-token.svg')
    expect(names).toContain('cascade-honest-1-gradient.svg')
    expect(names).toContain('same-after-retraining.svg')
    expect(names).toContain('answer-key.svg')
    expect(new Set(names).size).toBe(names.length)
  })

  it('writes well-formed SVG with title and description', () => {
    for (const { svg } of writeReport(sampleReport()).figures) {
      expect(svg.startsWith('<?xml')).toBe(true)
      expect(unbalanced(svg.replace(/<\?xml[^>]*\?>/u, ''))).toEqual([])
      expect(svg).toMatch(/<title>[^<]+<\/title>\s*<desc>[^<]+<\/desc>/u)
      expect(svg).not.toMatch(/NaN|undefined/u)
    }
  })

  it('puts a dot for each image of a method and none for a missing value', () => {
    const report = sampleReport()
    const row = report.results[0]
    const without = {
      ...row,
      perCase: row.perCase.map((one, index) => (index < 4 ? { ...one, value: null, reason: 'no outline' } : one))
    }
    const dots = (results: Report['results']): number =>
      (writeReport({ ...report, results }).figures[0].svg.match(/<circle\s+class="f faint"/gu) ?? []).length

    expect(dots(report.results) - dots([without, ...report.results.slice(1)])).toBe(4)
  })
})

describe('report.json', () => {
  it('is the report, and reads back as one', () => {
    const { json } = writeReport(sampleReport())

    expect(v.parse(Report, JSON.parse(json))).toEqual(sampleReport())
  })

  it('refuses a number that is not finite, and names the place', () => {
    const report = sampleReport({
      results: [
        resultRow({
          criterion: 'localisation.utility',
          metric: 'average-precision',
          method: 'gradient',
          model: 'honest-1',
          value: Number.NaN
        })
      ]
    })

    expect(() => writeReport(report)).toThrowError(/results\.0/u)
  })
})

describe('results.csv', () => {
  const lines = (report: Report): string[][] =>
    writeReport(report)
      .csv.trim()
      .split('\r\n')
      .map((line) => line.split(','))

  it('has the agreed columns and one line a case, model, method and metric', () => {
    const [header, ...rows] = lines(sampleReport())
    const expected = sampleReport().results.reduce((sum, row) => sum + row.perCase.length, 0) + 12 * 3 * 2

    expect(header.slice(0, 11)).toEqual([
      'case',
      'patient',
      'model',
      'method',
      'reduction',
      'target',
      'grid',
      'metric',
      'value',
      'reason',
      'recipe'
    ])
    expect(rows).toHaveLength(expected)
  })

  it('keeps every digit and gives a reason for each missing value', () => {
    const { csv } = writeReport(sampleReport())

    expect(csv).toContain(
      `${caseId(0)},patient 1,honest-1,gradient,"sum of absolute values, clipped at the 99th percentile, 0–1",lesion,model 128 × 128,average-precision,0.34,,7f3a91c2,localisation.utility`
    )
    expect(csv).toContain(',cue-enrichment,,no marker in this image,7f3a91c2,cues.energy')
  })

  it('cannot start a formula in a spreadsheet, and leaves numbers alone', () => {
    const report = sampleReport()
    const evil = {
      ...report.cases[0],
      id: '=HYPERLINK("x")',
      patient: '+1',
      predictions: [{ ...report.cases[0].predictions[0], logit: -2.5, target: '@SUM(A1)' }]
    }
    const { csv } = writeReport({ ...report, results: [], cases: [evil] })

    expect(csv).toContain(`"'=HYPERLINK(""x"")",'+1,`)
    expect(csv).toContain(`'@SUM(A1)`)
    expect(csv).toContain(',logit,-2.5,')
  })
})
