import { join } from 'node:path'
import { Fault } from '@engine/fault'
import { freeName, prepareFolder, writeWhole } from './output-folder'
import { safeName } from './safe-name'

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/**
 * Writes a figure the window drew and answers with its file name; nothing that is there is written over.
 * Throws Fault `usage` for bytes that are no PNG, `not-writable`.
 */
export function saveFigure(folder: string, name: string, png: Uint8Array): string {
  if (!signature.every((byte, at) => png[at] === byte)) throw new Fault('usage', 'The figure is no PNG picture.')
  prepareFolder(folder)
  const file = freeName(folder, safeName(name), 'png')
  writeWhole(join(folder, file), png)
  return file
}
