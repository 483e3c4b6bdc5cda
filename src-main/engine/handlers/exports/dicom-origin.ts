import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { describeReduction } from '@engine/attribution/reduction'
import type { MapOrigin } from '@engine/formats/dicom/derived-map/map-origin'
import { dicomLayout } from '@engine/formats/dicom/layout'
import type { DerivedInstance } from '@engine/formats/dicom/writing/derived-instance'
import { pseudonymousIdentity } from '@engine/formats/dicom/writing/identity'
import { readSources } from '@engine/formats/dicom/writing/slice-sources'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import type { ExportIdentity } from '@shared/exports'
import { type MapToWrite, recipeId } from './map-to-write'

/** What the DICOM objects made of one map have in common. */
export interface DicomMapFacts {
  readonly sources: readonly SourceInstance[]
  readonly origin: MapOrigin
  readonly about: Pick<
    DerivedInstance,
    'seriesDescription' | 'seriesNumber' | 'instanceNumber' | 'created' | 'uidSeed' | 'identity' | 'pseudonym'
  >
}

/** Series of derived objects stand behind those of the scanner, in an order of their own. */
const seriesNumbers = { 'dicom-pm': 9101, 'dicom-sc': 9102, 'dicom-pr': 9103, 'dicom-seg': 9104 } as const

/** Source headers, words and identifiers of one object. The same map, format and identity give the same UIDs. */
export async function dicomMapFacts(
  map: MapToWrite,
  format: keyof typeof seriesNumbers,
  identity: ExportIdentity
): Promise<DicomMapFacts> {
  const sources = await readSources(map.image, map.sourcePaths)
  const recipe = recipeId(map)
  const { target } = map.computed
  const pseudonym = pseudonymOf(sources, map.recipe.image.sha256)
  const seed = [
    recipe,
    ...sources.map(({ sopInstanceUid }) => sopInstanceUid),
    format,
    identity,
    map.id,
    JSON.stringify(map.reduction)
  ].join(' ')
  return {
    sources,
    origin: {
      title: map.title,
      method: map.recipe.method.expression,
      parameters: parameterWords(map.recipe.method.params).join(', '),
      target: target.label,
      model: map.modelTitle,
      reduction: describeReduction(map.reduction),
      recipe,
      version: map.recipe.saliscope
    },
    about: {
      seriesDescription: `${map.title} for ${target.label}${sources.length === 0 ? ' (study made up: source is no DICOM)' : ''}`,
      seriesNumber: seriesNumbers[format],
      instanceNumber: 1,
      created: new Date(),
      uidSeed: seed,
      pseudonym,
      ...(identity === 'source' && sources.length > 0 ? {} : { identity: pseudonymousIdentity(pseudonym) })
    }
  }
}

/**
 * One name for one study: its UID stays in the object, so a hash of it says nothing more. Of an image that is no DICOM it is made of
 * `made`, its content: names of files may hold names of people.
 */
export function pseudonymOf(sources: readonly SourceInstance[], made: string): string {
  const [first] = sources
  const hash = createHash('sha256').update(first === undefined ? `image ${made}` : first.studyUid)
  return `SAL-${hash.digest('hex').slice(0, 10).toUpperCase()}`
}

/** Parameters as one line; of files the name alone, since folders may hold names of people. */
export function parameterWords(params: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(params).map(([name, value]) => {
    const words = String(value)
    return `${name}=${typeof value === 'string' && /[/\\]/.test(value) ? (words.split(/[/\\]/).pop() ?? '') : words}`
  })
}

/** True when the file is DICOM by its first bytes. */
export function isDicomFile(path: string): boolean {
  const head = new Uint8Array(512)
  try {
    const file = openSync(path, 'r')
    try {
      readSync(file, head, 0, head.length, 0)
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
  return dicomLayout(head) !== null
}
