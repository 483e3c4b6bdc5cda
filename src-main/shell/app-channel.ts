import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron'
import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { shellCalls, type ShellCallName, type ShellInput, type ShellOutput } from '@shared/shell-calls'
import { pageOrigin } from './app-protocol'

export type ShellHandlers = { [K in ShellCallName]: (input: ShellInput<K>) => Promise<ShellOutput<K>> | ShellOutput<K> }

/** Answers the page's shell calls: from the top frame of our window only, and only what the schema lets through. */
export function serveShellCalls(window: BrowserWindow, handlers: ShellHandlers): void {
  for (const name of Object.keys(shellCalls) as ShellCallName[]) {
    ipcMain.handle(`shell:${name}`, async (event, input: unknown) => {
      if (!isOurPage(event, window)) throw refused()

      return answer(name, input, handlers)
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
