import { basename, dirname, join, relative, sep } from 'node:path'
import { type DatasetDraft, type DatasetReader, draftCase, emptyDraft } from '@engine/formats/datasets/dataset'
import type { DatasetPlace } from '@engine/formats/datasets/place'
import { hasImageName } from '@engine/formats/datasets/cells'
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
    const { studies, problems } = await indexStudies([place.root], job)
    const everything = studies.flatMap((study) => study.series).filter(({ kind }) => kind === 'dicom')
    const series = everything.filter((one) => !isSegmentation(one))
    const pseudonyms = pseudonymsOf(series)
    for (const { path, fault } of problems) {
      draft.unmatchedImages.push({ name: inside(place, path), why: fault.message })
    }
    const taken = new Map<string, number>()
    for (const one of series) addSeries(one, { place, draft, pseudonyms, taken, all: series })
    for (const one of everything.filter(isSegmentation)) addSegmentation(one, series, { place, draft })
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

/** Segmentation Storage and Label Map Segmentation Storage (PS3.4 B.5). */
const segmentationClasses = ['1.2.840.10008.5.1.4.1.1.66.4', '1.2.840.10008.5.1.4.1.1.66.7']

const isSegmentation = ({ dicom }: IndexedSeries): boolean =>
  segmentationClasses.includes(dicom[0]?.header.sopClassUid ?? '')

/** A segmentation is a mask of the series that lies in its frame of reference; of several none is guessed. */
function addSegmentation(
  segmentation: IndexedSeries,
  series: readonly IndexedSeries[],
  { place, draft }: { place: DatasetPlace; draft: DatasetDraft }
): void {
  const { studyUid, frameOfReferenceUid } = segmentation.dicom[0].header
  const fitting = [...series.keys()].filter((index) => {
    const { header } = series[index].dicom[0]
    return header.studyUid === studyUid && header.frameOfReferenceUid === frameOfReferenceUid
  })
  for (const path of segmentation.files) {
    if (fitting.length === 1 && frameOfReferenceUid !== null) {
      const { masks } = draft.cases[fitting[0]]
      const said = segmentation.description || 'SEG'
      const reader = masks.some((mask) => mask.reader === said) ? `${said} ${masks.length + 1}` : said
      masks.push({ reader, path, confidence: null })
    } else {
      const why =
        fitting.length > 1 ? `could belong to ${fitting.length} series` : 'lies in the frame of reference of no series'
      draft.unmatchedMasks.push({ name: inside(place, path), why: `the segmentation ${why} of its study.` })
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
