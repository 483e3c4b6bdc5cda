/** Words of checkpoints: named points of a drawing to come back to. */
export const checkpointWords = {
  title: 'Checkpoints',
  name: 'Name a checkpoint',
  field: 'Name of the checkpoint',
  keep: 'Keep',
  suggested: (number: number): string => `Checkpoint ${number}`,
  nothing: 'Nothing is drawn yet that a checkpoint could keep.',
  kept: (name: string): string => `“${name}” is kept.`,
  back: (name: string): string => `Back to “${name}”`,
  remove: (name: string): string => `Remove the checkpoint “${name}”`,
  drawnOver: 'drawn over since'
} as const
