import { applyAffine, determinant, pixelArea } from '@engine/geometry/affine'
import { connectedComponents } from '@engine/geometry/connected-components'
import type { Connectivity } from '@engine/geometry/lattice-neighbours'
import type { Grid } from '@engine/geometry/grid'
import type { MapCluster } from '@shared/group-evidence'

/** Clusters above a threshold, both signs apart, the largest first. */
export function clusterTable(
  t: Float64Array,
  { grid, connectivity, smallest }: { grid: Grid; connectivity: Connectivity; smallest: number },
  threshold: number
): MapCluster[] {
  const [columns, rows, slices] = grid.size
  // The thickness of a picture of one slice is made up: it has areas.
  const sized = (voxels: number): Pick<MapCluster, 'mm3' | 'mm2'> =>
    slices > 1
      ? { mm3: voxels * Math.abs(determinant(grid.affine)) }
      : { mm3: null, mm2: voxels * pixelArea(grid.affine) }
  const clusters: MapCluster[] = []
  for (const sign of [1, -1] as const) {
    const above = Uint8Array.from(t, (value) => Number(sign * value >= threshold))
    const { labels, sizes } = connectedComponents(above, [slices, rows, columns], connectivity)
    const peaks = new Int32Array(sizes.length).fill(-1)
    for (let voxel = 0; voxel < labels.length; voxel++) {
      const cluster = labels[voxel] - 1
      if (cluster >= 0 && (peaks[cluster] < 0 || sign * t[voxel] > sign * t[peaks[cluster]])) peaks[cluster] = voxel
    }
    for (const [cluster, voxels] of sizes.entries()) {
      if (voxels < smallest) continue
      const peak = peaks[cluster]
      const voxel: [number, number, number] = [
        peak % columns,
        Math.floor(peak / columns) % rows,
        Math.floor(peak / (columns * rows))
      ]
      const lps = applyAffine(grid.affine, voxel)
      clusters.push({
        voxels,
        ...sized(voxels),
        peakT: t[peak],
        peakVoxel: voxel,
        peakLpsMm: [...lps],
        pCorrected: null
      })
    }
  }
  return clusters.sort((left, right) => right.voxels - left.voxels || Math.abs(right.peakT) - Math.abs(left.peakT))
}
