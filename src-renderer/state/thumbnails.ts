import type { Thumbnail } from '@shared/thumbnail'
import { call } from '../engine/client'
import { isUpright, turnedLetters } from '../viewport/turn'
import { turnedPlane } from '../viewport/turned-panel'
import { settings } from './settings.svelte'
import { usualTurn } from './usual-turn'

/** Pictures kept, in bytes; the oldest leave first. */
const BUDGET = 48 * 1024 * 1024
/** Asked for at once: the newest wish goes first, so that what is on the screen now is not behind what was scrolled past. */
const AT_ONCE = 3

interface Wish {
  readonly caseId: string
  readonly edge: number
  takers: number
  readonly picture: Promise<Thumbnail>
  settle(picture: Promise<Thumbnail>): void
}

const kept = new Map<string, Promise<Thumbnail>>()
const sizes = new Map<string, number>()
const waiting = new Map<string, Wish>()
let running = 0
let bytes = 0

/** A small grey picture of a case, longest edge as asked; a volume stands the usual way round, as in View. `release` takes a wish back that was not begun yet. */
export function thumbnail(caseId: string, edge: number): { picture: Promise<Thumbnail>; release: () => void } {
  const key = `${edge} ${settings.sides} ${caseId}`
  const known = kept.get(key)
  if (known !== undefined) return { picture: known, release: () => undefined }

  const wish = waiting.get(key) ?? newWish(caseId, edge)
  wish.takers += 1
  waiting.delete(key)
  waiting.set(key, wish)
  queueMicrotask(next)

  return {
    picture: wish.picture,
    release: () => {
      wish.takers -= 1
      if (wish.takers === 0 && waiting.get(key) === wish) waiting.delete(key)
    }
  }
}

function newWish(caseId: string, edge: number): Wish {
  let settle: Wish['settle'] = () => undefined
  const picture = new Promise<Thumbnail>((resolve) => (settle = resolve))

  return { caseId, edge, takers: 0, picture, settle }
}

function next(): void {
  const newest = [...waiting].at(-1)
  if (running >= AT_ONCE || newest === undefined) return
  const [key, wish] = newest
  waiting.delete(key)
  running += 1
  const made = call('image.thumbnail', { caseId: wish.caseId, edge: wish.edge }).then(turned)
  kept.set(key, made)
  wish.settle(made)
  made
    .then((picture) => keep(key, picture))
    // A case without a picture is asked for again when it is shown again.
    .catch(() => kept.delete(key))
    .finally(() => {
      running -= 1
      next()
    })
  next()
}

function keep(key: string, { grey }: Thumbnail): void {
  sizes.set(key, grey.byteLength)
  bytes += grey.byteLength
  for (const [old, size] of sizes) {
    if (bytes <= BUDGET || old === key) return
    bytes -= size
    sizes.delete(old)
    kept.delete(old)
  }
}

function turned(picture: Thumbnail): Thumbnail {
  const turn = usualTurn(picture.letters, picture.slices)
  if (isUpright(turn)) return picture
  const { size, from } = turnedPlane([picture.width, picture.height], turn)
  const grey = Uint8Array.from(from, (pixel) => picture.grey[pixel])

  return { ...picture, width: size[0], height: size[1], grey, letters: turnedLetters(turn, picture.letters) }
}
