import { describe, expect, it } from 'vitest'
import { borderRuns, keptRegions, runsPath } from '../../../src-renderer/viewport/region-borders'

/** Two regions side by side, three columns by two rows: 1 1 2 / 1 2 2. */
const slice = { labels: [1, 1, 2, 1, 2, 2], columns: 3, rows: 2 }

describe('borders of regions', () => {
  it('lie between pixels of different regions and around all, each run one line', () => {
    const runs = borderRuns(slice).map(([a, b]) => [a.x, a.y, b.x, b.y].join(' '))
    expect(runs.toSorted()).toEqual(
      [
        // Across: top, the step in the middle row, bottom.
        '0 0 3 0',
        '1 1 2 1',
        '0 2 3 2',
        // Down: left, the two steps, right.
        '0 0 0 2',
        '1 1 1 2',
        '2 0 2 1',
        '3 0 3 2'
      ].toSorted()
    )
  })

  it('are written where the image lies on the screen', () => {
    const placement = { scaleX: 2, scaleY: 4, offsetX: 10, offsetY: 20 }
    expect(
      runsPath(
        [
          [
            { x: 1, y: 1 },
            { x: 2, y: 1 }
          ]
        ],
        placement
      )
    ).toBe('M12.0 24.0L14.0 24.0')
  })

  it('between regions that the limits hide there are none', () => {
    const values = [0.9, 0.9, 0.1, 0.9, 0.1, 0.1]
    const kept = keptRegions(slice, values, (mean) => mean >= 0.5)
    expect(Array.from(kept.labels)).toEqual([1, 1, 0, 1, 0, 0])
    expect(borderRuns(keptRegions(slice, values, (mean) => mean > 1))).toEqual([])
  })
})
