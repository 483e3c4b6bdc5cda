import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileBackward } from '@engine/compiler/compile'
import { findLogits, scoreOutput } from '@engine/graph/logits'
import { openModel } from '@engine/graph/open'
import { probeModel } from '@engine/graph/probe'
import { readArray } from './golden-array'
import { float32, openSession, runModel, runSession } from './gradcheck-ort'

/** What `tools/zoo/export.py` says about the network as it is or about its smooth twin. */
interface ExportedVariant {
  readonly exporter: string
  readonly opset: number
  /** What exporters tried before said. */
  readonly failed: Readonly<Record<string, string>>
  /** The output explained, one per row. */
  readonly classes: readonly number[]
  readonly distances: Omit<Distances, 'ours'>
}

/** `about.json` of one exported architecture. */
export interface ExportedArchitecture {
  readonly name: string
  readonly size: readonly number[]
  readonly weights: number
  readonly versions: Readonly<Record<string, string>>
  readonly plain: ExportedVariant
  readonly smooth: ExportedVariant
}

/** How far float32 gradients are from torch's float64 gradient. */
export interface Distances {
  readonly ours: number
  readonly torch: number
  /** The largest of several of torch's, all equally good: other kernels, images moved by a unit in the last place. */
  readonly torchLargest: number
  readonly roundings: number
}

/** One line of the committed list. */
export interface ZooResult {
  readonly name: string
  readonly size: readonly number[]
  readonly weights: number
  /** By variant: the exporter that wrote it, and its operator set. */
  readonly exporters: Readonly<Record<'plain' | 'smooth', { readonly exporter: string; readonly opset: number }>>
  /** What an exporter said that could not. */
  readonly failed: Readonly<Record<string, string>>
  /** Nodes of the network as it is, and the operators of both. */
  readonly nodes: number
  readonly operators: readonly string[]
  /** Smooth twin: largest difference ÷ largest reference value. */
  readonly smooth: Distances
  /** The network as it is: l2 of the difference ÷ l2 of the reference. */
  readonly plain: Distances
}

/** The committed list. */
export interface ZooList {
  readonly versions: Readonly<Record<string, string>>
  readonly results: readonly ZooResult[]
}

/** Largest error of the smooth twin, and largest multiple of torch's own float32 error on the network as it is. */
export const zooLimits = { smooth: 1e-4, timesTorch: 3 }

/** Our error on the network as it is, in multiples of torch's own. */
export function timesTorch({ plain }: Pick<ZooResult, 'plain'>): number {
  return plain.ours / plain.torchLargest
}

type Values = ArrayLike<number>

/** Largest absolute difference relative to the largest reference value. */
export function relativeMaximum(found: Values, reference: Values): number {
  let [worst, largest] = [0, 0]
  for (let index = 0; index < reference.length; index++) {
    worst = Math.max(worst, Math.abs(found[index] - reference[index]))
    largest = Math.max(largest, Math.abs(reference[index]))
  }
  return worst / largest
}

/** Euclidean norm of the difference relative to that of the reference. */
export function relativeNorm(found: Values, reference: Values): number {
  let [difference, total] = [0, 0]
  for (let index = 0; index < reference.length; index++) {
    difference += (found[index] - reference[index]) ** 2
    total += reference[index] ** 2
  }
  return Math.sqrt(difference / total)
}

interface CompiledGradient {
  readonly gradient: Values
  readonly nodes: number
  readonly operators: readonly string[]
}

async function gradientOf(folder: string, variant: string, classes: readonly number[]): Promise<CompiledGradient> {
  const model = await probeModel(openModel(join(folder, `${variant}.onnx`)), runModel)
  const input = model.inputs[0].name
  const of = findLogits(model, scoreOutput(model) ?? '').tensor
  const compiled = compileBackward({ model, of, wrt: [input], composite: 'gradient', target: 'cpu' })
  const images = readArray(join(folder, 'images.npy'))
  const outputs = model.shapes.get(of)?.at(-1)?.fixed ?? 0
  const start = new Float32Array(classes.length * outputs)
  for (const [row, label] of classes.entries()) start[row * outputs + label] = 1
  const session = await openSession(compiled.source)
  try {
    const feeds = {
      [input]: float32(images.values as Float32Array, images.shape),
      [compiled.startInput]: float32(start, [classes.length, outputs])
    }
    const name = compiled.outputs.gradients[input]
    const found = await runSession(session, feeds, [name])
    const operators = [...new Set(model.nodes.map(({ opType }) => opType))].sort()
    return { gradient: found[name].data as Float32Array, nodes: model.nodes.length, operators }
  } finally {
    await session.release()
  }
}

async function measureVariant(
  folder: string,
  variant: 'plain' | 'smooth',
  about: ExportedArchitecture
): Promise<{ distances: Distances; compiled: CompiledGradient }> {
  const distance = variant === 'smooth' ? relativeMaximum : relativeNorm
  const reference = readArray(join(folder, `${variant}.gradient.npy`)).values
  const compiled = await gradientOf(folder, variant, about[variant].classes)
  return { distances: { ours: distance(compiled.gradient, reference), ...about[variant].distances }, compiled }
}

export function readExported(folder: string): ExportedArchitecture {
  return JSON.parse(readFileSync(join(folder, 'about.json'), 'utf8')) as ExportedArchitecture
}

/** Compares our gradients with torch's for a folder written by `tools/zoo/export.py`. */
export async function measureExported(folder: string): Promise<ZooResult> {
  const about = readExported(folder)
  const { name, size, weights, plain, smooth } = about
  const asItIs = await measureVariant(folder, 'plain', about)
  const twin = await measureVariant(folder, 'smooth', about)
  return {
    name,
    size,
    weights,
    exporters: {
      plain: { exporter: plain.exporter, opset: plain.opset },
      smooth: { exporter: smooth.exporter, opset: smooth.opset }
    },
    failed: { ...plain.failed, ...smooth.failed },
    nodes: asItIs.compiled.nodes,
    operators: [...new Set([...asItIs.compiled.operators, ...twin.compiled.operators])].sort(),
    smooth: twin.distances,
    plain: asItIs.distances
  }
}
