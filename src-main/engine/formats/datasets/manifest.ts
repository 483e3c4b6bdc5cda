import {
  folderOf,
  hasImageName,
  nameOf,
  parseBoxCell,
  present,
  safeCaseName,
  stemOf
} from '@engine/formats/datasets/cells'
import {
  type DatasetDraft,
  type DatasetReader,
  draftCase,
  type DraftCase,
  emptyDraft
} from '@engine/formats/datasets/dataset'
import { chooseLabelColumn } from '@engine/formats/datasets/label-column'
import { type DatasetPlace, PathFinder } from '@engine/formats/datasets/place'
import { readTableWith, tableWith } from '@engine/formats/datasets/named-table'
import type { Table, TableRow } from '@engine/formats/datasets/table'
import { throwIfCancelled } from '@engine/job'

/** A table of cases: `case,patient,image,label,mask,boxes,split` (design §6), of which only `image` must be there. */
export const manifestReader: DatasetReader = {
  kind: 'manifest',
  title: 'table of cases',
  recognises: async (place) => (await tableWith(place, ['image'])) !== null,

  async read(place, wishes, job) {
    const draft = emptyDraft()
    const found = await readTableWith(place, ['image'], draft)
    if (found === null) return draft
    const { file, table } = found
    const context: Context = {
      table,
      finder: new PathFinder(place),
      folder: folderOf(file),
      labelColumn: chooseLabelColumn(table, wishes.label, draft),
      draft,
      byId: new Map(),
      used: new Set([file]),
      renamed: new Set()
    }
    for (const [index, row] of table.rows.entries()) {
      if (index % 500 === 0) {
        throwIfCancelled(job)
        job.progress('Reading rows', index, table.rows.length)
      }
      readRow(row, context)
    }
    tellRest(place, context)
    return draft
  }
}

interface Context {
  readonly table: Table
  readonly finder: PathFinder
  /** Folder of the table: its paths are relative to it. */
  readonly folder: string
  readonly labelColumn: string | null
  readonly draft: DatasetDraft
  readonly byId: Map<string, DraftCase>
  /** Files a row names. */
  readonly used: Set<string>
  /** Case names that had to be changed. */
  readonly renamed: Set<string>
}

function readRow(row: TableRow, context: Context): void {
  const { draft, byId, used } = context
  const where = `line ${row.line}`
  const leaveOut = (why: string): void => void draft.unmatchedRows.push({ name: where, why })
  const cell = present(row.cell('image'))
  if (cell === null) return leaveOut('names no image.')
  const image = context.finder.locateFolder(cell, context.folder) ?? context.finder.locate(cell, context.folder)
  if ('refused' in image) return leaveOut(`${image.refused}.`)
  used.add(image.relative)
  const masks = maskPaths(row, context)
  const boxes = boxesOf(row)
  if (boxes === null) return leaveOut('its boxes are not “x0 y0 x1 y1; …” with x0 < x1 and y0 < y1.')
  const stated = present(row.cell('case')) ?? stemOf(image.relative)
  const id = safeCaseName(stated)
  if (id !== stated) context.renamed.add(stated)
  const facts = factsOf(row, context.labelColumn)
  const known = byId.get(id)
  if (known !== undefined) return addToCase(known, { ...facts, image: image.path, masks, boxes }, { draft, where })
  const added = draftCase({
    ...facts,
    id,
    image: image.path,
    keys: [stated, nameOf(image.relative), stemOf(image.relative)],
    masks: masks.map((mask, index) => ({ ...mask, reader: mask.reader || `reader ${index + 1}` })),
    boxes
  })
  byId.set(id, added)
  draft.cases.push(added)
}

function factsOf(
  row: TableRow,
  labelColumn: string | null
): Pick<DraftCase, 'patient' | 'session' | 'group' | 'split' | 'label'> {
  return {
    patient: present(row.cell('patient')) ?? present(row.cell('patient_id')),
    session: present(row.cell('session')),
    group: present(row.cell('group')),
    split: present(row.cell('split')),
    label: labelColumn === null ? null : present(row.cell(labelColumn))
  }
}

