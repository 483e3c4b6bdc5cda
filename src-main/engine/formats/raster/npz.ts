import { Fault } from '@engine/fault'
import { defaultDecodedLimitBytes, type Format } from '@engine/formats/format'
import { decodeNpy, npyContent } from '@engine/formats/raster/npy'
import { unzipped, zipEntries, type ZipEntry } from '@engine/formats/zip'

/** Archives of NumPy arrays; one array is opened, named by `file.npz#name` where there are several. */
export const npzFormat: Format = {
  id: 'npz',
  title: 'NumPy archive',
  kind: 'raster',
  matches: isNpzHead,
  extentOf: () => null,
  read: async ({ bytes, name }, options) => {
    const limitBytes = options.decodedLimitBytes ?? defaultDecodedLimitBytes
    const entry = chosenArray(zipEntries(bytes, name), options.array, name)
    const array = unzipped(bytes, entry, { name, limitBytes: Math.min(2 ** 32 - 2, limitBytes + 65_536) })
    return npyContent(decodeNpy(array, `${name}#${arrayName(entry)}`, limitBytes))
  }
}

/** A zip archive whose first file is an array. */
function isNpzHead(head: Uint8Array): boolean {
  if (head[0] !== 0x50 || head[1] !== 0x4b || head[2] !== 3 || head[3] !== 4 || head.length < 34) return false
  const length = head[26] | (head[27] << 8)
  return String.fromCharCode(...head.subarray(30, 30 + Math.min(length, 1024))).endsWith('.npy')
}

const arrayName = ({ name }: ZipEntry): string => name.replace(/\.npy$/, '')

/** Names printed in a hint. */
const namesShown = 12

function chosenArray(entries: readonly ZipEntry[], wanted: string | undefined, name: string): ZipEntry {
  const arrays = entries.filter((entry) => entry.name.endsWith('.npy'))
  if (wanted === undefined && arrays.length === 1) return arrays[0]
  const found = arrays.find((entry) => entry.name === wanted || arrayName(entry) === wanted)
  if (found !== undefined) return found
  const listed = arrays.slice(0, namesShown).map((entry) => `${name}#${arrayName(entry).slice(0, 60)}`)
  const more = arrays.length > namesShown ? ` and ${arrays.length - namesShown} more` : ''
  throw new Fault(
    'bad-parameter',
    wanted === undefined
      ? `“${name}” holds ${arrays.length} arrays; which one is meant is not said.`
      : `“${name}” has no array “${wanted.slice(0, 60)}”.`,
    { subject: name, hint: `Choose one: ${listed.join(', ')}${more}.` }
  )
}
