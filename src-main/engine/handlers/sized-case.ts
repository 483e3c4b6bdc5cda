import { basename } from 'node:path'
import { fileAddress } from '@engine/formats/file-address'
import { notAnImage } from '@engine/formats/recognise'
import { noPixels } from '@engine/formats/dicom/has-pixels'
import { fileFacts } from '@engine/formats/study/file-facts'
import type { CaseEntry } from './case-shelf'
import { isFolder, seriesOfFolder } from './case-image'
import { wordLines } from './patient-lines'

/** A case of an experiment with the size and words of its image, from the header; decoded only where the header does not tell. */
export async function sizedCase(entry: CaseEntry): Promise<CaseEntry> {
  const { path, part } = await fileAddress(entry.paths[0])
  if (await isFolder(path)) {
    const { size, spacingMm, tags, warnings } = await seriesOfFolder(path, entry.series ?? null)
    return { ...entry, size, spacingMm, modality: tags?.modality ?? '', warnings: [...warnings] }
  }
  const facts = await fileFacts(path)
  if (facts.kind === 'onnx' || facts.kind === 'other') {
    throw notAnImage(facts.kind, basename(path), facts.kind === 'other' ? (facts.foreign ?? null) : null)
  }
  if (facts.kind === 'object') throw noPixels(basename(path))
  if (facts.kind === 'dicom') {
    const { header, pixels } = facts.dicom
    return { ...entry, modality: header.patient.modality, size: [pixels.columns, pixels.rows, pixels.frames] }
  }
  const { modality } = wordLines({ name: basename(path), tags: null, label: '' })
  const size = (part === null ? facts.extent?.size : undefined) ?? (await entry.load()).size
  return { ...entry, modality, size }
}
