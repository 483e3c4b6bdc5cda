import { describe, expect, it } from 'vitest'
import { contentPolicy } from '../../src-main/shell/content-policy'
import { isLocalRequest } from '../../src-main/shell/offline'

describe('isLocalRequest', () => {
  it.each(['app://saliscope/index.html', 'blob:app://saliscope/1', 'data:image/png;base64,', 'devtools://devtools/x'])(
    'lets %s through',
    (url) => expect(isLocalRequest(url)).toBe(true)
  )

  it.each([
    'http://127.0.0.1/',
    'https://example.org/',
    'ws://localhost:1',
    'file:///etc/passwd',
    'ftp://x',
    'application:x'
  ])('cancels %s', (url) => expect(isLocalRequest(url)).toBe(false))
})

describe('contentPolicy', () => {
  const directives = new Map(contentPolicy.split('; ').map((text) => [text.split(' ')[0], text]))

  it('starts from nothing and lets no foreign or inline script in', () => {
    expect(directives.get('default-src')).toBe("default-src 'none'")
    expect(directives.get('script-src')).toBe("script-src 'self'")
    expect(contentPolicy).not.toMatch(/unsafe-eval|\*|https?:/)
  })
})
