import { describe, expect, it } from 'vitest'
import { faultCodes } from '@shared/fault'
import { decimal, interval, listed, percent, probability } from '@shared/number-words'
import { areas, verdictStates } from '@shared/verdict'
import { areaMeasure, areaQuestion, cellWords, markLabel, stateMeaning, stateWords } from '@shared/verdict-words'
import { duration } from '@shared/number-words'
import { count } from '../../../src-renderer/state/catalogue'
import { faultWords } from '../../../src-renderer/state/fault-words'
import { helpFor } from '../../../src-renderer/state/help.svelte'
import { keyTable } from '../../../src-renderer/state/key-table'

describe('faults', () => {
  it('have a title and, where they name one, an action that exists', () => {
    for (const code of faultCodes) {
      expect(faultWords[code].title.length, code).toBeGreaterThan(5)
      const command = faultWords[code].action?.command
      if (command !== undefined) expect(keyTable[command], code).toBeDefined()
    }
  })
})

describe('verdict words', () => {
  it('tell every state apart, and never call an unclear one a pass', () => {
    expect(new Set(verdictStates.map((state) => stateWords[state])).size).toBe(4)
    expect(stateMeaning.inconclusive).toContain('no pass')
  })

  it('ask every question in words, and have help for each', () => {
    for (const area of areas) {
      expect(areaQuestion[area].length).toBeGreaterThan(8)
      expect(areaMeasure[area].length).toBeGreaterThan(3)
      expect(helpFor(`area:${area}`)?.misleads.length, area).toBeGreaterThan(20)
    }
    expect(helpFor('area:nothing')).toBeNull()
    expect(markLabel('localisation', 'fail')).toBe('Points to the finding: fails')
  })

  it('put interval and limit beside a value, the limit by name unless it stands at the head, and the reason where there is none', () => {
    const cell = {
      area: 'localisation',
      state: 'pass',
      metric: 'average-precision',
      reason: 'no outlines',
      row: 0
    } as const
    const limit = { id: 'average-mask', title: 'average mask', value: 0.11 }

    expect(cellWords({ ...cell, value: 0.41, ci95: [0.36, 0.46], limit })).toEqual({
      value: '0.41',
      interval: '0.36–0.46',
      below: 'average mask 0.11'
    })
    expect(cellWords({ ...cell, value: 0.41, ci95: null, limit }, 'average mask').below).toBe('limit 0.11')
    expect(
      cellWords({ ...cell, value: null, ci95: null, limit: null, reason: 'One run only (A): open a second.' })
    ).toEqual({
      value: '',
      interval: '',
      below: 'One run only'
    })
  })
})

describe('help on formats', () => {
  it('says of every format of the export sheet when it misleads', () => {
    const research = ['npy', 'nifti', 'png', 'coco', 'boxes', 'documents', 'mednet', 'clinicadl']
    const dicom = ['dicom', 'dicom-pm', 'dicom-seg', 'rtstruct', 'dicom-sc', 'dicom-pr', 'dicom-sr']
    const report = ['html', 'pdf', 'json', 'csv', 'bibtex', 'methods', 'python', 'figures-svg', 'figures-png']
    for (const id of [...research, ...dicom, ...report]) {
      expect(helpFor(`export:${id}`)?.misleads.length, id).toBeGreaterThan(20)
    }
    expect(helpFor('export:docx')).toBeNull()
    expect(helpFor('export:constructor')).toBeNull()
  })
})

describe('numbers', () => {
  it('have a true minus, no negative zero, and two figures that say something', () => {
    expect([
      decimal(0.414),
      decimal(-0.03),
      decimal(-0.0001),
      decimal(-0.0001, 3),
      decimal(8.26, 1),
      decimal(12345.6)
    ]).toEqual(['0.41', '−0.030', '−1.0 × 10⁻⁴', '0.000', '8.3', '12346'])
  })

  it('write intervals so that dash and minus cannot be confused', () => {
    expect(interval([0.36, 0.46])).toBe('0.36–0.46')
    expect(interval([-0.01, 0.07])).toBe('−0.010 to 0.070')
    expect(interval([0.05, 0.12])).toBe('0.05–0.12')
  })

  it('write shares, probabilities, lists, counts and times', () => {
    expect([percent(0.71), percent(0.006), percent(0)]).toEqual(['71 %', '0.6 %', '0 %'])
    expect([probability(0.0004), probability(0.004), probability(0.04)]).toEqual(['p below 0.001', 'p 0.004', 'p 0.04'])
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c')
    expect([count(1, 'case'), count(1200, 'case')]).toEqual(['1 case', '1,200 cases'])
    expect([duration(0.2), duration(40), duration(360), duration(11_400)]).toEqual([
      'less than 1 s',
      '40 s',
      '6 min',
      '3 h 10 min'
    ])
  })
})
