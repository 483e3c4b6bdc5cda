interface FieldWords {
  title: string
  hint?: string
}

/** Names of the card's lines in a reader's words, by path without list positions. */
const words: Record<string, FieldWords> = {
  version: { title: 'Version of the card' },
  id: { title: 'Id', hint: 'Used in folders and tables.' },
  name: { title: 'Name' },
  architecture: { title: 'Architecture', hint: 'Models of one architecture count as training runs of each other.' },
  replicate: { title: 'Training run' },
  question: { title: 'Question it answers' },
  trainedOn: { title: 'Trained on' },
  notFor: { title: 'Not for' },
  licence: { title: 'Licence' },
  mode: { title: 'One input is' },
  'mode.kind': { title: 'One input is' },
  'mode.axis': { title: 'Slices along' },
  'mode.selection': { title: 'Which slices', hint: '"all", "middle", {"every": 3} or {"list": [10, 20]}' },
  'mode.aggregate': { title: 'Answer for the study' },
  'mode.size': { title: 'Patch size' },
  'mode.stride': { title: 'Patch step' },
  'mode.boxes': { title: 'Boxes', hint: 'A list of [x0, y0, x1, y1], for volumes [x0, y0, z0, x1, y1, z1].' },
  channels: { title: 'Channels come from' },
  'channels.kind': { title: 'Channels come from' },
  'channels.windows': { title: 'Windows' },
  'channels.windows.center': { title: 'Level' },
  'channels.windows.width': { title: 'Width' },
  'channels.count': { title: 'Neighbouring slices' },
  input: { title: 'Input' },
  'input.name': { title: 'Name in the file' },
  'input.layout': { title: 'Order of dimensions' },
  'input.size': { title: 'Size in pixels', hint: 'Height, width; for volumes depth, height, width.' },
  'input.channels': { title: 'Channels' },
  'input.values': { title: 'Values come from' },
  'input.values.from': { title: 'Values come from' },
  'input.values.low': { title: 'Lowest value' },
  'input.values.high': { title: 'Highest value' },
  'input.values.center': { title: 'Window level' },
  'input.values.width': { title: 'Window width' },
  'input.mean': { title: 'Mean', hint: 'One a channel; taken off after scaling to 0–1.' },
  'input.std': { title: 'Deviation', hint: 'One a channel; divided by after the mean.' },
  'input.range': { title: 'Range the model expects', hint: 'Lower, upper; after all of the above.' },
  'input.photometric': { title: 'Bright means' },
  'input.channelOrder': { title: 'Order of colours' },
  'input.orientation': { title: 'Orientation', hint: 'as-stored, or where the axes of a volume point, such as RAS.' },
  'input.spacingMm': { title: 'Pixel spacing, mm', hint: 'Empty: any. Volumes are resampled to it.' },
  'input.resize': { title: 'Other sizes are' },
  'input.interpolation': { title: 'Interpolation' },
  outputs: { title: 'Outputs' },
  'outputs.name': { title: 'Name in the file' },
  'outputs.kind': { title: 'The output is a' },
  'outputs.activation': { title: 'Made a probability by' },
  'outputs.labels': { title: 'Findings', hint: 'In the order of the outputs.' },
  'outputs.scores': { title: 'Scores of the boxes', hint: 'Of a detector: name of that output in the file.' },
  'outputs.classes': {
    title: 'Finding of each box',
    hint: 'Of a detector: name of that output in the file. Empty: all boxes are of one finding.'
  },
  'outputs.boxUnit': {
    title: 'Unit of the boxes',
    hint: 'Of a detector: pixels of the input, or shares of its width and height.'
  },
  'outputs.threshold': { title: 'Says yes from', hint: 'Probability, 0 to 1.' },
  targetLayers: { title: 'Layers for Grad-CAM' },
  'targetLayers.tensor': { title: 'Tensor' },
  'targetLayers.title': { title: 'Name' },
  'targetLayers.tokens': { title: 'Tokens' },
  'targetLayers.tokens.grid': { title: 'Grid of tokens', hint: 'Rows, columns.' },
  'targetLayers.tokens.drop': { title: 'Tokens before the grid', hint: 'Class and register tokens, left out.' },
  black: { title: 'Black as model input', hint: 'One a channel.' },
  white: { title: 'White as model input', hint: 'One a channel.' },
  otherInputs: { title: 'Other inputs', hint: 'Values of inputs that are not the image.' },
  background: {
    title: 'Background images',
    hint: 'NPY file beside the model, prepared inputs one a row, for expected gradients.'
  },
  cascade: { title: 'Stages for scrambling', hint: 'From the output to the stem.' },
  'cascade.name': { title: 'Stage' },
  'cascade.weights': { title: 'Weights' },
  performance: { title: 'Measured performance' },
  'performance.set': { title: 'Images' },
  'performance.n': { title: 'Number' },
  'performance.auc': { title: 'Area under the ROC curve' },
  'performance.accuracy': { title: 'Accuracy' },
  example: { title: 'Worked example' },
  'example.image': { title: 'Image' },
  'example.output': { title: 'Output' }
}

const plain = (path: string): string =>
  path
    .split('.')
    .filter((step) => !/^\d+$/u.test(step))
    .join('.')

/** True when the path has words of its own; a test asks it for every line of the schema. */
export const hasCardWords = (path: string): boolean => plain(path) in words

/** The name of a line: `outputs.0.labels` is "Findings". */
export const cardTitle = (path: string): string => words[plain(path)]?.title ?? (path === '' ? 'The card' : path)

/** A line under the field, where there is something to say. */
export const cardHint = (path: string): string | undefined => words[plain(path)]?.hint

/** Words for the values of choices; others are shown as they are. */
const choices: Record<string, string> = {
  'mode.kind:image': 'a whole image',
  'mode.kind:slice': 'each slice of a series',
  'mode.kind:volume': 'a whole volume',
  'mode.kind:patch': 'patches',
  'mode.kind:roi': 'boxes',
  'mode.aggregate:max': 'the highest of all parts',
  'mode.aggregate:mean': 'the mean of all parts',
  'channels.kind:copies': 'the same image copied',
  'channels.kind:windows': 'several windows',
  'channels.kind:adjacent': 'neighbouring slices',
  'input.values.from:range': 'a fixed range of values',
  'input.values.from:window': 'a window',
  'input.values.from:image': 'each image, from its darkest to its brightest',
  'input.values.from:none': 'the values as they are',
  'input.photometric:MONOCHROME1': 'dense tissue is dark (MONOCHROME1)',
  'input.photometric:MONOCHROME2': 'dense tissue is bright (MONOCHROME2)',
  'input.photometric:RGB': 'colour (RGB)',
  'input.resize:stretch': 'stretched',
  'input.resize:fit': 'fitted, with a border',
  'input.resize:cover': 'filled and cut',
  'input.resize:crop-pad': 'cut or padded, never scaled',
  'input.resize:none': 'refused',
  'outputs.kind:logit': 'logit',
  'outputs.kind:probability': 'probability',
  'outputs.kind:segmentation': 'map of the finding (localiser)',
  'outputs.activation:sigmoid': 'sigmoid, each finding on its own',
  'outputs.activation:softmax': 'softmax, one finding of several',
  'outputs.activation:none': 'nothing'
}

export const choiceTitle = (path: string, value: string): string => choices[`${plain(path)}:${value}`] ?? value
