import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, type CommandLine } from 'electron'
import { setOfflineSwitches } from './offline'
import { denyWandering } from './policy'
import { printDocument, type PrintOrder } from './print-document'
import { registerAppScheme } from './app-protocol'

/** What the command line asks for: `--print-report=FILE.html --print-to=FILE.pdf --print-foot=WORDS`; null in the usual case, a window. */
export function printOrder(commandLine: Pick<CommandLine, 'getSwitchValue'>): PrintOrder | null {
  const html = commandLine.getSwitchValue('print-report')
  const pdf = commandLine.getSwitchValue('print-to')

  return html === '' || pdf === '' ? null : { html, pdf, foot: commandLine.getSwitchValue('print-foot') }
}

/** Prints one report and ends: no window, no engine, nothing kept. The exit status says whether it worked. */
export function startPrinting(order: PrintOrder): void {
  const folder = mkdtempSync(join(tmpdir(), 'saliscope-print-'))
  app.setPath('userData', folder)
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  setOfflineSwitches(app.commandLine)
  registerAppScheme()
  denyWandering(app)
  // The last window closes before the file is written.
  app.on('window-all-closed', () => undefined)
  app.on('quit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  void app
    .whenReady()
    .then(() => printDocument(order))
    .then(
      () => app.exit(0),
      (thrown: unknown) => {
        process.stderr.write(`${(thrown as { code?: string }).code ?? 'the page could not be printed'}\n`)
        app.exit(1)
      }
    )
}
