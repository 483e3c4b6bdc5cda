import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { datasetPreview } from '@engine/formats/datasets/preview'
import { readDataset } from '@engine/formats/datasets/read-dataset'
import { quietJob } from '@engine/job'
import type { DatasetPreview, DatasetWishes } from '@shared/dataset'

/** Files by path with `/`; an empty content stands for an image that is only looked at by name. */
export type Tree = Readonly<Record<string, string | Uint8Array>>

const made: string[] = []
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

/** A folder of its own with these files; removed after the tests of the file. */
export function plant(tree: Tree): string {
  const root = mkdtempSync(join(tmpdir(), 'dataset-'))
  made.push(root)
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return root
}

export const noWishes = {
  kind: null,
  image: null,
  masks: null,
  label: null,
  splits: null,
  positive: null,
  labelTable: null
}

/** The preview of a dataset. */
export async function previewOf(
  path: string,
  wishes: Partial<DatasetWishes & { labelTable: string | null }> = {}
): Promise<DatasetPreview> {
  return datasetPreview(await readDataset(path, { ...noWishes, ...wishes }, quietJob()))
}

/** The names and reasons of what was left out, as one line each. */
export const reasons = (list: DatasetPreview['duplicates']): string[] => list.map(({ name, why }) => `${name}: ${why}`)
