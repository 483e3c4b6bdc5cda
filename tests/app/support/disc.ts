import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  dataSetBytes,
  type ElementSpec,
  explicitLittleEndian,
  part10,
  sliceElements
} from '../../engine/formats/make-dicom'

const edge = 32

interface SeriesSpec {
  readonly uid: string
  readonly description: string
  /** Heights of the slices in mm; a missing one makes a gap. */
  readonly heights: readonly number[]
  /** Acquired this often: a series of several volumes. */
  readonly times?: number
}

/** Slices of one series; each has a grey of its own. */
function seriesFiles({ uid, description, heights, times = 1 }: SeriesSpec): Uint8Array[] {
  return Array.from({ length: times }).flatMap((_, time) =>
    heights.map((z, index) => {
      const instance = time * heights.length + index + 1
      const more: ElementSpec[] = [
        ['00080018', 'UI', `${uid}.${instance}`],
        ['00080020', 'DA', '20260314'],
        ['00081030', 'LO', 'Thorax'],
        ['0008103E', 'LO', description],
        ['00100020', 'LO', 'P-17'],
        ['00100040', 'CS', 'F'],
        ['00101010', 'AS', '061Y'],
        ['00200012', 'IS', String(time + 1)],
        ['00200100', 'IS', String(time + 1)]
      ]
      const values = Array.from({ length: edge * edge }, (_pixel, at) => 40 * instance + (at % edge) * 8)
      const elements = sliceElements({
        rows: edge,
        columns: edge,
        values,
        position: [0, 0, z],
        instance,
        series: uid,
        more
      })

      return part10(explicitLittleEndian, dataSetBytes(elements))
    })
  )
}

const upTo = (count: number, step: number): number[] => Array.from({ length: count }, (_, index) => index * step)

/** A disc as a hospital hands it out: a DICOMDIR, three series of one patient, and files nobody can read. */
export function writeDisc(folder: string, broken = 3): void {
  const images = join(folder, 'IMAGES')
  mkdirSync(images, { recursive: true })
  const files = [
    ...seriesFiles({ uid: '1.2.3.41', description: 'Soft tissue 5 mm', heights: upTo(6, 5) }),
    ...seriesFiles({ uid: '1.2.3.42', description: 'Lung, a slice missing', heights: [0, 2, 4, 10, 12] }),
    ...seriesFiles({ uid: '1.2.3.43', description: 'Perfusion', heights: upTo(4, 4), times: 3 })
  ]
  const names = files.map((_, index) => `IM${String(index + 1).padStart(4, '0')}`)
  files.forEach((bytes, index) => writeFileSync(join(images, names[index]), bytes))
  writeFileSync(join(folder, 'DICOMDIR'), directoryBytes(names))
  // A transfer that broke off in the header: what is left of the file has no pixels.
  for (let index = 0; index < broken; index++) {
    writeFileSync(join(images, `cut-${String(index + 1).padStart(4, '0')}.dcm`), files[0].subarray(0, 400))
  }
  writeFileSync(join(folder, 'README.TXT'), 'Viewer included.')
}

/** A Media Storage Directory that names every image. */
function directoryBytes(names: readonly string[]): Uint8Array {
  const meta: ElementSpec[] = [
    ['00020002', 'UI', '1.2.840.10008.1.3.10'],
    ['00020010', 'UI', explicitLittleEndian]
  ]
  const records: ElementSpec[][] = names.map((name) => [
    ['00041400', 'UL', [0]],
    ['00041430', 'CS', 'IMAGE'],
    ['00041500', 'CS', `IMAGES\\${name}`]
  ])
  const body = dataSetBytes([
    ['00041130', 'CS', 'DISC'],
    ['00041220', 'SQ', records]
  ])

  return new Uint8Array(Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), dataSetBytes(meta), body]))
}
