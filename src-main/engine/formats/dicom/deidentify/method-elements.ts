import type { TreeElement, TreeItem } from './element-tree'
import type { ProfileOptions } from './profile-action'
import { asciiBytes } from './value-text'

/** CID 7050, De-identification Method. Source: DICOM PS3.16. */
const methods = {
  basic: ['113100', 'Basic Application Confidentiality Profile'],
  graphics: ['113103', 'Clean Graphics Option'],
  structured: ['113104', 'Clean Structured Content Option'],
  descriptors: ['113105', 'Clean Descriptors Option'],
  modifiedDates: ['113107', 'Retain Longitudinal Temporal Information Modified Dates Option'],
  characteristics: ['113108', 'Retain Patient Characteristics Option']
} as const

/** Elements that say how the file was de-identified. Source: DICOM PS3.15 E.1.1, PS3.3 C.7.1.1 and C.12.1. */
export function methodElements(options: ProfileOptions, version: string): TreeElement[] {
  const applied = [
    methods.basic,
    methods.graphics,
    methods.structured,
    methods.descriptors,
    ...(options.keepDates === 'shifted' ? [methods.modifiedDates] : []),
    ...(options.keepPatientCharacteristics ? [methods.characteristics] : [])
  ]
  const words = [
    `Saliscope ${version}`.slice(0, 64),
    'PS3.15 table E.1-1, edition 2026c; texts cleaned by vocabulary',
    'Pixels untouched'
  ]
  return [
    element(0x00120062, 'CS', 'YES'),
    element(0x00120063, 'LO', words.join('\\')),
    {
      tag: 0x00120064,
      vr: 'SQ',
      meaning: 'SQ',
      value: new Uint8Array(0),
      open: false,
      items: applied.map(([code, meaning]) => codeItem(code, meaning))
    },
    element(0x00280303, 'CS', options.keepDates === 'shifted' ? 'MODIFIED' : 'REMOVED')
  ]
}

function codeItem(code: string, meaning: string): TreeItem {
  return {
    open: false,
    elements: [
      element(0x00080100, 'SH', code),
      element(0x00080102, 'SH', 'DCM'),
      element(0x00080104, 'LO', meaning.slice(0, 64))
    ]
  }
}

function element(tag: number, vr: string, text: string): TreeElement {
  return { tag, vr, meaning: vr, value: asciiBytes(text), items: null, open: false }
}
