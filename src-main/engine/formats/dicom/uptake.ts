import type { DataSet } from 'dicom-parser'
import { momentOfDateTime, momentOfDay, secondsOfDay } from '@engine/formats/dicom/clock'
import { number, sequenceItems, text, textValues } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'
import { listed } from '@shared/number-words'
import type { Uptake } from '@shared/uptake'

const DAY = 86_400
/** More have passed only where a time is wrong: a thousandth of the dose would be left. */
const MOST_HALF_LIVES = 10
/** A dose below this is written in megabecquerels, not in becquerels. */
const LEAST_DOSE = 1e4
/** A weight above this is written in grams, not in kilograms. */
const MOST_WEIGHT = 650
/** Without a date, the time of injection of a tracer that lives longer than this may be one of days before. */
const LONG_LIVED = 12 * 3600

/** A number, or the sentence why there is none. */
type Found = number | string

/**
 * Factor from the values of a PET file (after the rescale slope) to standardised uptake by body weight, g/ml; null for other images.
 * SUVbw = activity [Bq/ml] · weight [g] / dose [Bq], the dose decayed to the moment the values are corrected to: start of the scan (START)
 * or injection (ADMIN). Sources: DICOM PS3.3 C.8.9.1 and C.8.9.2; QIBA FDG-PET/CT profile, appendix G (vendor-neutral computation).
 */
export function uptakeOf(dataSet: DataSet): Uptake | null {
  if (text(dataSet, tag.Modality) !== 'PT') return null
  const found = factorOf(dataSet)
  return typeof found === 'number' ? { factor: found } : { reason: found }
}

/** The unit that a PET file names for its values; '' where it names none, or is no PET. */
export function uptakeUnit(dataSet: DataSet): string {
  if (text(dataSet, tag.Modality) !== 'PT') return ''
  return { BQML: 'Bq/ml', CNTS: 'counts', GML: 'g/ml' }[text(dataSet, tag.Units)] ?? ''
}

function factorOf(dataSet: DataSet): Found {
  const units = text(dataSet, tag.Units)
  if (units === '') return 'The file does not say in which unit its values are.'
  if (units === 'GML') return uptakeAlready(dataSet)
  const corrected = textValues(dataSet, tag.CorrectedImage)
  if (!corrected.includes('ATTN')) return 'The file does not say that the values are corrected for attenuation.'
  if (!corrected.includes('DECY')) return 'The file does not say that the values are corrected for decay.'
  if (units === 'BQML') return ofActivity(dataSet)
  if (units !== 'CNTS') return 'The values are in another unit than becquerels per millilitre.'
  const factor = privateNumber(dataSet, philips, '00')
  if (factor > 0) return factor
  const activity = privateNumber(dataSet, philips, '09')
  if (!(activity > 0)) return 'The values are counts, and the file does not say of how much activity.'
  const found = ofActivity(dataSet)
  return typeof found === 'number' ? activity * found : found
}

/** Values that are uptake in the file. PS3.3 C.8.9.1: without a type it is by body weight. */
function uptakeAlready(dataSet: DataSet): Found {
  const type = text(dataSet, tag.SUVType)
  return type === '' || type === 'BW' ? 1 : 'The values are standardised uptake by another measure than body weight.'
}

/** Of values in becquerels per millilitre. */
function ofActivity(dataSet: DataSet): Found {
  const tracers = sequenceItems(dataSet, tag.RadiopharmaceuticalInformationSequence)
  if (tracers.length > 1) return 'The file names more than one tracer.'
  const [tracer] = tracers
  const weight = number(dataSet, tag.PatientWeight, 'DS') ?? NaN
  const dose = tracer === undefined ? NaN : (number(tracer, tag.RadionuclideTotalDose, 'DS') ?? NaN)
  const correction = text(dataSet, tag.DecayCorrection)
  if (correction !== 'START' && correction !== 'ADMIN')
    return 'The file does not say to which moment the values are corrected for decay.'
  const missing = [
    ...(weight > 0 ? [] : ['the weight of the patient']),
    ...(dose > 0 ? [] : ['the injected dose']),
    ...(correction === 'START' ? missingTimes(dataSet, tracer) : [])
  ]
  if (missing.length > 0) return `The file does not say ${listed(missing)}.`
  if (weight > MOST_WEIGHT) return 'The weight of the patient cannot be one in kilograms.'
  if (dose < LEAST_DOSE) return 'The injected dose cannot be one in becquerels.'
  const passed = correction === 'ADMIN' ? 0 : halfLives(dataSet, tracer)
  return typeof passed === 'number' ? (1000 * weight) / (dose * 2 ** -passed) : passed
}

