import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { session, WebContentsView, type PrintToPDFOptions, type Session } from 'electron'
import { cutSessionOff } from './offline'
import { denyPermissions } from './policy'

/** A report file and where its PDF goes; `foot` stands at the left of every page, the page number at the right. */
export interface PrintOrder {
  readonly html: string
  readonly pdf: string
  readonly foot: string
}

const address = 'app://saliscope/report.html'
/** The foot takes the place of the one that the file prints itself. */
const printCss = '@page{size:A4;margin:13mm 13mm 17mm}.page-foot,.sheet>tfoot{display:none!important}'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"]/gu, (sign) => entities[sign])

/**
 * Prints a report file as tagged A4 PDF in a page of its own, which runs no script, reaches no file and no network, and
 * is closed again. Rejects when the file cannot be read or the PDF not be written.
 */
export async function printDocument({ html, pdf, foot }: PrintOrder): Promise<void> {
  const document = await readFile(html)
  // A session for this page alone, kept in memory: it knows one address.
  const own = session.fromPartition(`print-${randomUUID()}`)
  serveOne(own, document)
  // A page without a window: a machine without a screen has none to give.
  const { webContents } = new WebContentsView({
    webPreferences: {
      session: own,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
      webSecurity: true,
      spellcheck: false
    }
  })
  try {
    await webContents.loadURL(address)
    await webContents.insertCSS(printCss)
    await writeWhole(pdf, await webContents.printToPDF(options(foot)))
  } finally {
    webContents.close()
    own.protocol.unhandle('app')
  }
}

function serveOne(own: Session, document: Uint8Array): void {
  cutSessionOff(own)
  denyPermissions(own)
  own.protocol.handle('app', ({ url }) =>
    url === address
      ? new Response(new Uint8Array(document), { headers: { 'content-type': 'text/html; charset=utf-8' } })
      : new Response('not found', { status: 404 })
  )
}

const footStyle =
  'display:flex;justify-content:space-between;width:100%;margin:0 13mm;font:7.5pt Inter,Liberation Sans,sans-serif;color:#5f6973'

function options(foot: string): PrintToPDFOptions {
  return {
    printBackground: true,
    preferCSSPageSize: true,
    generateTaggedPDF: true,
    generateDocumentOutline: true,
    displayHeaderFooter: true,
    headerTemplate: '<span></span>',
    footerTemplate: `<div style="${footStyle}"><span>${escaped(foot)}</span><span>Page <span class="pageNumber"></span> of <span class="totalPages"></span></span></div>`
  }
}

/** Nothing half-written has the final name. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`
  try {
    await writeFile(temporary, bytes)
    await rename(temporary, path)
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw thrown
  }
}
