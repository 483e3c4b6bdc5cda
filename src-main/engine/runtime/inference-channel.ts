/**
 * The wire to one inference process, whoever started it: `child_process.fork` under plain Node, a utility process
 * brokered by the Electron main process in the app. Messages are structured clones; typed arrays are copied once.
 */
export interface InferenceChannel {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once when the process is gone, by crash or by `kill`; the reason is a plain phrase for the user ("out of memory", "killed", "exit code 134"). */
  onExit(listener: (reason: string) => void): void
  /** Ends the process at once, also in the middle of a native call. */
  kill(): void
}

/** Starts one inference process and resolves when it can take messages. */
export type SpawnInference = () => Promise<InferenceChannel>
