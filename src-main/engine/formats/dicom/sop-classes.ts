/** SOP classes that are told apart when reading and named when writing. Source: DICOM PS3.4 B.5. */
export const sopClass = {
  segmentation: '1.2.840.10008.5.1.4.1.1.66.4',
  labelMapSegmentation: '1.2.840.10008.5.1.4.1.1.66.7',
  structureSet: '1.2.840.10008.5.1.4.1.1.481.3'
} as const
