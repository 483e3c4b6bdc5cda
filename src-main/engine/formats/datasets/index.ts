import { bidsReader } from '@engine/formats/datasets/bids'
import { capsReader } from '@engine/formats/datasets/caps'
import { cocoReader } from '@engine/formats/datasets/coco'
import type { DatasetReader } from '@engine/formats/datasets/dataset'
import { dicomFolderReader } from '@engine/formats/datasets/dicom-folder'
import { imageFoldersReader } from '@engine/formats/datasets/image-folders'
import { manifestReader } from '@engine/formats/datasets/manifest'
import { mednetSplitReader } from '@engine/formats/datasets/mednet-split'
import { qtimReader } from '@engine/formats/datasets/qtim'
import { rsnaReader } from '@engine/formats/datasets/rsna'
import { siimReader } from '@engine/formats/datasets/siim'
import { vggReader } from '@engine/formats/datasets/vgg'

/** Every kind of dataset, in the order they are tried: those with the surest marks first. */
export const datasetReaders: readonly DatasetReader[] = [
  bidsReader,
  capsReader,
  rsnaReader,
  siimReader,
  qtimReader,
  cocoReader,
  vggReader,
  mednetSplitReader,
  manifestReader,
  imageFoldersReader,
  dicomFolderReader
]
