/** The image takes the focus back after the mouse used a slider or a list, so that its keys go on working. */
let byPointer = false

/** Follows whether mouse or keys were used last; returns the function that stops it. */
export function followInput(target: Window): () => void {
  const pointer = (): void => {
    byPointer = true
  }
  const key = (): void => {
    byPointer = false
  }
  target.addEventListener('pointerdown', pointer, true)
  target.addEventListener('keydown', key, true)

  return () => {
    target.removeEventListener('pointerdown', pointer, true)
    target.removeEventListener('keydown', key, true)
  }
}

export function focusImage(): void {
  document.querySelector<HTMLElement>('[data-region=image]')?.focus({ preventScroll: true })
}

/** After a control was used: with the mouse the image gets the focus, with keys it stays where it is. */
export function releaseFocus(): void {
  if (byPointer) setTimeout(focusImage, 0)
}
