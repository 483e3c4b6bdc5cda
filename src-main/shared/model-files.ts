/** A trained model in a form that is not ONNX, told by its first bytes. */
export interface ForeignModel {
  /** What it is, with its article: "a PyTorch checkpoint". */
  readonly text: string
  /** How to make an ONNX file of it. */
  readonly recipe: string
}

const torchRecipe =
  'Export it where it was trained: model.eval(); torch.onnx.export(model, torch.zeros(1, 3, 224, 224), "model.onnx", opset_version=17, ' +
  'input_names=["x"], output_names=["y"], dynamic_axes={"x": {0: "n"}, "y": {0: "n"}}), with the input shape of your model. ' +
  'Checkpoints are never unpickled here: a pickle can run any program.'
const kerasRecipe =
  'Convert it where it was trained: pip install tf2onnx; model = keras.models.load_model(FILE); ' +
  'tf2onnx.convert.from_keras(model, opset=17, output_path="model.onnx").'
const savedModelRecipe =
  'Convert its folder: python -m tf2onnx.convert --saved-model FOLDER --opset 17 --output model.onnx.'
const graphDefRecipe =
  'Convert it: python -m tf2onnx.convert --graphdef FILE --inputs x:0 --outputs y:0 --opset 17 --output model.onnx.'
const liteRecipe = 'Convert it: python -m tf2onnx.convert --tflite FILE --opset 17 --output model.onnx.'
const weightsRecipe = `It holds weights without a network. Load them into the model's code first. ${torchRecipe}`

/** How to convert a TensorFlow SavedModel, which is a folder. */
export const savedModelHint = savedModelRecipe

const zipStart = [0x50, 0x4b, 0x03, 0x04]

/**
 * Recognises trained models of other programs by content, never by name; null for everything else. Nothing is unpacked or unpickled.
 * `head`: the first 4096 bytes or fewer.
 */
export function foreignModel(head: Uint8Array): ForeignModel | null {
  const text = Array.from(head.subarray(0, 4096), (byte) => String.fromCharCode(byte)).join('')
  const starts = (...bytes: readonly number[]): boolean => bytes.every((byte, index) => head[index] === byte)
  if (starts(...zipStart)) return zippedModel(text)
  if (isPickle(head, text)) return { text: 'a Python pickle (an old PyTorch checkpoint)', recipe: torchRecipe }
  if (starts(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a)) {
    return { text: 'an HDF5 file (a Keras model or weights)', recipe: kerasRecipe }
  }
  if (text.slice(4, 8) === 'TFL3') return { text: 'a TensorFlow Lite model', recipe: liteRecipe }
  // Eight bytes of length, then a JSON header.
  if (head.length > 9 && head[6] === 0 && head[7] === 0 && /^\{\s*["}]/.test(text.slice(8))) {
    return { text: 'a safetensors file', recipe: weightsRecipe }
  }
  if (text.startsWith('GGUF')) return { text: 'a GGUF model', recipe: weightsRecipe }
  return tensorFlowGraph(head, text)
}

/** Names of the first files in the archive; zip repeats them in plain before each. */
function zippedModel(text: string): ForeignModel | null {
  if (/[/\\](data\.pkl|constants\.pkl|\.format_version|byteorder|version)|\.pkl/.test(text))
    return { text: 'a PyTorch checkpoint', recipe: torchRecipe }
  if (/model\.weights\.h5|keras_version|config\.json/.test(text)) return { text: 'a Keras model', recipe: kerasRecipe }
  if (/saved_model\.pb/.test(text)) return { text: 'a zipped TensorFlow SavedModel', recipe: savedModelRecipe }
  return null
}

/** Protocol 2 to 5 says so in its first byte; 0 and 1 begin with the opcodes of a name, a tuple, a list or a dictionary. */
function isPickle(head: Uint8Array, text: string): boolean {
  if (head[0] === 0x80 && head[1] >= 2 && head[1] <= 5) return true
  return /^(c(__builtin__|builtins|copy_?reg|collections|torch[\w.]*|numpy[\w.]*|sklearn[\w.]*)\n|\((dp|lp)\d*\n)/.test(
    text
  )
}

const tensorFlowOps = ['Placeholder', 'VarHandleOp', 'AssignVariableOp', 'ReadVariableOp', 'NoOp', 'Const']

/** protobuf has no signature: names of ops that every graph of TensorFlow has, each with its length in the byte before. */
function tensorFlowGraph(head: Uint8Array, text: string): ForeignModel | null {
  const named = (where: string): boolean =>
    tensorFlowOps.some((op) => where.includes(String.fromCharCode(0x12, op.length) + op))
  const listed = (op: string): boolean => text.includes(String.fromCharCode(0x0a, op.length) + op)
  if (head[0] === 0x08 && head[1] === 1 && head[2] === 0x12 && (named(text) || tensorFlowOps.slice(0, 3).some(listed)))
    return { text: 'a TensorFlow SavedModel', recipe: savedModelRecipe }
  if (head[0] === 0x0a && named(text.slice(0, 256))) return { text: 'a TensorFlow graph', recipe: graphDefRecipe }
  return null
}
