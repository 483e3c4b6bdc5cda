import { beforeEach, expect, it } from 'vitest'
import { settings } from '../../../src-renderer/state/settings.svelte'
import { thumbnail } from '../../../src-renderer/state/thumbnails'
import { FakeEngine } from '../fake-port'

/** A slice as many NIfTI files store it: feet of the picture at the patient's front, the left of the patient on the left. */
const letters = { left: 'L', right: 'R', top: 'P', bottom: 'A' }
let asked = 0

beforeEach(() => {
  settings.sides = 'radiological'
  asked = 0
  new FakeEngine({
    'image.thumbnail': ({ caseId }) => {
      asked++

      return {
        width: 3,
        height: 1,
        grey: Uint8Array.of(1, 2, 3),
        letters,
        slices: caseId.startsWith('volume') ? 140 : 1
      }
    }
  })
})

it('shows the picture of a volume as View does: the right of the patient on the left, the front at the top', async () => {
  const { letters: edges, grey } = await thumbnail('volume-1', 64).picture
  expect(edges).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
  expect([...grey]).toEqual([3, 2, 1])
})

it('follows the setting for sides, and leaves single pictures as they were stored', async () => {
  await thumbnail('volume-2', 64).picture
  settings.sides = 'stored'
  expect([...(await thumbnail('volume-2', 64).picture).grey]).toEqual([1, 2, 3])
  expect(asked).toBe(2)
  settings.sides = 'radiological'
  expect([...(await thumbnail('picture', 64).picture).grey]).toEqual([1, 2, 3])
})
