import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { insideOutside } from '@engine/metrics/inside-outside'
import { wilcoxonSignedRank } from '@engine/metrics/statistics/wilcoxon'
import { randomStream } from '@engine/tensor/random'
import { value } from '../../support/golden-metric'
import peers from '../../fixtures/metrics/peers.json'

/** Maps and masks of a seed: smooth, noisy, and one with ties. */
interface Case {
  readonly shape: readonly [number, number]
  readonly map: Float32Array
  readonly other: Float32Array
  readonly mask: Uint8Array
}

type Answers = Readonly<Record<string, number | readonly number[]>>

function casesOf(seed: number): Case[] {
  return [0, 1, 2].map((kind) => caseOf(randomStream(seed, 'peers', kind), kind))
}

function caseOf(random: ReturnType<typeof randomStream>, kind: number): Case {
  const shape = [40, 48] as const
  const spot = (row: number, column: number, width: number) => (index: number) =>
    Math.exp(-((Math.floor(index / 48) - row) ** 2 + ((index % 48) - column) ** 2) / (2 * width * width))
  const place = [8 + random.integer(24), 8 + random.integer(32)] as const
  const [own, far] = [spot(...place, 5), spot(place[0] + 3, place[1] - 2, 7)]
  const ties = kind === 2 ? (v: number): number => Math.round(v * 8) / 8 : (v: number): number => v
  const draw = (of: (index: number) => number): Float32Array =>
    Float32Array.from({ length: 40 * 48 }, (_, index) =>
      ties(0.7 * of(index) + (kind === 0 ? 0.02 : 0.3) * random.uniform())
    )
  return {
    shape,
    map: draw(own),
    other: draw(far),
    mask: Uint8Array.from({ length: 40 * 48 }, (_, i) => Number(own(i) > 0.6))
  }
}

function expectPeer(found: number | null, expected: unknown, tolerance = 1e-6): void {
  const size = 1 + Math.abs(expected as number)
  expect(Math.abs(found! - (expected as number)) / size).toBeLessThan(tolerance)
}

/** Every value of one case beside the peers'. */
function compare({ shape, map, other, mask }: Case, expected: Answers): void {
  const inputs = { shape, map, other, mask }
  const plain = ['average-precision', 'auprc-trapezoid', 'roc-auc', 'occluded-roc-auc', 'soft-dice', 'entropy', 'gini']
  const paired = ['ssim', 'spearman', 'pearson', 'mutual-information']
  for (const id of [...plain, ...paired]) expectPeer(value(id, inputs), expected[id])
  expectPeer(value('soft-dice', inputs, { region: 'outside' }), expected['soft-dice-outside'])
  expectPeer(value('iou', inputs, { selection: 'otsu' }), expected['otsu-iou'])
  expectPeer(value('hog-similarity', inputs, { cell: 8 }), expected['hog-similarity'])
  const found = insideOutside(inputs)
  if (typeof found === 'string') throw new Error(found)
  const { inside } = found
  for (const test of ['welch', 'student'] as const) {
    const [statistic, p] = expected[test] as readonly number[]
    expectPeer(found[test].statistic, statistic)
    expect(Math.abs(found[test].p! - p)).toBeLessThanOrEqual(1e-8 * p + 1e-300)
  }
  const moments = [inside.count, inside.mean, inside.sd, inside.min, inside.max]
  moments.forEach((moment, index) => expectPeer(moment, (expected.inside as readonly number[])[index]))
  expect([...found.outside.histogram]).toEqual(expected['outside-histogram'])
  const differences = Array.from({ length: 40 }, (_, index) => map[index] - other[index])
  expectPeer(wilcoxonSignedRank(differences)?.p ?? null, expected.wilcoxon)
}

describe(`random maps beside scikit-image ${peers.versions.skimage}, scikit-learn ${peers.versions.sklearn}, SciPy ${peers.versions.scipy}`, () => {
  test.each(casesOf(7).map((one, index) => [`kind ${index}`, one, peers.cases[index] as unknown as Answers] as const))(
    'as they were computed once: %s',
    (_, one, expected) => compare(one, expected)
  )

  const python = pythonWithPeers()
  if (python === null) {
    process.stderr.write(
      'Live comparison skipped: SALISCOPE_PYTHON names no Python with scikit-image, scikit-learn, SciPy.\n'
    )
  }

  test.skipIf(python === null)('as they compute them now, on other maps', () => {
    const cases = [21, 22].flatMap(casesOf)
    const answers = askPeers(python!, cases)
    cases.forEach((one, index) => compare(one, answers[index]))
  })
})

/** A Python that has the packages: the one named, or that of the checkers. */
function pythonWithPeers(): string | null {
  const candidates = [process.env.SALISCOPE_PYTHON, process.env.SALISCOPE_CHECKERS_PYTHON]
  const works = (python: string): boolean =>
    spawnSync(python, ['-c', 'import skimage, sklearn, scipy'], { timeout: 120_000 }).status === 0
  return candidates.find((python) => python !== undefined && python !== '' && works(python)) ?? null
}

function askPeers(python: string, cases: readonly Case[]): Answers[] {
  const folder = mkdtempSync(join(tmpdir(), 'peers-'))
  try {
    const path = join(folder, 'inputs.json')
    writeFileSync(path, inputsOf(cases))
    const answer = spawnSync(python, ['tests/checkers/map_metrics.py', path], { encoding: 'utf8', maxBuffer: 2 ** 28 })
    if (answer.status !== 0) throw new Error(answer.stderr)
    return (JSON.parse(answer.stdout) as { cases: Answers[] }).cases
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Float32 values written as they are: a Python float of them is the same number. */
function inputsOf(cases: readonly Case[]): string {
  return JSON.stringify(
    cases.map(({ shape, map, other, mask }) => ({ shape, map: [...map], other: [...other], mask: [...mask] }))
  )
}
