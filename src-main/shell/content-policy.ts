/** `display: contents;`, the one style attribute in a component we use (an item of bits-ui's command list); tests/app/shell.spec.ts opens it. */
const displayContents = "'sha256-iaOezIDcQIoxCULa6FBKKuLUu09R7kG+Mlu+JVfU3Rw='"

const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  `style-src-attr 'unsafe-hashes' ${displayContents}`,
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'"
]

/**
 * The header of every packed file. Looser than this only with a test in tests/app/ that shows why. `data:` images are the
 * illustrations inside a report: a picture neither runs nor reaches anything (journey.spec.ts shows one).
 */
export const contentPolicy = directives.join('; ')
