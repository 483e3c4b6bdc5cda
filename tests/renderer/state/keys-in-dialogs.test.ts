import { afterEach, expect, it, vi } from 'vitest'
import { keyDown, registerKeys } from '../../../src-renderer/state/keys.svelte'

/** A control somewhere in the window, inside a dialog or not. */
class Control {
  constructor(private readonly around: string) {}
  matches(): boolean {
    return false
  }
  closest(selectors: string): Control | null {
    return selectors.split(',').includes(this.around) ? this : null
  }
}

afterEach(() => vi.unstubAllGlobals())

it('takes back nothing behind an open dialog', () => {
  vi.stubGlobal('Element', Control)
  const seen: string[] = []
  const stop = registerKeys('everywhere', { undo: () => seen.push('undo'), redo: () => seen.push('redo') })
  const press = (around: string, shiftKey: boolean): void =>
    keyDown({
      ...{ key: shiftKey ? 'Z' : 'z', code: 'KeyZ', ctrlKey: true, metaKey: false, altKey: false, shiftKey },
      ...{ target: new Control(around), preventDefault: () => undefined }
    } as unknown as KeyboardEvent)
  press('[role=dialog]', false)
  press('[role=dialog]', true)
  expect(seen).toEqual([])
  press('main', false)
  press('main', true)
  expect(seen).toEqual(['undo', 'redo'])
  stop()
})
