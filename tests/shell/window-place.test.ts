import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { placeOnScreen, readPlace, writePlace } from '../../src-main/shell/window-place'

const display = { x: 0, y: 0, width: 1920, height: 1080 }
const saved = { bounds: { x: 100, y: 80, width: 1200, height: 800 }, maximised: false }

describe('placeOnScreen', () => {
  it('keeps a place that a display still shows', () => {
    expect(placeOnScreen(saved, [display])).toEqual(saved)
  })

  it('drops the position of a display that is gone, and keeps the size', () => {
    const elsewhere = { ...saved, bounds: { ...saved.bounds, x: 2500 } }

    expect(placeOnScreen(elsewhere, [display]).bounds).toEqual({ width: 1200, height: 800 })
    expect(placeOnScreen(elsewhere, [display, { ...display, x: 1920 }]).bounds).toEqual(elsewhere.bounds)
  })

  it('never opens larger than the largest display', () => {
    const small = { x: 0, y: 0, width: 1280, height: 720 }

    expect(placeOnScreen(undefined, [small]).bounds).toEqual({ width: 1280, height: 720 })
    expect(placeOnScreen({ ...saved, maximised: true }, [small])).toEqual({
      bounds: { x: 100, y: 80, width: 1200, height: 720 },
      maximised: true
    })
  })
})

describe('the remembered place', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'place-'))
  })
  afterEach(() => {
    chmodSync(folder, 0o700)
    rmSync(folder, { recursive: true })
  })

  it('comes back as it was written', () => {
    expect(readPlace(folder)).toBeUndefined()
    writePlace(folder, saved)
    expect(readPlace(folder)).toEqual(saved)
  })

  it('is forgotten when the file is broken', () => {
    writeFileSync(join(folder, 'window.json'), '{"bounds": {"x": "left"}}')
    expect(readPlace(folder)).toBeUndefined()
  })

  it('does not matter when it cannot be written', () => {
    expect(() => writePlace(join(folder, 'window.json', 'not-a-folder'), saved)).not.toThrow()
    writeFileSync(join(folder, 'file'), '')
    expect(() => writePlace(join(folder, 'file'), saved)).not.toThrow()
  })
})
