import type { Page } from '@playwright/test'

type Place = readonly [number, number]

/** Buttons of a pen as pointer events tell them (Pointer Events 3, table of buttons). */
const ends = {
  tip: { button: 0, buttons: 1 },
  barrel: { button: 2, buttons: 2 },
  eraser: { button: 5, buttons: 32 }
} as const

/** Draws with a pen over the image: down at the first place, through the others, up at the last. */
export async function penStroke(page: Page, places: readonly Place[], end: keyof typeof ends): Promise<void> {
  // The pointer that is captured must exist: the mouse's own number is one that does.
  await page.mouse.move(...places[0])
  await page.getByTestId('read-viewport').evaluate(
    (element, [way, held]) => {
      const tell = (type: string, [clientX, clientY]: readonly [number, number], change: PointerEventInit): void => {
        const common = { pointerId: 1, pointerType: 'pen', isPrimary: true, bubbles: true, cancelable: true }
        element.dispatchEvent(new PointerEvent(type, { ...common, clientX, clientY, ...change }))
      }
      tell('pointerdown', way[0], held)
      for (const place of way.slice(1)) tell('pointermove', place, { button: -1, buttons: held.buttons })
      tell('pointerup', way[way.length - 1], { button: held.button, buttons: 0 })
    },
    [places, ends[end]] as const
  )
}

/** A hand on the screen: fingers by number, each with its place and radius in CSS pixels. */
export async function touchScreen(page: Page): Promise<{
  touch(type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly { at: Place; radius?: number }[]): Promise<void>
}> {
  const session = await page.context().newCDPSession(page)

  return {
    touch: async (type, points) => {
      await session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: points.map(({ at: [x, y], radius = 8 }, id) => ({ x, y, radiusX: radius, radiusY: radius, id }))
      })
    }
  }
}
