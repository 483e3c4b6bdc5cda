import type { FileRefusal } from '@engine/formats/load-series'
import { Fault } from '@engine/fault'
import type { DicomObject, ObjectRole } from '@engine/formats/dicom/objects/dicom-object'

/** What DICOM objects name a series and its images by. */
export interface SeriesIdentity {
  readonly studyUid: string
  readonly seriesUid: string
  readonly frameOfReferenceUid: string | null
  readonly instances: ReadonlySet<string>
}

interface Attachable {
  readonly paths: readonly string[]
  readonly identity?: SeriesIdentity
  readonly attached?: readonly DicomObject[]
}

/**
 * Lays each object on the series it is about: the one whose images it names, else whose series, else (with regions or values in the
 * patient) the only one of its study that shares its frame of reference. An object with pixels that found its images is no picture of
 * its own any more; one without pixels that did not, or that has nothing to show, is refused in a sentence.
 */
export function attachObjects<Series extends Attachable>(
  series: readonly Series[],
  objects: readonly DicomObject[]
): { series: Series[]; problems: FileRefusal[] } {
  const about = new Map<Series, DicomObject[]>()
  const attachedPaths = new Set<string>()
  const problems: FileRefusal[] = []
  const ownPaths = new Set(objects.map(({ path }) => path))
  const images = series.filter(({ paths }) => !paths.some((path) => ownPaths.has(path)))
  for (const object of objects) {
    const found = saysNothing(object) ? [] : seriesOf(object, images)
    for (const one of found) about.set(one, [...(about.get(one) ?? []), object])
    if (found.length > 0) attachedPaths.add(object.path)
    else if (!series.some(({ paths }) => paths.includes(object.path))) problems.push(refusal(object))
  }
  const left = series.filter(({ paths }) => !paths.every((path) => attachedPaths.has(path)))
  return {
    series: left.map((one) => (about.has(one) ? { ...one, attached: about.get(one) } : one)),
    problems
  }
}

function seriesOf<Series extends Attachable>(object: DicomObject, series: readonly Series[]): Series[] {
  const where = (matches: (identity: SeriesIdentity) => boolean): Series[] =>
    series.filter(({ identity }) => identity !== undefined && matches(identity))
  const byImage = where(({ instances }) => object.instances.some((uid) => instances.has(uid)))
  if (byImage.length > 0) return byImage
  const bySeries = where(({ seriesUid }) => object.series.includes(seriesUid))
  if (bySeries.length > 0) return bySeries
  const space = object.frameOfReferenceUid
  const bySpace =
    space === null
      ? []
      : where((identity) => identity.frameOfReferenceUid === space && identity.studyUid === object.studyUid)
  return bySpace.length === 1 ? bySpace : []
}

function saysNothing({ role, regions, placed, windows, numbers }: DicomObject): boolean {
  return (
    (role === 'SR' || role === 'presentation state') &&
    regions.length + placed.length + windows.length + numbers.length === 0
  )
}

const titles: Readonly<Record<ObjectRole, string>> = {
  SEG: 'a segmentation',
  RTSTRUCT: 'a structure set',
  'Parametric Map': 'a parametric map',
  SR: 'a structured report',
  'presentation state': 'a presentation state'
}

function refusal(object: DicomObject): FileRefusal {
  const { path, name, role } = object
  const fault = saysNothing(object)
    ? new Fault(
        'no-pixels',
        `“${name}” is ${titles[role]} that draws no region and measures nothing: there is nothing of it to show.`,
        {
          subject: name,
          hint: 'Open its images alone.'
        }
      )
    : new Fault('no-pixels', `“${name}” is ${titles[role]} about images that are not among the opened files.`, {
        subject: name,
        hint: 'Open it together with the images it was made for.'
      })
  return { path, file: name, fault: fault.report() }
}
