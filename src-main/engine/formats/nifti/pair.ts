/** Possible names of the other half of a header and image pair, in the order they are tried. */
export function partnerNames(name: string): string[] {
  const match = /^(.*)\.(hdr|img)(\.gz)?$/i.exec(name)
  if (match === null) return [`${name}.img`]
  const [, stem, extension] = match
  const upper = extension === extension.toUpperCase()
  const other = extension.toLowerCase() === 'hdr' ? 'img' : 'hdr'
  const plain = `${stem}.${upper ? other.toUpperCase() : other}`
  return [plain, `${plain}.gz`]
}
