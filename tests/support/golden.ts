import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tensor, type Tensor } from '@engine/tensor/tensor'

/** Folder of the shared reference material: `SALISCOPE_SHARED`, else `../shared` beside the repository. */
export function sharedFolder(): string | null {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
  const folder = process.env.SALISCOPE_SHARED ?? resolve(root, '../shared')
  return existsSync(join(folder, 'golden')) ? folder : null
}

/** Reads the NPY files of the golden set: version 1, little endian, C order, float32, float64 or uint8. */
export function readGoldenNpy(file: string): Tensor {
  const bytes = readFileSync(file)
  const headerLength = bytes.readUInt16LE(8)
  const header = bytes.toString('latin1', 10, 10 + headerLength)
  const kind = /'descr': '([^']+)'/.exec(header)?.[1]
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number)
  const body = bytes.buffer.slice(bytes.byteOffset + 10 + headerLength, bytes.byteOffset + bytes.length)
  if (kind === '<f4') return tensor(new Float32Array(body), shape)
  if (kind === '<f8') return tensor(Float32Array.from(new Float64Array(body)), shape)
  if (kind === '|u1') return tensor(Float32Array.from(new Uint8Array(body)), shape)
  throw new Error(`${file}: unexpected element type ${kind}`)
}
