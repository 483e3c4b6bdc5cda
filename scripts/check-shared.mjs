// Fails unless the whole shared set is there: without it the golden tests would only be skipped, and a green run would
// prove nothing. Usage: check-shared.mjs FOLDER
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const shared = process.argv[2]
const goldenNetworks = [
  'cnn3d_instnorm_prelu',
  'conv4fc3_3d_leaky',
  'conv5fc3_3d',
  'convnext',
  'densenet2d',
  'efficientnet',
  'groupnorm2d',
  'inception2d',
  'mobilenetv3',
  'resnet2d',
  'resnet3d',
  'swin',
  'vgg2d',
  'vit'
]

/** Names of what lacks, relative to the shared folder. */
function missingParts() {
  const index = join(shared, 'data', 'index.json')
  const golden = [
    ...goldenNetworks.map((name) => join('golden', name, 'case.json')),
    join('golden', 'metrics', 'metrics.json')
  ]
  const missing = [...golden, join('data', 'expected.json'), join('data', 'index.json')].filter(
    (part) => !existsSync(join(shared, part))
  )

  return existsSync(index) ? [...missing, ...shortSources(JSON.parse(readFileSync(index, 'utf8')))] : missing
}

/** Sources of real files that hold fewer files than the index says. */
function shortSources(index) {
  return Object.entries(index).flatMap(([source, { files }]) => {
    const folder = join(shared, 'data', source.replace('/', '+'))
    const found = existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
      : 0

    return found < files ? [`${join('data', source.replace('/', '+'))} (${found} of ${files} files)`] : []
  })
}

const missing = missingParts()

if (missing.length > 0) {
  console.error(
    `The shared set is not complete. Missing:\n  ${missing.join('\n  ')}\nSet SALISCOPE_SHARED to its folder.`
  )
  process.exitCode = 1
}
