import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { CaseSummary } from '@shared/vocabulary'
import { parseFilter, passes, type CaseFacts } from '../../../src-renderer/state/worklist-filter'
import { nextSorting, sorted } from '../../../src-renderer/state/worklist-sort'
import { settled } from '../fake-port'

const facts = (words: string, states: string[] = [], answer: number | null = null): CaseFacts =>
  ({ words, states: new Set(states), answer }) as CaseFacts
const found = (filter: string, one: CaseFacts): boolean => passes(parseFilter(filter), one)

describe('the filter', () => {
  const outlined = facts('chest pa outlined done', ['outlined', 'done'], 0.93)
  const bare = facts('chest ap not outlined to do', ['not outlined', 'to do', 'no finding'])

  it('knows states, so that a word of a state does not find its opposite', () => {
    expect([found('outlined', outlined), found('outlined', bare)]).toEqual([true, false])
    expect([found('not outlined', outlined), found('not outlined', bare)]).toEqual([false, true])
    expect([found('done', outlined), found('done', bare)]).toEqual([true, false])
    expect([found('to do', outlined), found('TO   do', bare)]).toEqual([false, true])
  })

  it('takes letters of words, words in quotes, and limits of the answer', () => {
    expect([found('che', outlined), found('"chest pa"', outlined), found('"chest pa"', bare)]).toEqual([
      true,
      true,
      false
    ])
    expect([found('>0.9', outlined), found('<0.9', outlined), found('>0.1', bare)]).toEqual([true, false, false])
    expect(found('chest done >0.9 <0.95', outlined)).toBe(true)
    // While a limit is typed nothing disappears.
    expect(found('>', bare)).toBe(true)
    expect(found('', bare)).toBe(true)
  })
})

describe('sorting', () => {
  it('counts in names, keeps equals in their order, and puts what is not known last either way', () => {
    const names = ['Case 10', 'case 2', '', 'Case 1']
    expect(sorted(names, (name) => name, 'up')).toEqual(['Case 1', 'case 2', 'Case 10', ''])
    expect(sorted(names, (name) => name, 'down')).toEqual(['Case 10', 'case 2', 'Case 1', ''])
    const answers = [
      { at: 0, p: 0.2 },
      { at: 1, p: null },
      { at: 2, p: 0.9 },
      { at: 3, p: 0.2 }
    ]
    expect(sorted(answers, ({ p }) => p, 'down').map(({ at }) => at)).toEqual([2, 0, 3, 1])
  })

  it('goes round: sorted, the other way, the order of the list', () => {
    const once = nextSorting(null, 'answer')
    expect(once).toEqual({ column: 'answer', direction: 'down' })
    const twice = nextSorting(once, 'answer')
    expect(twice).toEqual({ column: 'answer', direction: 'up' })
    expect(nextSorting(twice, 'answer')).toBeNull()
    expect(nextSorting(once, 'name')).toEqual({ column: 'name', direction: 'up' })
  })
})

const aCase = (number: number, change: Partial<CaseSummary> = {}): CaseSummary => ({
  caseId: `case:${number}`,
  title: `Patient ${number}`,
  subtitle: '',
  modality: 'CT',
  date: null,
  label: null,
  size: [64, 64, 1],
  spacingMm: null,
  study: null,
  part: null,
  attached: [],
  source: 'own',
  masks: number % 2,
  cues: 0,
  variants: [],
  warnings: [],
  ...change
})

