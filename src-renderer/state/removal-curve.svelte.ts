import { SvelteMap } from 'svelte/reactivity'
import * as v from 'valibot'
import { RemovalPoint, type Filling, type RemovalScene } from '@shared/comparison'
import type { FaultReport } from '@shared/fault'
import { call } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { ranksOf, type RemovedShare } from '../viewport/removed-pixels'

/** Of the values that stand in for removed pixels, in bytes; for the filling that differs with every share. */
const FILLED_BUDGET = 96 * 1024 * 1024

/** Shares asked for, the coarse ones first: a rough curve is there soon. */
export function curvePercents(step: number): number[] {
  const all = Array.from({ length: 100 / step + 1 }, (_, index) => index * step)
  const rough = [0, 100, 50, 20, 10, 5, 30, 70].filter((percent) => all.includes(percent))

  return [...rough, ...all.filter((percent) => !rough.includes(percent))]
}

/** The random line is smooth: every fifth per cent is enough. */
const RANDOM_STEP = 5
/** Volumes cost more per answer: their line has a point every fifth per cent, and those in between are asked for when wanted. */
const VOLUME_STEP = 5

/** The answers of a model while the pixels of one map go, computed once; stopped at any time, and gone on with. */
export class RemovalCurve {
  scene = $state.raw<RemovalScene | null>(null)
  answers = new SvelteMap<number, number>()
  random = new SvelteMap<number, number>()
  running = $state(false)
  fault = $state.raw<FaultReport | null>(null)
  total = $state(0)
  #ranks: Uint32Array | null = null
  #filled = new SvelteMap<number, Float32Array>()
  #asking: number[] = []
  #stop: AbortController | null = null

  constructor(
    readonly mapId: string,
    readonly filling: Filling
  ) {}

  get done(): number {
    return Math.min(this.total, this.answers.size + this.random.size)
  }

  get complete(): boolean {
    return this.total > 0 && this.done >= this.total
  }

  /** Everything that is needed to show a share removed; null while it is not here. */
  shareOf(percent: number): RemovedShare | null {
    if (this.scene === null || this.#ranks === null) return null
    if (this.scene.filled !== null) return { scene: this.scene, ranks: this.#ranks, percent, filled: null }
    const filled = this.#filled.get(percent) ?? null

    return filled === null && percent > 0 ? null : { scene: this.scene, ranks: this.#ranks, percent, filled }
  }

  /** Computes what is missing of the curve. */
  async run(): Promise<void> {
    if (this.running || this.complete) return
    this.running = true
    this.fault = null
    const stop = (this.#stop = new AbortController())
    try {
      await this.#open(stop.signal)
      const step = (this.scene?.size[2] ?? 1) > 1 ? VOLUME_STEP : 1
      const along = curvePercents(step)
      const random = curvePercents(RANDOM_STEP)
      this.total = along.length + random.length
      // The rough lines of both first, so that one can be compared with the other from the start.
      const rough = along.slice(0, 8)
      await this.#ask('map', rough, stop.signal)
      await this.#ask('random', random.slice(0, 8), stop.signal)
      await this.#ask('map', along, stop.signal)
      await this.#ask('random', random, stop.signal)
    } catch (thrown) {
      const fault = toFaultReport(thrown)
      if (fault.code !== 'cancelled') this.fault = fault
    } finally {
      this.running = false
    }
  }

  stop(): void {
    this.#stop?.abort()
  }

  /** Asks for one share that the curve does not have, or whose picture was forgotten. */
  async want(percent: number): Promise<void> {
    const missing = !this.answers.has(percent) || this.shareOf(percent) === null
    if (this.scene === null || !missing || this.#asking.includes(percent)) return
    this.#asking = [...this.#asking, percent]
    try {
      const question = { mapId: this.mapId, filling: this.filling, percents: [percent], along: 'map' as const }
      await call('removal.answers', question, { onPartial: (value) => this.#take('map', value) })
    } catch (thrown) {
      this.fault = toFaultReport(thrown)
    } finally {
      this.#asking = this.#asking.filter((one) => one !== percent)
    }
  }

  async #open(signal: AbortSignal): Promise<void> {
    if (this.scene !== null) return
    const scene = await call('removal.scene', { mapId: this.mapId, filling: this.filling }, { signal })
    this.#ranks = ranksOf(scene.order)
    this.scene = scene
    this.answers.set(0, scene.before)
    this.random.set(0, scene.before)
  }

  async #ask(along: 'map' | 'random', percents: readonly number[], signal: AbortSignal): Promise<void> {
    const known = along === 'map' ? this.answers : this.random
    const missing = percents.filter((percent) => !known.has(percent))
    if (missing.length === 0) return
    const question = { mapId: this.mapId, filling: this.filling, percents: missing, along }
    await call('removal.answers', question, { signal, onPartial: (value) => this.#take(along, value) })
  }

  #take(along: 'map' | 'random', value: unknown): void {
    const point = v.safeParse(RemovalPoint, value)
    if (!point.success) return
    const { percent, answer, filled } = point.output
    if (along === 'random') return void this.random.set(percent, answer)
    this.answers.set(percent, answer)
    if (filled === null) return
    this.#filled.set(percent, filled)
    let bytes = [...this.#filled.values()].reduce((sum, one) => sum + one.byteLength, 0)
    for (const [other, one] of [...this.#filled]) {
      if (bytes <= FILLED_BUDGET) return
      if (other === percent) continue
      bytes -= one.byteLength
      this.#filled.delete(other)
    }
  }
}
