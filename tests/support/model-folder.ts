import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { encodeNpy } from '@engine/formats/raster/npy'
import { elementCount } from '@engine/tensor/tensor'
import { commandLine } from './in-process'
import { drawValues } from './tiny-graphs'

/** What the command line answered for one model. */
export interface Attributed {
  readonly status: number
  readonly stderr: string
  /** The recipe beside the map. */
  recipe(): Record<string, unknown>
}

/** A folder of model files for a test file, and the command line over them. Call it at the top of the file. */
export function modelFolder(prefix: string) {
  let folder = ''
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), `saliscope-${prefix}-`))))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const path = (...parts: readonly string[]): string => join(folder, ...parts)
  const file = (name: string, bytes: Uint8Array | string): string => {
    writeFileSync(path(name), bytes)
    return path(name)
  }

  /** The gradient of a drawn input of 3 × 8 × 8 through `saliscope attribute`. */
  async function attribute(bytes: Uint8Array, name: string, more: readonly string[] = []): Promise<Attributed> {
    const shape = [1, 3, 8, 8]
    const model = file(`${name}.onnx`, bytes)
    const tensor = file(`${name}.npy`, encodeNpy(drawValues(elementCount(shape), 'plain', 4), shape))
    const out = path(`${name}-out`)
    const args = ['attribute', '--model', model, '--tensor', tensor, '--method', 'gradient', '--out', out, ...more]
    const { status, stderr } = await commandLine(args)
    return {
      status,
      stderr,
      recipe: () => JSON.parse(readFileSync(join(out, 'recipe.json'), 'utf8')) as Record<string, unknown>
    }
  }
  return { path, file, attribute }
}