describe('the way from case to case', () => {
  const modules = async () => {
    vi.stubGlobal('window', {})
    vi.resetModules()
    const { FakeEngine } = await import('../fake-port')
    const { session } = await import('../../../src-renderer/state/session.svelte')
    const { studies } = await import('../../../src-renderer/state/studies.svelte')
    const { caseSteps } = await import('../../../src-renderer/state/case-steps.svelte')
    const { worklist } = await import('../../../src-renderer/state/worklist.svelte')

    return { FakeEngine, session, studies, caseSteps, worklist }
  }
  let here: Awaited<ReturnType<typeof modules>>
  beforeEach(async () => {
    here = await modules()
    here.session.cases = [1, 2, 10, 3, 4].map((number) => aCase(number))
    here.session.currentCaseId = 'case:1'
  })

  it('goes through all open cases and stops at both ends', () => {
    const { session, caseSteps } = here
    caseSteps.step(-1)
    expect(session.currentCaseId).toBe('case:1')
    for (let step = 0; step < 9; step++) caseSteps.step(1)
    expect([session.currentCaseId, caseSteps.at, caseSteps.narrowed]).toEqual(['case:4', 4, false])
  })

  it('follows the list as it is filtered and sorted', () => {
    const { session, studies, caseSteps } = here
    studies.sortBy('name')
    caseSteps.step(1)
    caseSteps.step(1)
    caseSteps.step(1)
    caseSteps.step(1)
    expect(session.currentCaseId).toBe('case:10')
    studies.filter = 'outlined'
    // Case 10 is not listed: the way is through all of them until one of the listed is shown.
    expect(caseSteps.cases).toHaveLength(5)
    session.currentCaseId = 'case:1'
    expect([caseSteps.cases.map(({ caseId }) => caseId), caseSteps.narrowed]).toEqual([['case:1', 'case:3'], true])
    caseSteps.step(1)
    expect(session.currentCaseId).toBe('case:3')
  })

  it('does not lose its way when a case leaves the filter by being read', () => {
    const { session, studies, caseSteps } = here
    studies.filter = 'not outlined'
    session.currentCaseId = 'case:2'
    caseSteps.begin()
    session.cases = session.cases.map((one) => (one.caseId === 'case:2' ? { ...one, masks: 1 } : one))
    expect(studies.visible.map(({ caseId }) => caseId)).toEqual(['case:10', 'case:4'])
    caseSteps.step(1)
    expect(session.currentCaseId).toBe('case:10')
  })

  it('keeps rows in place while answers arrive, and sorts by them when all are there', async () => {
    const { session, studies, worklist, FakeEngine } = here
    const model = { modelId: 'm', name: 'Model', card: {} } as unknown as (typeof session.models)[number]
    session.models = [model]
    session.currentModelId = 'm'
    const logits: Record<string, number> = { 'case:1': 0.3, 'case:2': 0.9, 'case:10': 0.1, 'case:3': 0.5 }
    const engine = new FakeEngine({
      'doctor.check': () => [],
      'prediction.read': ({ caseId }) =>
        caseId in logits
          ? {
              ...{ caseId, modelId: 'm', labels: ['opacity'], logits: [0], threshold: 0.5, predicted: 0 },
              ...{ probabilities: [logits[caseId]], aggregate: null, perSlice: [], seconds: 0 }
            }
          : Promise.reject({ code: 'bad-parameter', message: 'It is too small.' })
    })
    const order = (): string => studies.visible.map(({ caseId }) => caseId.slice(5)).join(' ')
    studies.sortBy('answer')
    expect(order()).toBe('1 2 10 3 4')
    const asking = worklist.ask(studies.visible.map(({ caseId }) => caseId))
    expect(worklist.asking).toEqual({ done: 0, total: 5 })
    await asking
    expect([worklist.asking, order()]).toEqual([null, '1 2 10 3 4'])
    studies.sortAgain()
    expect(order()).toBe('2 3 1 10 4')
    expect(worklist.answerOf('case:4')).toBeNull()
    studies.filter = '>0.4'
    expect(order()).toBe('2 3')

    // Nobody is asked twice.
    const asked = engine.asked.length
    await worklist.ask(session.rows.map(({ caseId }) => caseId))
    await settled()
    expect(engine.asked).toHaveLength(asked)
  })
})

describe('thumbnails', () => {
  it('come newest first, and what was scrolled past is never asked for', async () => {
    vi.resetModules()
    const { FakeEngine } = await import('../fake-port')
    const { thumbnail } = await import('../../../src-renderer/state/thumbnails')
    const asked: string[] = []
    const letters = { left: '', right: '', top: '', bottom: '' }
    const plain = { width: 1, height: 1, grey: new Uint8Array(1), letters, slices: 1 }
    const gates: (() => void)[] = []
    new FakeEngine({
      'image.thumbnail': ({ caseId }) => {
        asked.push(caseId)

        return new Promise((resolve) => gates.push(() => resolve(plain)))
      }
    })
    const wishes = Array.from({ length: 50 }, (_, index) => thumbnail(`c${index}`, 64))
    for (const { release } of wishes.slice(0, 45)) release()
    await settled()
    expect(asked).toEqual(['c49', 'c48', 'c47'])
    for (let round = 0; round < 5; round++) {
      gates.splice(0).forEach((open) => open())
      await settled()
    }
    expect(asked).toEqual(['c49', 'c48', 'c47', 'c46', 'c45'])
    expect(await wishes[46].picture).toMatchObject({ width: 1 })
  })
})
