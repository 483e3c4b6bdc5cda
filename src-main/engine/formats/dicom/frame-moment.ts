import type { DataSet } from 'dicom-parser'
import { number, numbers, sequenceItems, text, textValues, type NumericVr } from '@engine/formats/dicom/elements'
import { tag } from '@engine/formats/dicom/tags'

/** What sets a frame apart from others at the same place: how and when it was acquired. null or '' where the file does not say. */
export interface FrameMoment {
  /** Values of Image Type or Frame Type: magnitude, phase, derived maps. */
  readonly imageType: string
  /** s/mm². */
  readonly bValue: number | null
  /** Diffusion gradient direction, three rounded numbers. */
  readonly direction: string
  readonly echoTimeMs: number | null
  readonly inversionTimeMs: number | null
  readonly temporalPosition: number | null
  /** Percent of the cardiac cycle. */
  readonly cardiacPhase: number | null
  /** After the R wave. */
  readonly triggerTimeMs: number | null
  /** Index values of an enhanced object's own dimensions that are not places. */
  readonly dimensions: string
  /** Dynamic PET: since the start of the series. */
  readonly referenceTimeMs: number | null
  readonly acquisitionNumber: number | null
  /** Seconds since midnight. */
  readonly acquiredSeconds: number | null
}

/** Moments per frame: per-frame functional groups first, then shared ones, then the plain elements. Source: DICOM PS3.3 C.7.6.16, C.8.13.5. */
export function frameMoments(dataSet: DataSet, frames: number): FrameMoment[] {
  const shared = sequenceItems(dataSet, tag.SharedFunctionalGroupsSequence)[0]
  const perFrame = sequenceItems(dataSet, tag.PerFrameFunctionalGroupsSequence)
  if (perFrame.length === 0) {
    const places = shared === undefined ? [dataSet] : [shared, dataSet]
    return new Array<FrameMoment>(frames).fill(momentOf(places, []))
  }
  const spoken = dimensionsInWords(dataSet)
  return Array.from({ length: frames }, (_, frame) =>
    momentOf(
      [perFrame[frame], shared, dataSet].filter((place) => place !== undefined),
      spoken
    )
  )
}

/** Looks through the data sets in order; the first that states a value wins. */
function momentOf(places: readonly DataSet[], spoken: readonly boolean[]): FrameMoment {
  const find = (sequence: string, element: string, vr: NumericVr): number | null => {
    for (const place of places) {
      const found = number(sequenceItems(place, sequence)[0] ?? place, element, vr)
      if (found !== undefined && Number.isFinite(found)) return found
    }
    return null
  }
  return {
    imageType: imageType(places),
    bValue: find(tag.MRDiffusionSequence, tag.DiffusionBValue, 'FD') ?? privateBValue(places[places.length - 1]),
    direction: direction(places),
    echoTimeMs: find(tag.MREchoSequence, tag.EffectiveEchoTime, 'FD') ?? find(tag.MREchoSequence, tag.EchoTime, 'DS'),
    inversionTimeMs:
      find(tag.MRModifierSequence, tag.InversionTimes, 'FD') ?? find(tag.MRModifierSequence, tag.InversionTime, 'DS'),
    temporalPosition:
      find(tag.FrameContentSequence, tag.TemporalPositionIndex, 'UL') ??
      find(tag.TemporalPositionSequence, tag.TemporalPositionTimeOffset, 'FD') ??
      find(tag.FrameContentSequence, tag.TemporalPosition, 'IS'),
    cardiacPhase: find(tag.CardiacSynchronizationSequence, tag.NominalPercentageOfCardiacPhase, 'FL'),
    triggerTimeMs:
      find(tag.CardiacSynchronizationSequence, tag.NominalCardiacTriggerDelayTime, 'FD') ??
      find(tag.CardiacSynchronizationSequence, tag.TriggerTime, 'DS'),
    dimensions: otherDimensions(places[0], spoken),
    referenceTimeMs: find(tag.FrameContentSequence, tag.FrameReferenceTime, 'DS'),
    acquisitionNumber:
      find(tag.FrameContentSequence, tag.FrameAcquisitionNumber, 'US') ??
      find(tag.FrameContentSequence, tag.AcquisitionNumber, 'IS'),
    acquiredSeconds: acquired(places[places.length - 1])
  }
}

