import { codeItem, type Code, type DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { shortText } from '@engine/formats/dicom/writing/text'

/** How a map came about: what every object made of it says of itself. No patient data. */
export interface MapOrigin {
  /** Words for people: "Integrated gradients". */
  readonly title: string
  /** Method as an expression: "integrated-gradients+sg". */
  readonly method: string
  /** Every parameter by name, as one line. */
  readonly parameters: string
  /** Explained output of the model. */
  readonly target: string
  readonly model: string
  /** How the attribution became one value a voxel. */
  readonly reduction: string
  /** SHA-256 of the map's recipe. */
  readonly recipe: string
  /** Version of Saliscope. */
  readonly version: string
}

/** CID 7180: what the values of a map are. Source: DICOM PS3.16. */
const quantities = {
  gradientWeighted: { value: '130403', scheme: 'DCM', meaning: 'Gradient-weighted class activation' },
  classActivation: { value: '130402', scheme: 'DCM', meaning: 'Class activation' },
  saliency: { value: '130404', scheme: 'DCM', meaning: 'Saliency' }
} as const satisfies Record<string, Code>

/** The coded quantity of a method: class activation for the CAM family, gradient-weighted for Grad-CAM and its kin, else saliency. */
export function quantityOf(method: string): Code {
  const [base] = method.split('+')
  if (/gradcam|hirescam|layercam/.test(base)) return quantities.gradientWeighted
  return /cam/.test(base) ? quantities.classActivation : quantities.saliency
}

/** UCUM's "no units": maps are reduced to a scale of their own. */
export const noUnits: Code = { value: '1', scheme: 'UCUM', meaning: 'no units' }

/** CID 7203 has no term for attribution: the nearest that says the image was computed, in our own scheme. */
export const attributionDerivation: Code = {
  value: 'attribution',
  scheme: '99SALISCOPE',
  meaning: 'Attribution of a classifier output'
}

/** Method, model, target and recipe of a map in words: AlgorithmParameters, ContributionDescription. */
export function originWords(origin: MapOrigin): string {
  const { method, model, target, reduction, parameters, recipe } = origin
  const said = [`method ${method}`, `model ${model}`, `target ${target}`, `reduction ${reduction}`]
  return [...said, `recipe sha256 ${recipe}`, ...(parameters === '' ? [] : [parameters])].join('; ')
}

/** Algorithm Identification macro. Source: DICOM PS3.3 table 10-19. */
export function algorithmItem(origin: MapOrigin): DicomDataset {
  return {
    AlgorithmFamilyCodeSequence: [codeItem({ value: '123110', scheme: 'DCM', meaning: 'Artificial Intelligence' })],
    AlgorithmName: shortText(`Saliscope ${origin.title}`, 64),
    AlgorithmVersion: shortText(origin.version, 64),
    AlgorithmParameters: shortText(originWords(origin), 10240)
  }
}

/** Contributing Equipment: which program computed it, how, and the digest of its recipe. Source: DICOM PS3.3 C.12.1.1.5. */
export function contributingEquipment(origin: MapOrigin): DicomDataset {
  return {
    ContributingEquipmentSequence: [
      {
        PurposeOfReferenceCodeSequence: [codeItem({ value: '109102', scheme: 'DCM', meaning: 'Processing Equipment' })],
        Manufacturer: 'Saliscope',
        ManufacturerModelName: 'Saliscope',
        SoftwareVersions: shortText(origin.version, 64),
        ContributionDescription: shortText(originWords(origin), 1024)
      }
    ]
  }
}
