/** What a template is filled with. */
export interface Submission {
  /** Command that starts the program on the nodes. */
  readonly program: string
  /** Folder of the store, as the nodes see it. */
  readonly store: string
  readonly shards: number
  /** One GPU a shard; a shard that does not get it fails instead of going on without. */
  readonly gpu: boolean
  /** Container image, for Kubernetes. */
  readonly image: string
}

export const engines = ['local', 'slurm', 'kubernetes'] as const
export type CohortEngine = (typeof engines)[number]

/** A shell word. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const command = ({ program, store, gpu }: Submission, shard: string): string =>
  `${program} cohort run --store ${quoted(store)} --shard ${shard}${gpu ? ' --provider cuda' : ''}`

/** A job array: every shard may be run again, finished units are skipped. */
function slurm(order: Submission): string {
  const { shards, gpu } = order
  return [
    '#!/bin/bash',
    '#SBATCH --job-name=saliscope',
    `#SBATCH --array=0-${shards - 1}`,
    '#SBATCH --requeue',
    ...(gpu ? ['#SBATCH --gres=gpu:1'] : []),
    '#SBATCH --cpus-per-task=4',
    '#SBATCH --time=12:00:00',
    ...(gpu ? ['if [ -z "$CUDA_VISIBLE_DEVICES" ]; then echo "This node gave the job no GPU." >&2; exit 1; fi'] : []),
    `exec ${command(order, `"$SLURM_ARRAY_TASK_ID/${shards}"`)}`,
    ''
  ].join('\n')
}

/** An indexed job; the store lies on a volume that all pods mount. */
function kubernetes(order: Submission): string {
  const { shards, gpu, image, store } = order
  return [
    'apiVersion: batch/v1',
    'kind: Job',
    'metadata:',
    '  name: saliscope',
    'spec:',
    '  completionMode: Indexed',
    `  completions: ${shards}`,
    `  parallelism: ${shards}`,
    '  backoffLimitPerIndex: 5',
    '  template:',
    '    spec:',
    '      restartPolicy: Never',
    '      containers:',
    '        - name: saliscope',
    `          image: ${JSON.stringify(image)}`,
    `          command: ["/bin/sh", "-c", ${JSON.stringify(`exec ${command(order, `"$JOB_COMPLETION_INDEX/${shards}"`)}`)}]`,
    ...(gpu ? ['          resources: { limits: { nvidia.com/gpu: 1 } }'] : []),
    `          volumeMounts: [{ name: store, mountPath: ${JSON.stringify(store)} }]`,
    '      volumes:',
    '        - name: store',
    '          persistentVolumeClaim: { claimName: saliscope }',
    ''
  ].join('\n')
}

/** Shards side by side on one machine; the script fails when one of them does. */
function local(order: Submission): string {
  const { shards } = order
  return [
    '#!/bin/sh',
    'failed=0',
    'started=""',
    `for shard in $(seq 0 ${shards - 1}); do`,
    `  ${command(order, `"$shard/${shards}"`)} &`,
    '  started="$started $!"',
    'done',
    'for process in $started; do wait "$process" || failed=5; done',
    'exit $failed',
    ''
  ].join('\n')
}

const writers: Readonly<Record<CohortEngine, (order: Submission) => string>> = { local, slurm, kubernetes }

/** What an engine is given to run a cohort: a script, or a job. */
export function cohortTemplate(engine: CohortEngine, order: Submission): string {
  return writers[engine](order)
}
