import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@engine/fault'
import type { ReportReference } from '@engine/formats/dicom/measurements/content-item'
import type { ReportGroup } from '@engine/formats/dicom/measurements/measurement-report'
import { encodeMeasurements } from '@engine/formats/dicom/measurements/write-measurements'
import { readSeg } from '@engine/formats/dicom/seg/read-seg'
import { sopClass } from '@engine/formats/dicom/sop-classes'
import { readSources } from '@engine/formats/dicom/writing/slice-sources'
import { readSourceInstance, type SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { derivedUid } from '@engine/formats/dicom/writing/uid'
import { pseudonymousIdentity } from '@engine/formats/dicom/writing/identity'
import { readSourceFile } from '@engine/formats/source-file'
import type { Volume } from '@engine/geometry/volume'
import type { ExportIdentity } from '@shared/exports'
import type { Report } from '@shared/report'
import type { CaseEntry } from '../case-shelf'
import { referenceMasks } from '../reference-masks'
import { isDicomFile, pseudonymOf } from './dicom-origin'
import { regionFigures } from './region-figures'
import { reportGroups } from './report-groups'

/** Files of a case that a report may refer to beside its images. */
export interface CaseEvidence {
  /** Mask file of each reader. */
  readonly masks: ReadonlyMap<string, string>
  /** Map file of each method whose maps were made elsewhere. */
  readonly maps: ReadonlyMap<string, string>
}

export interface CaseMeasurements {
  readonly report: Report
  /** Id of the case in the report. */
  readonly caseId: string
  readonly entry: CaseEntry
  readonly evidence: CaseEvidence
  readonly identity: ExportIdentity
  readonly created: Date
}

/**
 * What a report says of one case as a DICOM SR, with the size and values of every reference region.
 * Throws Fault `unsupported-file` for a case whose image is no DICOM file.
 */
export async function caseMeasurements(order: CaseMeasurements): Promise<Uint8Array> {
  const { report, caseId, entry, identity } = order
  const image = await entry.load()
  const sources = await readSources(image, filesOf(entry.paths))
  if (sources.length === 0) {
    throw new Fault(
      'unsupported-file',
      `The image of ${caseId} is no DICOM file, so no DICOM report can refer to it.`,
      {
        subject: caseId,
        hint: 'Its figures are in report.json and results.csv.'
      }
    )
  }
  const images = sources.map(referenceOf)
  const maps = await evidenceOf(order.evidence.maps, sources)
  const masks = await evidenceOf(order.evidence.masks, sources)
  const groups = [
    ...(await regionGroups(order, image, { sources, masks })),
    ...reportGroups(report, caseId).map((group): ReportGroup => {
      const map = maps.get(group.title.split(' · ')[1] ?? '')
      return { ...group, segment: null, images: map === undefined ? images : [...images, referenceOf(map)] }
    })
  ]
  const seed = `report ${report.recipe.id} ${caseId} ${identity}`
  return encodeMeasurements({
    report: {
      deviceUid: derivedUid(`device saliscope ${report.recipe.saliscope}`),
      version: report.recipe.saliscope,
      images,
      groups
    },
    sources,
    evidence: [...maps.values(), ...masks.values()],
    about: {
      seriesDescription: `Trust figures: ${report.title}`,
      seriesNumber: 9105,
      instanceNumber: 1,
      created: order.created,
      version: report.recipe.saliscope,
      uidSeed: seed,
      ...(identity === 'source' ? {} : { identity: pseudonymousIdentity(pseudonymOf(sources, caseId)) })
    }
  })
}

/** One group for each reader's region; a segmentation of one segment is referred to. */
async function regionGroups(
  { report, caseId, entry, evidence }: CaseMeasurements,
  image: Volume,
  { sources, masks }: { sources: readonly SourceInstance[]; masks: ReadonlyMap<string, SourceInstance> }
): Promise<ReportGroup[]> {
  const groups: ReportGroup[] = []
  for (const { reader, labelmap } of await referenceMasks(entry, image)) {
    const file = masks.get(reader)
    const segment = file === undefined ? null : await onlySegment(file, evidence.masks.get(reader)!)
    groups.push({
      title: `region of ${reader}`,
      trackingUid: derivedUid(`region ${report.recipe.id} ${caseId} ${reader}`),
      finding: null,
      algorithm: {
        name: 'Saliscope region statistics',
        version: report.recipe.saliscope,
        parameters: `recipe ${report.recipe.id}`
      },
      figures: regionFigures(labelmap, image, sources[0].modality),
      segment,
      images: sources.map(referenceOf),
      notes: ['Reference region on the grid of the image, nearest neighbour.']
    })
  }
  return groups
}

async function onlySegment(file: SourceInstance, path: string): Promise<ReportGroup['segment']> {
  if (file.sopClassUid !== sopClass.segmentation) return null
  const { segments } = await readSeg(await readSourceFile(path))
  return segments.length === 1 ? { ...referenceOf(file), segment: segments[0].number } : null
}

function referenceOf({ sopClassUid, sopInstanceUid }: SourceInstance): ReportReference {
  return { sopClassUid, sopInstanceUid }
}

/** Those of the files that are DICOM objects of the same study, by key. */
async function evidenceOf(
  paths: ReadonlyMap<string, string>,
  [{ studyUid }]: readonly SourceInstance[]
): Promise<Map<string, SourceInstance>> {
  const found = new Map<string, SourceInstance>()
  for (const [key, path] of paths) {
    if (!existsSync(path) || !isDicomFile(path)) continue
    const instance = await readSourceInstance(path)
    if (instance.studyUid === studyUid) found.set(key, instance)
  }
  return found
}

/** Files of a case; folders stand for the DICOM files right in them. */
function filesOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!statSync(path).isDirectory()) return [path]
    return readdirSync(path)
      .map((name) => join(path, name))
      .filter((name) => statSync(name).isFile() && isDicomFile(name))
  })
}
