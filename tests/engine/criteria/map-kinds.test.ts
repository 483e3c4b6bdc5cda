import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { kindsOf, smallMap } from '@engine/criteria/map-kinds/grouping'
import { kMeans } from '@engine/metrics/statistics/k-means'
import { spectralEmbedding } from '@engine/metrics/statistics/spectral-clustering'
import { eigengap } from '@shared/eigengap'
import { silhouettes } from '@engine/metrics/statistics/silhouette'
import { MapClusters } from '@shared/group-evidence'
import { assess } from '../../support/assess'
import { painters, syntheticRun } from '../../support/synthetic-run'

const points = Array.from({ length: 12 }, (_, i) =>
  Float32Array.from(
    { length: 4 },
    (_unused, j) => ((5 * i + 3 * j) % 11) / 10 + (i % 3 === 0 ? 3 : 0) - (i % 3 === 1 && j < 2 ? 2 : 0)
  )
)

describe('groups of points', () => {
  test('have the inertia of scikit-learn 1.9.1 for 2, 3 and 4 groups', () => {
    for (const [groups, inertia] of [
      [2, 19.5675000415],
      [3, 4.15499997333],
      [4, 3.45999999098]
    ]) {
      expect(kMeans(points, groups, { seed: 1, starts: 30 }).inertia).toBeCloseTo(inertia, 6)
    }
    expect([...kMeans(points, 3, { seed: 1 }).groups]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
  })

  test('have the silhouettes of scikit-learn', () => {
    const found = silhouettes(
      points,
      points.map((_, i) => i % 3)
    )!
    expect(found.reduce((sum, one) => sum + one, 0) / 12).toBeCloseTo(0.730208294341578, 6)
    expect(found[0]).toBeCloseTo(0.8789608327592082, 6)
    expect(found[11]).toBeCloseTo(0.5668580659135929, 6)
    expect(
      silhouettes(
        points,
        points.map(() => 0)
      )
    ).toBeNull()
  })

  test('the number with the best silhouette is taken', () => {
    const kinds = kindsOf(points, { most: 6, seed: 1 })!
    // scikit-learn: .76177 for two, .73021 for three, .54238 for four groups.
    expect(new Set(kinds.groups).size).toBe(2)
    ;[0.7617683601435852, 0.7302082917233594, 0.5423768040625001].forEach((golden, index) =>
      expect(kinds.tried[index].silhouette).toBeCloseTo(golden, 5)
    )
    expect(kinds.tried.map(({ groups }) => groups)).toEqual([2, 3, 4, 5, 6])
    expect(kindsOf(points.slice(0, 2), { most: 6, seed: 1 })).toBeNull()
    expect(kindsOf([points[0], points[0], points[0]], { most: 6, seed: 1 })).toBeNull()
  })
})

/** Two rings, one inside the other: no centres tell them apart. */
const rings = [
  ...Array.from({ length: 12 }, (_, i) => [1, (2 * Math.PI * i) / 12]),
  ...Array.from({ length: 16 }, (_, i) => [3, (2 * Math.PI * i) / 16 + 0.1])
].map(([radius, angle]) => Float32Array.of(radius * Math.cos(angle), radius * Math.sin(angle)))

describe('spectral grouping', () => {
  // numpy.linalg.eigvalsh of scipy.sparse.csgraph.laplacian(½(C + Cᵀ), normed=True), C = kneighbors_graph(include_self=True), scikit-learn 1.9.1.
  test.each([
    [3, [0, 0, 0.07612046748871297, 0.07612046748871346, 0.13397459621556151, 0.1339745962155618, 0.29289321881345215]],
    [
      5,
      [
        0, 0.15410261886321447, 0.15410261886321472, 0.4023897746462917, 0.4520912636198651, 0.5797926894413745,
        0.6916875068020846
      ]
    ]
  ])('has the eigenvalues of SciPy with %i neighbours', (neighbours, golden) => {
    const { values } = spectralEmbedding(rings, { neighbours, values: 7, seed: 1 })
    golden.forEach((value, index) => expect(values[index]).toBeCloseTo(value, 7))
  })

  test('tells rings apart as SpectralClustering of scikit-learn does, and k-means does not', () => {
    const inner = rings.map((_, index) => Number(index >= 12))
    const options = { most: 4, seed: 1, neighbours: 3 }
    const kinds = kindsOf(rings, { ...options, grouping: 'spectral' })!
    expect([...kinds.groups]).toEqual(inner)
    expect(eigengap(kinds.eigenvalues!, 4)).toBe(2)
    expect([...kindsOf(rings, options)!.groups]).not.toEqual(inner)
  })

  test('works where there are fewer maps than neighbours, and refuses maps that are alike', () => {
    expect(kindsOf(points.slice(0, 4), { most: 3, seed: 1, grouping: 'spectral' })).not.toBeNull()
    expect(kindsOf([points[0], points[0], points[0]], { most: 3, seed: 1, grouping: 'spectral' })).toBeNull()
  })

  test('is an option of the criterion, and the rule says so', async () => {
    const run = syntheticRun({ patients: 20, negatives: 10, methods: { lesion: painters.lesion } })
    const { rows, mapClusters } = await assess('map-kinds', run, { grouping: 'spectral', neighbours: 6 })
    expect(rows[0].verdict.rule).toMatch(/normalised Laplacian of their 6 nearest neighbours.*largest eigengap/)
    expect(mapClusters![0].eigenvalues!.length).toBe(7)
    expect(mapClusters![0].groups.flatMap(({ members }) => members)).toHaveLength(30)
  })
})

describe('kinds of maps', () => {
  test('a small map is the mean over its cells, with the sum 1', () => {
    const map = {
      values: Float32Array.of(1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 2, 2, 0, 0, 2, 2),
      shape: [4, 4],
      flat: false,
      activations: 'normal' as const
    }
    expect([...(smallMap(map, 2) as { values: Float32Array }).values]).toEqual([
      Math.fround(1 / 3),
      0,
      0,
      Math.fround(2 / 3)
    ])
    expect(smallMap({ ...map, flat: true }, 2)).toBe('the map is the same everywhere')
  })

  test('maps on the token and maps on the lesion fall apart', async () => {
    const mixed = (scene: Parameters<typeof painters.lesion>[0]): Float32Array =>
      Number(scene.item.id.slice(1)) % 3 === 0 ? painters.token(scene) : painters.lesion(scene)
    const run = syntheticRun({ methods: { mixed, flat: painters.flat }, negatives: 0 })
    const { rows, mapClusters } = await assess('map-kinds', run, { most: 3 })
    const evidence = v.parse(MapClusters, mapClusters![0])
    const token = evidence.groups.find(({ members }) => members.includes('c0'))!
    expect(token.members).toEqual(run.spec.cases.map(({ id }) => id).filter((id) => Number(id.slice(1)) % 3 === 0))
    // The token lies in the first cells.
    expect(token.mean.indexOf(Math.max(...token.mean))).toBeLessThan(3 * evidence.width)
    expect(rows.find(({ method }) => method === 'flat')!.verdict.reason).toBe('Maps cannot be grouped: 0 maps only.')
  })
})
