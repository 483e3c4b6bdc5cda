import { fromBinary } from '@bufbuild/protobuf'
import type { Constant } from './constant'
import { checkExternal, externalLocation } from './external'
import { contentOf, graphField, modelField, type ModelLayout } from './layout'
import type { ModelOrigin } from './model'
import { FunctionProtoSchema, type NodeProto, SparseTensorProtoSchema, TensorProto_DataLocation } from './onnx_pb'
import { tensorsInside } from './subgraphs'

/** What of a model can hold tensors. */
export interface TensorPlaces {
  readonly bytes: Uint8Array
  readonly layout: ModelLayout
  readonly initializers: ReadonlyMap<string, Constant>
  readonly protos: readonly NodeProto[]
  readonly origin: ModelOrigin
}

/**
 * Checks every tensor of a model that claims to lie in another file: initializers, sparse ones, node attributes,
 * subgraphs and functions. ONNX Runtime reads such files itself when a session is made, so an unchecked one would be a
 * way around our own check. Answers whether there is any. Throws Fault `external-weights`.
 */
export function checkEveryExternal(places: TensorPlaces): boolean {
  const { bytes, layout, origin } = places
  const sparse = layout.graph
    .filter((field) => field.number === graphField.sparseInitializer)
    .map((field) => fromBinary(SparseTensorProtoSchema, contentOf(bytes, field)))
    .flatMap((tensor) => [tensor.values, tensor.indices].filter((part) => part !== undefined))
  const functionNodes = layout.model
    .filter((field) => field.number === modelField.functions)
    .flatMap((field) => fromBinary(FunctionProtoSchema, contentOf(bytes, field)).node)
  const inNodes = [...places.protos, ...functionNodes].flatMap(tensorsInside)
  const locations = [
    ...Array.from(places.initializers.values(), (constant) => constant.external).filter(
      (location) => location !== null
    ),
    ...[...sparse, ...inNodes]
      .filter((tensor) => tensor.dataLocation === TensorProto_DataLocation.EXTERNAL)
      .map(externalLocation)
  ]
  for (const location of locations) checkExternal(location, origin)
  return locations.length > 0
}
