import { describe, expect, it } from 'vitest'
import { Fault } from '@engine/fault'
import { quietJob } from '@engine/job'
import { automaticProviders } from '@engine/runtime/automatic-providers'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { Provider } from '@engine/runtime/messages'
import { chooseProvider, compareTrials, type Trial } from '@engine/runtime/provider-choice'
import { tensor } from '@engine/tensor/tensor'

const row = (...values: number[]): Trial['scores'] => tensor(Float32Array.from(values), [1, values.length])
const trial = (gradient: number[], more: Partial<Trial> = {}): Trial => ({
  scores: row(1, 2),
  results: [row(...gradient)],
  nearby: [row(...gradient)],
  seconds: 1,
  ...more
})
const crashed = 'crashed (memory access error)'

/** A machine on which every provider answers with the given trial, fault or crash. */
function machine(answers: Partial<Record<Provider, Trial | Fault | 'crash'>>): {
  host: InferenceHost
  tried: Provider[]
  run(provider: Provider): Promise<Trial>
} {
  const tried: Provider[] = []
  const unusable = new Map<Provider, string>()
  const backends = Object.keys(answers).map((name) => ({ name, bundled: true }))
  const host = { unusable, backends: () => Promise.resolve(backends) } as unknown as InferenceHost
  return {
    host,
    tried,
    run(provider) {
      tried.push(provider)
      const answer = answers[provider]
      if (answer === 'crash') {
        unusable.set(provider, crashed)
        return Promise.reject(new Fault('inference-failed', 'The computation of m crashed, also after a restart.'))
      }
      return answer instanceof Fault || answer === undefined
        ? Promise.reject(answer ?? new Fault('internal', 'not there'))
        : Promise.resolve(answer)
    }
  }
}

function choose(
  requested: Provider | 'auto',
  { host, run }: ReturnType<typeof machine>,
  automatic: Provider[] = []
): ReturnType<typeof chooseProvider> {
  return chooseProvider(requested, run, { host, job: quietJob(), automatic })
}

describe('a named provider', () => {
  it('is used when its results are the CPU’s', async () => {
    const here = machine({ cpu: trial([3, 4]), cuda: trial([3, 4.001], { seconds: 9 }) })
    const record = await choose('cuda', here)
    expect(record).toMatchObject({ requested: 'cuda', used: 'cuda', reason: null })
    expect(record.difference).toBeCloseTo(0.001 / 5, 6)
  })

  it('is not used when its gradient is another', async () => {
    const record = await choose('webgpu', machine({ cpu: trial([3, 4]), webgpu: trial([3, 4.5]) }))
    expect(record.used).toBe('cpu')
    expect(record.reason).toBe(
      'webgpu gives other results than the CPU (1.0e-1 of the norm, 1.0e-3 allowed); the CPU is used.'
    )
  })

  it('is not used when its scores are others, however noisy the gradient is', async () => {
    const noisy = trial([3, 4], { nearby: [row(4, 3)] })
    const record = await choose('webgpu', machine({ cpu: noisy, webgpu: { ...noisy, scores: row(1, 2.1) } }))
    expect(record.used).toBe('cpu')
  })

  it('is not used when something is not finite', async () => {
    const record = await choose('dml', machine({ cpu: trial([3, 4]), dml: trial([3, NaN]) }))
    expect(record).toMatchObject({ used: 'cpu', difference: Infinity })
  })

  it('says why it does not start, and does not try what is not in the build', async () => {
    const broken = machine({ cpu: trial([1]), cuda: new Fault('bad-model', 'libcublas.so.13 is missing.') })
    expect((await choose('cuda', broken)).reason).toBe(
      'cuda does not work here (libcublas.so.13 is missing); the CPU is used.'
    )
    const absent = machine({ cpu: trial([1]) })
    expect((await choose('coreml', absent)).reason).toMatch(/^coreml is not part of .+; the CPU is used\.$/)
    expect(absent.tried).toEqual([])
  })

  it('that crashes is named and not tried again in this session', async () => {
    const here = machine({ cpu: trial([1]), webgpu: 'crash' })
    expect((await choose('webgpu', here)).reason).toBe(
      `webgpu ended the computation (it ${crashed}) and stays off in this session; the CPU is used.`
    )
    expect((await choose('webgpu', here)).reason).toBe(
      `webgpu ended the computation earlier in this session (it ${crashed}); the CPU is used.`
    )
    expect(here.tried).toEqual(['cpu', 'webgpu'])
  })

  it('lets a cancelled trial through', async () => {
    const here = machine({ cpu: trial([1]), webgpu: new Fault('cancelled', 'Stopped on request.') })
    await expect(choose('webgpu', here)).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('auto', () => {
  it('is the CPU, untried, where there is nothing else', async () => {
    const here = machine({ cpu: trial([1]), webgpu: trial([1]) })
    expect(await choose('auto', here)).toEqual({ requested: 'auto', used: 'cpu', reason: null, difference: null })
    expect(here.tried).toEqual([])
  })

  it('takes the first that agrees and is faster', async () => {
    const here = machine({
      cpu: trial([3, 4]),
      cuda: new Fault('bad-model', 'no device'),
      webgpu: trial([3, 4], { seconds: 0.1 })
    })
    expect(await choose('auto', here, ['cuda', 'webgpu'])).toEqual({
      requested: 'auto',
      used: 'webgpu',
      reason: 'cuda does not work here (no device); webgpu is used.',
      difference: 0
    })
  })

  it('stays on the CPU when that is faster, and says so', async () => {
    const here = machine({ cpu: trial([3, 4], { seconds: 0.03 }), webgpu: trial([3, 4], { seconds: 0.52 }) })
    const record = await choose('auto', here, ['webgpu'])
    expect(record.used).toBe('cpu')
    expect(record.reason).toBe(
      'webgpu is slower than the CPU on this model (0.52 s a pass against 0.030 s); the CPU is used.'
    )
  })
})

describe('what a difference may be', () => {
  it('is three times what a rounding error does to the CPU’s own gradient, at most a tenth', () => {
    const kinked = trial([3, 4], { nearby: [row(3, 4.02)] })
    expect(compareTrials(trial([3, 4.05]), kinked).allowed).toBeCloseTo((3 * 0.02) / 5, 5)
    expect(compareTrials(trial([3, 4.05]), trial([3, 4], { nearby: [row(4, 3)] })).allowed).toBe(0.1)
    expect(compareTrials(trial([3, 4]), trial([3, 4])).allowed).toBe(1e-3)
  })
})

describe('what auto tries', () => {
  const tries = (platform: string, devices: string[] = [], cuda = false): Provider[] =>
    automaticProviders({ platform, devices, cuda })

  it('needs a graphics processor on Linux: software drivers are slower than the CPU', () => {
    expect(tries('linux', ['null', 'card0'])).toEqual([])
    expect(tries('linux', ['renderD128'], true)).toEqual(['webgpu'])
    expect(tries('linux', ['nvidia0', 'renderD128'])).toEqual(['webgpu'])
    expect(tries('linux', ['nvidia0'], true)).toEqual(['cuda', 'webgpu'])
    expect(tries('linux', ['dxg'], true)).toEqual(['cuda', 'webgpu'])
  })

  it('starts with the vendor-neutral provider elsewhere', () => {
    expect(tries('win32')).toEqual(['dml', 'webgpu'])
    expect(tries('darwin')).toEqual(['webgpu'])
  })
})
