import { basename, dirname, join, relative, sep } from 'node:path'
import { type DatasetDraft, type DatasetReader, draftCase, emptyDraft } from '@engine/formats/datasets/dataset'
import type { DatasetPlace } from '@engine/formats/datasets/place'
import { hasImageName } from '@engine/formats/datasets/cells'
import { attachObjects, type SeriesIdentity } from '@engine/formats/attach-objects'
import type { DicomObject } from '@engine/formats/dicom/objects/dicom-object'
import { planVolumes } from '@engine/formats/series/plan'
import { fileFacts } from '@engine/formats/study/file-facts'
import { indexStudies, type IndexedSeries } from '@engine/formats/study/study-index'

/** Files looked into before a folder is said to hold no DICOM. */
const mostLookedInto = 20

/** A folder of DICOM files: a case per series, patients under pseudonyms. */
export const dicomFolderReader: DatasetReader = {
  kind: 'dicom',
  title: 'folder of DICOM series',
  generic: true,

  async recognises({ root, named, files }) {
    if (named !== null) return false
    const likely = files
      .filter((file) => /\.(dcm|dicom|ima)$/i.test(file) || !hasImageName(file))
      .slice(0, mostLookedInto)
    for (const file of likely) {
      const facts = await fileFacts(join(root, file)).catch(() => null)
      if (facts?.kind === 'dicom') return true
    }
    return false
  },

  async read(place, _wishes, job) {
    const draft = emptyDraft()
    const { studies, problems, objects } = await indexStudies([place.root], job)
    const own = new Set(objects.map(({ path }) => path))
    const series = studies
      .flatMap((study) => study.series)
      .filter(({ kind, files }) => kind === 'dicom' && !files.some((file) => own.has(file)))
    const pseudonyms = pseudonymsOf(series)
    for (const { path, fault } of problems) {
      draft.unmatchedImages.push({ name: inside(place, path), why: fault.message })
    }
    const taken = new Map<string, number>()
    for (const one of series) addSeries(one, { place, draft, pseudonyms, taken, all: series })
    addObjects(series, objects, { place, draft })
    const others = studies.flatMap((study) => study.series).filter(({ kind }) => kind !== 'dicom')
    for (const { files } of others) {
      for (const file of files) draft.unmatchedImages.push({ name: inside(place, file), why: 'is no DICOM file.' })
    }
    draft.assumptions.push(
      'Patients stand under pseudonyms (patient-001 and on, in order of PatientID); series without a PatientID count as one patient.',
      'Paths stay as they are: folders named after people would be in the experiment file.'
    )
    return draft
  }
}

const inside = (place: DatasetPlace, path: string): string => relative(place.root, path).split(sep).join('/')

const patientId = (series: IndexedSeries): string => series.dicom[0]?.header.patient.id ?? ''

/** Numbers instead of identities: a hash of an identity could be found again by trying all of them. */
function pseudonymsOf(series: readonly IndexedSeries[]): Map<string, string> {
  const ids = [...new Set(series.map(patientId))].sort((first, second) => (first < second ? -1 : 1))
  const width = Math.max(3, String(ids.length).length)
  return new Map(ids.map((id, index) => [id, `patient-${String(index + 1).padStart(width, '0')}`]))
}

/** A series as objects that refer to it find it. */
interface Referable {
  readonly paths: readonly string[]
  readonly identity: SeriesIdentity
  readonly attached?: readonly DicomObject[]
}

function referable({ files, dicom }: IndexedSeries): Referable {
  const { studyUid, seriesUid, frameOfReferenceUid } = dicom[0].header
  const instances = new Set(dicom.map(({ header }) => header.sopInstanceUid))
  return { paths: files, identity: { studyUid, seriesUid, frameOfReferenceUid, instances } }
}

/** Segmentations and structure sets become masks of the series they name; what a program made of a map is no reference. */
function addObjects(
  series: readonly IndexedSeries[],
  objects: readonly DicomObject[],
  { place, draft }: { place: DatasetPlace; draft: DatasetDraft }
): void {
  const { series: attached, problems } = attachObjects(series.map(referable), objects)
  for (const { path, fault } of problems) draft.unmatchedMasks.push({ name: inside(place, path), why: fault.message })
  for (const { paths, attached: found = [] } of attached) {
    const at = series.findIndex(({ files }) => files[0] === paths[0])
    for (const object of found) {
      const name = inside(place, object.path)
      const drawn = (object.role === 'SEG' || object.role === 'RTSTRUCT') && !object.ownWork
      const saliency = object.parts.length > 0 && object.parts.every((part) => part.saliency)
      if (!drawn || saliency) {
        draft.unmatchedMasks.push({ name, why: `a ${object.role} is no reference mask; it is shown with the images.` })
        continue
      }
      const { masks } = draft.cases[at]
      const taken = masks.some(({ reader }) => reader === object.title)
      masks.push({
        reader: taken ? `${object.title} ${masks.length + 1}` : object.title,
        path: object.path,
        confidence: null
      })
    }
  }
}

interface SeriesOrder {
  readonly place: DatasetPlace
  readonly draft: DatasetDraft
  readonly pseudonyms: ReadonlyMap<string, string>
  /** How many cases a patient has so far. */
  readonly taken: Map<string, number>
  readonly all: readonly IndexedSeries[]
}

function addSeries(series: IndexedSeries, { place, draft, pseudonyms, taken, all }: SeriesOrder): void {
  const patient = pseudonyms.get(patientId(series))!
  const number = (taken.get(patient) ?? 0) + 1
  taken.set(patient, number)
  const { header } = series.dicom[0]
  const folder = commonFolder(series.files)
  const single = series.files.length === 1
  const volumes = planVolumes(series.dicom).length
  if (volumes > 1) {
    draft.warnings.push(`Series ${number} of ${patient} holds ${volumes} volumes; the case is the first of them.`)
  }
  const alone = all.filter((other) => other.files.some((file) => file.startsWith(folder + sep))).length === 1
  draft.cases.push(
    draftCase({
      id: `${patient}_${String(number).padStart(2, '0')}${series.modality === '' ? '' : `_${series.modality}`}`,
      patient,
      image: single ? series.files[0] : folder,
      series: single || alone ? null : header.seriesUid,
      keys: [
        ...[patientId(series), header.studyUid, header.seriesUid].filter((key) => key !== ''),
        ...(single ? [basename(series.files[0])] : [inside(place, folder), basename(folder)])
      ]
    })
  )
}

/** The innermost folder that holds all files of a series. */
function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0])
  for (const file of files) while (!file.startsWith(folder + sep)) folder = dirname(folder)
  return folder
}
