import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gradientTask } from './model-tasks'
import type { Task } from './task'

/** Convolutional networks and transformers of torchvision whose gradient is compared with torch's. */
export const zooNetworks = {
  convolutional: [
    'resnet18',
    'resnet50',
    'densenet121',
    'inception_v3',
    'vgg11',
    'mobilenet_v3_large',
    'efficientnet_b0',
    'convnext_tiny'
  ],
  transformers: ['vit_b_16', 'swin_t']
} as const

/** Batch 1 and 8 of every network that has a file in the folder, written by tools/zoo/export_full_size.py. */
export function zooTasks(folder: string): Task[] {
  const names = [...zooNetworks.convolutional, ...zooNetworks.transformers]
  return names.flatMap((name) => {
    const path = join(folder, `${name}.onnx`)
    if (!existsSync(path)) return []
    const network = { name, file: () => readFileSync(path) }
    return [gradientTask(network, 1), gradientTask(network, 8)]
  })
}

const group = (names: readonly string[], batch: number): ((id: string) => boolean) => {
  const ids = new Set(names.map((name) => `gradient-${name}-b${batch}`))
  return (id) => ids.has(id)
}

/** The ratios that are averaged together. */
export const ratioGroups: Readonly<Record<string, (id: string) => boolean>> = {
  'convolutional networks, batch 1': group(zooNetworks.convolutional, 1),
  'convolutional networks, batch 8': group(zooNetworks.convolutional, 8),
  'transformers, batch 1': group(zooNetworks.transformers, 1),
  'transformers, batch 8': group(zooNetworks.transformers, 8)
}
