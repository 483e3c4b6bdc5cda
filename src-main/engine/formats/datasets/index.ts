import { bidsReader } from '@engine/formats/datasets/bids'
import { capsReader } from '@engine/formats/datasets/caps'
import type { DatasetReader } from '@engine/formats/datasets/dataset'
import { manifestReader } from '@engine/formats/datasets/manifest'

/** Every kind of dataset, in the order they are tried: those with the surest marks first. */
export const datasetReaders: readonly DatasetReader[] = [bidsReader, capsReader, manifestReader]
