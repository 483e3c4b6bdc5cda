// Writes large series with the header of a real slice:
// npx tsx --tsconfig tsconfig.engine.json tools/series/make.ts FOLDER [--like SLICE.dcm] [--series N] [--slices N] [--empty]
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sharedFolder } from '../../tests/support/golden'
import { writeSeries } from './series-files'

/** A real 512 × 512 chest CT slice of the shared set. */
const realSlice = 'data/cornerstonejs+cornerstone3D/packages/dicomImageLoader/testImages/CTImage.dcm'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    like: { type: 'string' },
    series: { type: 'string', default: '1' },
    slices: { type: 'string', default: '300' },
    empty: { type: 'boolean', default: false }
  }
})

const [folder] = positionals
const shared = sharedFolder()
const like = values.like ?? (shared === null ? undefined : join(shared, realSlice))
if (folder === undefined || like === undefined) {
  console.error('Name a folder to write into, and a slice with --like where the shared set is not there.')
  process.exit(2)
}
const order = {
  like,
  folder,
  series: Number(values.series),
  slicesPerSeries: Number(values.slices),
  empty: values.empty
}
const written = writeSeries(order)
console.log(`${written.flat().length} files in ${written.length} series below ${folder}`)