interface RowMask {
  readonly reader: string
  readonly path: string
  readonly confidence: number | null
}

/** Masks of the cells `mask`, several set apart by `;` or `|`; those that are not there are listed. */
function maskPaths(row: TableRow, { finder, folder, draft, used }: Context): RowMask[] {
  const cell = present(row.cell('mask'))
  if (cell === null) return []
  const confidence = Number(row.cell('confidence') || NaN)
  const masks: RowMask[] = []
  for (const part of cell.split(/[;|]/).map((text) => text.trim())) {
    if (part === '') continue
    const found = finder.locate(part, folder)
    if ('refused' in found) draft.unmatchedMasks.push({ name: `line ${row.line}`, why: `${found.refused}.` })
    else {
      used.add(found.relative)
      const reader = present(row.cell('reader')) ?? ''
      masks.push({ reader, path: found.path, confidence: Number.isFinite(confidence) ? confidence : null })
    }
  }
  return masks
}

function boxesOf(row: TableRow): DraftCase['boxes'] | null {
  const cell = present(row.cell('boxes'))
  return cell === null ? [] : parseBoxCell(cell)
}

/** A further row of a case brings another reader's mask or more boxes; anything else is a duplicate or a contradiction. */
function addToCase(
  known: DraftCase,
  row: Pick<DraftCase, 'image' | 'label' | 'split' | 'patient' | 'boxes'> & { masks: readonly RowMask[] },
  { draft, where }: { draft: DatasetDraft; where: string }
): void {
  const differs = (['image', 'label', 'split', 'patient'] as const).find((key) => known[key] !== row[key])
  if (differs !== undefined) {
    const why = `the case “${known.id}” stands on an earlier line with another ${differs}; the earlier line counts.`
    draft.unmatchedRows.push({ name: where, why })
    return
  }
  const masks = row.masks.filter(({ path }) => known.masks.every((mask) => mask.path !== path))
  const boxes = row.boxes.filter((box) => known.boxes.every((other) => other.join() !== box.join()))
  if (masks.length + boxes.length === 0) {
    draft.duplicates.push({ name: where, why: `says again what an earlier line says of “${known.id}”.` })
  }
  for (const mask of masks) {
    const taken = new Set(known.masks.map(({ reader }) => reader))
    const free = mask.reader !== '' && !taken.has(mask.reader) ? mask.reader : numbered(taken)
    known.masks.push({ ...mask, reader: free })
  }
  known.boxes.push(...boxes)
}

function numbered(taken: ReadonlySet<string>): string {
  let number = taken.size + 1
  while (taken.has(`reader ${number}`)) number++
  return `reader ${number}`
}

/** What follows from the table as a whole: images nobody names, names that were changed, facts that are missing. */
function tellRest({ files }: DatasetPlace, { table, draft, used, renamed }: Context): void {
  const known = new Set(files)
  const folders = [...used].filter((path) => !known.has(path)).map((path) => `${path}/`)
  for (const file of files) {
    if (!used.has(file) && hasImageName(file) && !folders.some((folder) => file.startsWith(folder))) {
      draft.unmatchedImages.push({ name: file, why: `no row of ${table.name} names it.` })
    }
  }
  if (!table.has('case')) draft.assumptions.push(`${table.name} has no column “case”: cases go by their images' names.`)
  if (!table.has('patient') && !table.has('patient_id')) {
    draft.assumptions.push(`${table.name} has no column “patient”: every case counts as a patient of its own.`)
  }
  if (draft.cases.some(({ boxes }) => boxes.length > 0)) {
    draft.assumptions.push('Boxes are [x0, y0, x1, y1] in pixels of the image, far edges exclusive; taken as they are.')
  }
  if (renamed.size > 0) {
    draft.warnings.push(`${renamed.size} case names were changed to be safe as names of files, “/” to “_” for example.`)
  }
}
