import { expect, it } from 'vitest'
import { typedWindow } from '../../../src-renderer/viewport/grey-window'

const window = { center: 50, width: 100 }

it('moves the end that is typed, and pushes the other along when it is passed', () => {
  expect(typedWindow(window, 'lower', 20)).toEqual({ center: 60, width: 80 })
  expect(typedWindow(window, 'upper', 80)).toEqual({ center: 40, width: 80 })
  expect(typedWindow(window, 'lower', 300)).toEqual({ center: 350, width: 100 })
  expect(typedWindow(window, 'upper', -300)).toEqual({ center: -350, width: 100 })
  expect(typedWindow(window, 'level', 7)).toEqual({ center: 7, width: 100 })
  expect(typedWindow(window, 'width', 7)).toEqual({ center: 50, width: 7 })
})

it('is no window without a width, or of what is no number', () => {
  expect(typedWindow(window, 'width', 0)).toBeNull()
  expect(typedWindow(window, 'lower', Number.NaN)).toBeNull()
})
