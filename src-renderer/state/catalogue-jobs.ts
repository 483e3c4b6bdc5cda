import type { JobSummary } from '@shared/vocabulary'

/** Words of the jobs screen. */
export const jobWords = {
  empty: 'Nothing is running.',
  hiddenFile: 'One of the cases',
  groups: {
    now: 'Now',
    waiting: 'Waiting',
    unfinished: 'Not finished last time',
    done: 'Done',
    failed: 'Failed'
  },
  states: {
    waiting: 'waiting',
    running: 'running',
    paused: 'paused',
    stopping: 'Stopping…',
    done: 'done',
    failed: 'failed',
    cancelled: 'stopped',
    unfinished: 'not finished'
  } satisfies Record<JobSummary['state'], string>,
  left: (time: string, longer: boolean): string => `${longer ? 'longer than thought: ' : ''}about ${time} left`,
  pause: 'Pause',
  goOn: 'Go on',
  earlier: (title: string): string => `Do “${title}” earlier`,
  later: (title: string): string => `Do “${title}” later`,
  cancel: 'Cancel',
  dismiss: 'Take off the list',
  show: 'Show',
  why: (n: number): string => (n === 1 ? 'One failed: why' : `${n} failed: why`),
  unfinishedHint:
    'Saliscope was closed before these were done. Going on computes them anew; their files are opened again.',
  lastErrors: 'Last errors'
} as const
