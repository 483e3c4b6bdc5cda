import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron'
import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { shellCalls, type ShellCallName, type ShellInput, type ShellOutput } from '@shared/shell-calls'
import { pageOrigin } from './app-protocol'

export type ShellHandlers = { [K in ShellCallName]: (input: ShellInput<K>) => Promise<ShellOutput<K>> | ShellOutput<K> }

/** Our windows and what their calls do, by the id of their contents. */
const served = new Map<number, { readonly window: BrowserWindow; readonly handlers: ShellHandlers }>()

/** Answers the shell calls of a window: from its top frame only, and only what the schema lets through. */
export function serveShellCalls(window: BrowserWindow, handlers: ShellHandlers): void {
  listen()
  const { id } = window.webContents
  served.set(id, { window, handlers })
  window.once('closed', () => served.delete(id))
}

let listening = false

function listen(): void {
  if (listening) return
  listening = true
  for (const name of Object.keys(shellCalls) as ShellCallName[]) {
    ipcMain.handle(`shell:${name}`, async (event, input: unknown) => {
      const ours = served.get(event.sender.id)
      if (ours === undefined || !isOurPage(event, ours.window)) throw refused()

      return answer(name, input, ours.handlers)
    })
  }
}

/** Checks input and output against the call's schemas; what does not fit is refused without saying more. */
async function answer<K extends ShellCallName>(name: K, input: unknown, handlers: ShellHandlers): Promise<unknown> {
  const parsed = v.safeParse(shellCalls[name].input as v.GenericSchema<unknown, ShellInput<K>>, input)
  if (!parsed.success) throw refused()

  return v.parse(shellCalls[name].output, await handlers[name](parsed.output))
}

function refused(): Fault {
  return new Fault('usage', 'The window does not answer this request.')
}

function isOurPage(event: IpcMainInvokeEvent, window: BrowserWindow): boolean {
  const frame = event.senderFrame

  return (
    !window.isDestroyed() &&
    event.sender === window.webContents &&
    frame !== null &&
    frame === window.webContents.mainFrame &&
    frame.url.startsWith(`${pageOrigin}/`)
  )
}
