/** Words of "Check this installation". */
export const installationWords = {
  title: 'Check this installation',
  lede: 'Small networks, images and figures whose answers are known, computed on this machine.',
  run: 'Check now',
  again: 'Check again',
  stop: 'Stop',
  running: 'Checking…',
  stopped: 'Stopped. Nothing is said about this machine.',
  save: 'Save results',
  saved: (files: readonly string[]): string => `Saved: ${files.join(', ')}.`,
  what: 'Known answer',
  expected: 'Expected',
  found: 'Found here',
  state: 'Result'
} as const
