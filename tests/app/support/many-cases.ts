import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataSetBytes, explicitLittleEndian, part10, sliceElements } from '../../engine/formats/make-dicom'

const edge = 24

/** Writes as many patients as wanted, each with one small image of its own; every third is an MR, the others CT. */
export function writeManyCases(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true })
  for (let number = 1; number <= count; number++) {
    const uid = `1.2.826.0.1.3680043.10.77.${number}`
    const values = Array.from({ length: edge * edge }, (_, at) => ((at % edge) * number) % 900)
    const elements = sliceElements({
      rows: edge,
      columns: edge,
      values,
      series: `${uid}.1`,
      more: [
        ['00080018', 'UI', `${uid}.2`],
        ['0020000D', 'UI', uid],
        ['00100010', 'PN', `Case ${number}^Made`],
        ['00100020', 'LO', `M-${number}`],
        [
          '00080020',
          'DA',
          `2026${String(1 + (number % 12)).padStart(2, '0')}${String(1 + (number % 28)).padStart(2, '0')}`
        ],
        ['00080060', 'CS', number % 3 === 0 ? 'MR' : 'CT'],
        ['0008103E', 'LO', number % 10 === 0 ? 'Follow-up' : 'First']
      ]
    })
    writeFileSync(join(folder, `${number}.dcm`), part10(explicitLittleEndian, dataSetBytes(elements)))
  }
}
