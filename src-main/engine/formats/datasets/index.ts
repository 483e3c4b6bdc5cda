import { bidsReader } from '@engine/formats/datasets/bids'
import { capsReader } from '@engine/formats/datasets/caps'
import type { DatasetReader } from '@engine/formats/datasets/dataset'
import { dicomFolderReader } from '@engine/formats/datasets/dicom-folder'
import { imageFoldersReader } from '@engine/formats/datasets/image-folders'
import { manifestReader } from '@engine/formats/datasets/manifest'
import { qtimReader } from '@engine/formats/datasets/qtim'
import { rsnaReader } from '@engine/formats/datasets/rsna'
import { siimReader } from '@engine/formats/datasets/siim'

/** Every kind of dataset, in the order they are tried: those with the surest marks first. */
export const datasetReaders: readonly DatasetReader[] = [
  bidsReader,
  capsReader,
  rsnaReader,
  siimReader,
  qtimReader,
  manifestReader,
  imageFoldersReader,
  dicomFolderReader
]
