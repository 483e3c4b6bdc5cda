import { keyTable, type CommandId } from './key-table'
import { ownKeys } from './own-keys.svelte'

const isCommand = (id: string): id is CommandId => Object.hasOwn(keyTable, id)

/**
 * A text with the keys as the current profile has them: `press {open-files}` becomes “press Ctrl+O”; a command without a key stands with its
 * name, by which the palette finds it.
 */
export function keyed(text: string): string {
  return text.replace(/\{([a-z0-9-]+)\}/gu, (placeholder, id: string) => {
    if (!isCommand(id)) return placeholder
    const cap = ownKeys.cap(id)

    return cap === '' ? `“${keyTable[id].title}”` : cap
  })
}