function missingTimes(dataSet: DataSet, tracer: DataSet | undefined): string[] {
  const said = (set: DataSet | undefined, element: string): boolean => set !== undefined && text(set, element) !== ''
  const started = said(tracer, tag.RadiopharmaceuticalStartDateTime) || said(tracer, tag.RadiopharmaceuticalStartTime)
  return [
    ...(tracer !== undefined && (number(tracer, tag.RadionuclideHalfLife, 'DS') ?? 0) > 0
      ? []
      : ['the half-life of the tracer']),
    ...(started ? [] : ['when the tracer was given']),
    ...(said(dataSet, tag.SeriesDate) && said(dataSet, tag.SeriesTime) ? [] : ['when the scan began'])
  ]
}

/** Half-lives from the injection to the start of the scan. */
function halfLives(dataSet: DataSet, tracer: DataSet): Found {
  const halfLife = number(tracer, tag.RadionuclideHalfLife, 'DS') ?? NaN
  const scan = scanStart(dataSet)
  if (typeof scan === 'string') return scan
  const passed = sinceInjection(tracer, scan, halfLife)
  if (typeof passed === 'string') return passed
  if (!(passed >= 0)) return 'By the file the tracer was given after the scan began.'
  if (passed > MOST_HALF_LIVES * halfLife)
    return `By the file more than ${MOST_HALF_LIVES} half-lives passed between injection and scan.`
  return passed / halfLife
}

/**
 * The series begins with the scan, unless it was made of other images later: then its time is after that of the images, and only
 * GE says elsewhere when the scan began.
 */
function scanStart(dataSet: DataSet): Found {
  const series = momentOfDay(text(dataSet, tag.SeriesDate), text(dataSet, tag.SeriesTime))
  if (series === null) return 'The time at which the scan began cannot be read.'
  const acquired = momentOfDay(text(dataSet, tag.AcquisitionDate), text(dataSet, tag.AcquisitionTime))
  if (acquired === null) return 'The file does not say when the image was acquired.'
  if (series <= acquired) return series
  const stated = momentOfDateTime(privateText(dataSet, generalElectric, '0d'))
  return stated ?? 'The series was made after the scan, and the file does not say when the scan began.'
}

/** Seconds; a time without a date is one of the day before the scan where it would be later than the scan. */
function sinceInjection(tracer: DataSet, scan: number, halfLife: number): Found {
  const dated = text(tracer, tag.RadiopharmaceuticalStartDateTime)
  if (dated !== '') {
    const given = momentOfDateTime(dated)
    return given === null ? UNREADABLE : scan - given
  }
  const given = secondsOfDay(text(tracer, tag.RadiopharmaceuticalStartTime))
  if (given === null) return UNREADABLE
  if (halfLife > LONG_LIVED) return 'The file does not say on which day the tracer was given, and it lives for days.'
  return (((scan - given) % DAY) + DAY) % DAY
}

const UNREADABLE = 'The time at which the tracer was given cannot be read.'

interface PrivateGroup {
  readonly group: string
  readonly creator: string
}
const philips: PrivateGroup = { group: '7053', creator: 'Philips PET Private Group' }
const generalElectric: PrivateGroup = { group: '0009', creator: 'GEMS_PETD_01' }

/** Tag of an element in the block a vendor reserved (PS3.5 7.8.1); null where there is none. */
function privateTag(dataSet: DataSet, { group, creator }: PrivateGroup, member: string): string | null {
  for (let block = 0x10; block <= 0xff; block++) {
    const reserved = block.toString(16)
    if (text(dataSet, `x${group}00${reserved}`) === creator) return `x${group}${reserved}${member}`
  }
  return null
}

function privateText(dataSet: DataSet, group: PrivateGroup, member: string): string {
  const found = privateTag(dataSet, group, member)
  return found === null ? '' : text(dataSet, found)
}

/** NaN where there is none. */
function privateNumber(dataSet: DataSet, group: PrivateGroup, member: string): number {
  const found = privateTag(dataSet, group, member)
  return found === null ? NaN : (number(dataSet, found, 'DS') ?? NaN)
}
