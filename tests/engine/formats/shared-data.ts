import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedFolder } from '../../support/golden'

/** One entry of `expected.json`; its README says how each field was computed. */
export interface ExpectedFile {
  readonly kind: string
  readonly shape?: readonly number[]
  readonly affine?: readonly (readonly number[])[]
  readonly sha256_f32le?: string
  readonly sha256_samples?: string
  readonly min?: number
  readonly max?: number
  readonly mean?: number
  readonly lossy?: boolean
  readonly decodersMaxDiff?: number
  readonly transferSyntax?: string
  readonly rescale?: { readonly slope?: number }
  readonly error?: { readonly class: string }
  readonly via?: string
}

const shared = sharedFolder()

/** Folder of the real files, or null when the shared set is not there. */
export const dataFolder = shared === null ? null : join(shared, 'data')

/** Expected results by path below the data folder. */
export function expectedFiles(): [name: string, expected: ExpectedFile][] {
  if (dataFolder === null) return []
  const { files } = JSON.parse(readFileSync(join(dataFolder, 'expected.json'), 'utf8')) as {
    files: Record<string, ExpectedFile>
  }
  return Object.entries(files)
}

/** Path of a real file. */
export function dataFile(name: string): string {
  return join(dataFolder!, name)
}
