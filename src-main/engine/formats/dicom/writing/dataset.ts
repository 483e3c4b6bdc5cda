/** A value of one DICOM element: text, numbers, items of a sequence, bytes; null and [] mean present and empty (type 2). */
export type DicomValue =
  null | string | number | readonly string[] | readonly number[] | readonly DicomDataset[] | ArrayBuffer

/**
 * DICOM elements by their keyword (PS3.6): `{PatientName: 'Doe^Jane', Rows: 512}`.
 * AT values are numbers (0x0062000b), DS and IS values text in DICOM's spelling (`decimalString`).
 */
export interface DicomDataset {
  readonly [keyword: string]: DicomValue | undefined
}

/** Coded concept: value, coding scheme, meaning. Source: DICOM PS3.3 section 8.8. */
export interface Code {
  readonly value: string
  readonly scheme: string
  readonly meaning: string
}

/** A concept as the one item of a code sequence. */
export function codeItem({ value, scheme, meaning }: Code): DicomDataset {
  // Code Value holds 16 characters (PS3.3 section 8.1); longer ones have an element of their own.
  const code = value.length > 16 ? { LongCodeValue: value } : { CodeValue: value }
  return { ...code, CodingSchemeDesignator: scheme, CodeMeaning: meaning }
}

/** Concepts that several kinds of objects use. Source: DICOM PS3.16. */
export const codes = {
  /** CID 7203: how a derived image came about. */
  segmentation: { value: '113076', scheme: 'DCM', meaning: 'Segmentation' },
  /** CID 7202: what a source image was used for. */
  sourceImageForProcessing: { value: '121322', scheme: 'DCM', meaning: 'Source image for image processing operation' }
} as const satisfies Record<string, Code>
