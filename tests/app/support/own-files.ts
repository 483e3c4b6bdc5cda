import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './launch'

/** Files as a user would bring them: a DICOM image, an ONNX model without a card, and a folder to write into. */
export interface OwnFiles {
  readonly image: string
  readonly model: string
  readonly target: string
  remove(): void
}

/** Copies an image and a model of the sample under names of their own, away from the sample's cards. */
export function bringOwnFiles(): OwnFiles {
  const folder = mkdtempSync(join(tmpdir(), 'own-files-'))
  const cases = join(root, 'resources', 'sample', 'cases')
  const [first] = readdirSync(cases)
    .filter((name) => name.endsWith('.dcm'))
    .sort()
  const own = {
    image: join(folder, 'my scan.dcm'),
    model: join(folder, 'my network.onnx'),
    target: join(folder, 'results')
  }

  copyFileSync(join(cases, first ?? ''), own.image)
  copyFileSync(join(root, 'resources', 'sample', 'models', 'honest-dense.onnx'), own.model)
  mkdirSync(own.target)

  return { ...own, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