const frameTypes = [tag.MRImageFrameTypeSequence, tag.CTImageFrameTypeSequence, tag.PETFrameTypeSequence]

function imageType(places: readonly DataSet[]): string {
  for (const place of places) {
    for (const sequence of frameTypes) {
      const item = sequenceItems(place, sequence)[0]
      if (item !== undefined) return textValues(item, tag.FrameType).join('\\').toUpperCase()
    }
  }
  return textValues(places[places.length - 1], tag.ImageType)
    .join('\\')
    .toUpperCase()
}

function direction(places: readonly DataSet[]): string {
  for (const place of places) {
    const diffusion = sequenceItems(place, tag.MRDiffusionSequence)[0] ?? place
    const item = sequenceItems(diffusion, tag.DiffusionGradientDirectionSequence)[0] ?? diffusion
    const values = numbers(item, tag.DiffusionGradientOrientation, 'FD')
    if (values.length === 3 && values.every(Number.isFinite)) return values.map((value) => value.toFixed(3)).join(' ')
  }
  return ''
}

/** Before DICOM had an element for it, vendors wrote the b-value into their own: Siemens (0019,xx0C), GE (0043,xx39) plus 10⁹. */
function privateBValue(dataSet: DataSet): number | null {
  if (text(dataSet, 'x00190010') === 'SIEMENS MR HEADER') return finite(number(dataSet, tag.SiemensBValue, 'IS'))
  if (text(dataSet, 'x00430010') !== 'GEMS_PARM_01') return null
  const value = finite(number(dataSet, tag.GEBValue, 'IS'))
  return value === null ? null : value % 1e9
}

/** Per dimension of an enhanced object: whether one of the other fields, or the geometry, says the same in words. Source: DICOM PS3.3 C.7.6.17. */
function dimensionsInWords(dataSet: DataSet): boolean[] {
  return sequenceItems(dataSet, tag.DimensionIndexSequence).map((item) => {
    const element = item.elements[tag.DimensionIndexPointer]
    if (element === undefined || element.length !== 4) return false
    const parser = element.parser ?? item.byteArrayParser
    const [group, member] = [0, 2].map((offset) => parser.readUint16(item.byteArray, element.dataOffset + offset))
    return worded.has(`x${group.toString(16).padStart(4, '0')}${member.toString(16).padStart(4, '0')}`)
  })
}

const inStackPosition = 'x00209057'
const worded = new Set<string>([
  inStackPosition,
  tag.StackID,
  tag.ImagePosition,
  tag.ImageOrientation,
  tag.ReferencedSegmentNumber,
  tag.TemporalPositionIndex,
  tag.TemporalPositionTimeOffset,
  tag.DiffusionBValue,
  tag.DiffusionGradientOrientation,
  tag.EffectiveEchoTime,
  tag.InversionTimes,
  tag.NominalPercentageOfCardiacPhase,
  tag.NominalCardiacTriggerDelayTime
])

function otherDimensions(frame: DataSet, spoken: readonly boolean[]): string {
  const content = sequenceItems(frame, tag.FrameContentSequence)[0]
  if (content === undefined || spoken.length === 0) return ''
  const values = numbers(content, tag.DimensionIndexValues, 'UL')
  return values.filter((_, index) => spoken[index] === false).join(' ')
}

/** HHMMSS.FFFFFF, also written with colons. */
function acquired(dataSet: DataSet): number | null {
  const said = (text(dataSet, tag.AcquisitionTime) || text(dataSet, tag.ContentTime)).replaceAll(':', '')
  const [, hours, minutes, seconds] = /^(\d\d)(\d\d)(\d\d(?:\.\d+)?)/.exec(said) ?? []
  return seconds === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}
