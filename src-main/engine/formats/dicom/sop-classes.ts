/** SOP classes that are told apart when reading and named when writing. Source: DICOM PS3.4 B.5. */
export const sopClass = {
  segmentation: '1.2.840.10008.5.1.4.1.1.66.4',
  labelMapSegmentation: '1.2.840.10008.5.1.4.1.1.66.7',
  structureSet: '1.2.840.10008.5.1.4.1.1.481.3',
  parametricMap: '1.2.840.10008.5.1.4.1.1.30',
  secondaryCapture: '1.2.840.10008.5.1.4.1.1.7',
  multiframeColourCapture: '1.2.840.10008.5.1.4.1.1.7.4',
  greyscalePresentation: '1.2.840.10008.5.1.4.1.1.11.1',
  comprehensive3dReport: '1.2.840.10008.5.1.4.1.1.88.34'
} as const
