import { describe, expect, test } from 'vitest'
import { extentsOf } from '@engine/readers/study/extent'
import { runsOf, segmentsOf, unionOf } from '@engine/readers/study/outline-runs'
import {
  changeAfterMap,
  finished,
  noted,
  openedRecord,
  reopened,
  revealed,
  waitingRecord
} from '@engine/readers/study/reading-record'
import { afterActivity, restingClock, stopped } from '@engine/readers/study/time-on-task'
import { randomStream } from '@engine/tensor/random'

const box = (from: number, to: number): Uint8Array =>
  Uint8Array.from({ length: 64 }, (_, index) => (index >= from && index < to ? 1 : 0))
const outlines = (from: number, to: number) => {
  const runs = runsOf([8, 8, 1], [{ name: 'Opacity', voxels: box(from, to) }])
  return { runs, sha256: `${from}-${to}`, extents: extentsOf(runs, [2, 5, 1]) }
}
const study = { askCertainty: true }
const open = openedRecord(waitingRecord(3), '2026-01-01T10:00:00Z')

describe('time on task', () => {
  test('counts short gaps whole and pauses when idle', () => {
    let clock = afterActivity(restingClock, 1000, 30)
    clock = afterActivity(clock, 11_000, 30)
    expect(clock.activeMs).toBe(10_000)
    clock = afterActivity(clock, 611_000, 30)
    expect(clock.activeMs).toBe(40_000)
    clock = stopped(clock, 616_000, 30)
    expect(clock).toEqual({ activeMs: 45_000, lastMs: null })
    // The case is left for an hour and opened again: the hour does not count.
    expect(afterActivity(clock, 4_216_000, 30).activeMs).toBe(45_000)
  })
  test('adds nothing when the clock is set back', () => {
    expect(afterActivity({ activeMs: 5, lastMs: 1000 }, 400, 30).activeMs).toBe(5)
  })
})

describe('outlines as runs', () => {
  test('come back voxel for voxel', () => {
    const random = randomStream(5)
    for (let round = 0; round < 40; round++) {
      const voxels = Uint8Array.from({ length: 60 }, () => (random.uniform() < 0.4 ? 1 : 0))
      const runs = runsOf([5, 4, 3], [{ name: 'a', voxels }])
      expect(unionOf(runs)).toEqual(voxels)
    }
    expect(runsOf([8, 8, 1], [{ name: 'empty', voxels: new Uint8Array(64) }]).segments).toEqual([])
    const all = runsOf([8, 8, 1], [{ name: 'all', voxels: new Uint8Array(64).fill(1) }])
    expect(all.segments[0].runs).toEqual([0, 64])
  })
  test('that do not fit their image are refused', () => {
    expect(() => segmentsOf({ size: [8, 8, 1], segments: [{ name: 'x', runs: [0, 4_000_000_000] }] })).toThrow(
      /does not have as many voxels/
    )
  })
})

describe('a reading', () => {
  test('needs an outline or no finding, and a certainty', () => {
    const facts = { at: 'now', seconds: 4, study }
    const none = { runs: runsOf([8, 8, 1], []), sha256: '', extents: [] }
    expect(() => finished(open, none, facts)).toThrow('Draw an outline, or say that there is no finding.')
    expect(() => finished(open, outlines(0, 8), facts)).toThrow(/how sure/)
    expect(() => finished(noted(open, { noFinding: true, certainty: 3 }), outlines(0, 8), facts)).toThrow(/Take one/)
    const done = finished(noted(open, { noFinding: true, certainty: 5 }), none, facts)
    expect(done).toMatchObject({
      state: 'done',
      seconds: 4,
      versions: [{ kind: 'first', noFinding: true, certainty: 5 }]
    })
    expect(finished(open, outlines(0, 8), { ...facts, study: { askCertainty: false } }).state).toBe('done')
  })

  test('sizes are those of the closed form', () => {
    // 8 pixels of 2 × 5 mm.
    expect(outlines(0, 8).extents).toEqual([{ segment: 'Opacity', voxels: 8, cm2: 0.8, ml: null }])
    const volume = runsOf([4, 4, 4], [{ name: 'a', voxels: box(0, 10) }])
    expect(extentsOf(volume, [2, 5, 3])).toEqual([{ segment: 'a', voxels: 10, cm2: null, ml: 0.3 }])
    expect(extentsOf(volume, null)[0]).toMatchObject({ cm2: null, ml: null })
  })

  test('keeps both versions around the map, and says what changed', () => {
    const before = outlines(0, 8)
    const after = outlines(4, 16)
    const first = finished(noted(open, { certainty: 2 }), before, { at: 'a', seconds: 60, study })
    const shown = revealed(first, 'b')
    expect(shown).toMatchObject({ mapShown: 'b', state: 'open' })
    expect(revealed(shown, 'later').mapShown).toBe('b')
    const second = finished(noted(shown, { certainty: 4 }), after, { at: 'c', seconds: 75, study })
    expect(second.versions.map(({ kind, sha256 }) => [kind, sha256])).toEqual([
      ['first', '0-8'],
      ['after-map', '4-16']
    ])
    const change = changeAfterMap(second, { before: before.runs, after: after.runs }, [2, 5, 1])
    // 8 before, 12 after, 4 in both.
    expect(change).toEqual({ cm2: 0.4, ml: null, dice: 0.4, seconds: 15, certainty: { before: 2, after: 4 } })
    // Once the map was shown the first version cannot be made anew.
    expect(reopened(second)).toBe(second)
    expect(reopened(first)).toMatchObject({ state: 'open', versions: [] })
  })

  test('shows the map only when it is done', () => {
    expect(() => revealed(open, 'x')).toThrow(/once the case is done/)
  })

  test('nothing before and nothing after has no overlap', () => {
    const none = { runs: runsOf([8, 8, 1], []), sha256: '', extents: [] }
    const sure = noted(open, { noFinding: true, certainty: 1 })
    const second = finished(revealed(finished(sure, none, { at: 'a', seconds: 1, study }), 'b'), none, {
      at: 'c',
      seconds: 2,
      study
    })
    expect(changeAfterMap(second, { before: none.runs, after: none.runs }, null)).toMatchObject({
      dice: null,
      cm2: null
    })
  })
})
