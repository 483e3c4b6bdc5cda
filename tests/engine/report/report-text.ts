/** The text a reader sees: tags, styles and entities away. */
export const textOf = (html: string): string =>
  html
    .replaceAll(/<style>[\s\S]*?<\/style>/gu, ' ')
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/gu, ' ')
