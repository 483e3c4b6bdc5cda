import { checkpointWords as words } from './catalogue-checkpoints'
import { drawing } from './drawing.svelte'
import { shell } from './shell.svelte'

/** Longest name the history takes. */
export const LONGEST = 120

/** The checkpoint that is being named; those there are stand in the drawing. */
class Checkpoints {
  naming = $state(false)

  /** A name nobody has yet. */
  get suggested(): string {
    const taken = new Set(drawing.points.map(({ name }) => name))
    for (let number = drawing.points.length + 1; ; number++) {
      const name = words.suggested(number)
      if (!taken.has(name)) return name
    }
  }

  /** Asks for the name, where there is something to keep. */
  begin(): void {
    if (!drawing.mayDraw) return
    if (drawing.cursor === 0) {
      shell.say(words.nothing)

      return
    }
    if (shell.panelsHidden) shell.togglePanels()
    this.naming = true
  }

  /** An empty name takes the one that was offered. */
  async keep(typed: string): Promise<void> {
    const before = drawing.points.length
    const name = typed.trim().slice(0, LONGEST) || this.suggested
    this.naming = false
    await drawing.changePoints({ action: 'name', name })
    if (drawing.points.length > before) shell.say(words.kept(name))
  }

  async remove(point: string): Promise<void> {
    await drawing.changePoints({ action: 'remove', point })
  }
}

export const checkpoints = new Checkpoints()
