import type { DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { codeItem, codes, type Code } from '@engine/formats/dicom/writing/dataset'
import type { SourceInstance } from '@engine/formats/dicom/writing/source-instance'
import { grouped } from '@shared/grouped'

/** A frame of a source image; `frame` counts from 0. */
export interface SourceFrame {
  readonly source: SourceInstance
  readonly frame: number
}

/** SOP class and instance of an image. Source: DICOM PS3.3 table 10-11. */
export function sopReference(source: Pick<SourceInstance, 'sopClassUid' | 'sopInstanceUid'>): DicomDataset {
  return { ReferencedSOPClassUID: source.sopClassUid, ReferencedSOPInstanceUID: source.sopInstanceUid }
}

/** An image and, when it has several, the frame. Source: DICOM PS3.3 table 10-3. */
export function frameReference({ source, frame }: SourceFrame): DicomDataset {
  return source.frames > 1
    ? { ...sopReference(source), ReferencedFrameNumber: String(frame + 1) }
    : sopReference(source)
}

/**
 * Common Instance Reference module: every instance referred to, by series; those of another study apart. Empty without sources.
 * Source: DICOM PS3.3 C.12.2.
 */
export function commonInstanceReference(sources: readonly SourceInstance[], studyUid: string): DicomDataset {
  const own = sources.filter((source) => source.studyUid === studyUid)
  const studies = grouped(
    sources.filter((source) => source.studyUid !== studyUid),
    (source) => source.studyUid
  )
  return {
    ...(own.length === 0 ? {} : { ReferencedSeriesSequence: seriesItems(own) }),
    ...(studies.length === 0
      ? {}
      : {
          StudiesContainingOtherReferencedInstancesSequence: studies.map(([uid, members]) => ({
            StudyInstanceUID: uid,
            ReferencedSeriesSequence: seriesItems(members)
          }))
        })
  }
}

function seriesItems(sources: readonly SourceInstance[]): DicomDataset[] {
  return grouped(sources, (source) => source.seriesUid).map(([uid, members]) => ({
    SeriesInstanceUID: uid,
    ReferencedInstanceSequence: members.map(sopReference)
  }))
}

/**
 * Source Image Sequence: the images something was computed from. General Image module of single-frame objects (there it is what
 * entitles an object to a Referenced Series Sequence), or within a derivation. Source: DICOM PS3.3 C.7.6.1.1.4.
 */
export function sourceImages(frames: readonly SourceFrame[]): DicomDataset {
  return {
    SourceImageSequence: frames.map((frame) => ({
      ...frameReference(frame),
      PurposeOfReferenceCodeSequence: [codeItem(codes.sourceImageForProcessing)]
    }))
  }
}

/** Derivation Image functional group: from which frames, by what. No source frames: the group is there and empty. Source: DICOM PS3.3 C.7.6.16.2.6. */
export function derivationImage(frames: readonly SourceFrame[], derivation: Code): DicomDataset {
  if (frames.length === 0) return { DerivationImageSequence: [] }
  return {
    DerivationImageSequence: [{ DerivationCodeSequence: [codeItem(derivation)], ...sourceImages(frames) }]
  }
}
