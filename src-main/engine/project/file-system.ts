import { readFileSync, realpathSync, statfsSync } from 'node:fs'

/** What a drive is good for: a database needs locks, and its write-ahead log needs memory shared with other programs. */
export interface DriveFacts {
  /** Other machines may write there too. */
  readonly network: boolean
  /** False where locks are known to hold on one machine only, or not at all. */
  readonly locks: boolean
}

/** `f_type` of statfs(2) on Linux: NFS, SMB, SMB2/CIFS, AFS, Ceph, 9P, FUSE (sshfs and the like), Lustre, GPFS. */
const networkTypes: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x5346414f, 0x00c36400, 0x01021997, 0x65735546, 0x0bd00bd0, 0x47504653
])
/** Mount options that keep locks on one machine. */
const localLocks = /(^|,)(nolock|local_lock=(all|posix)|nobrl|noflock|localflock)(,|$)/

/** The facts of the drive a folder is on. What cannot be asked is taken for a drive of this machine. */
export function driveOf(folder: string): DriveFacts {
  if (/^(\\\\|\/\/)[^?.]/.test(folder)) return { network: true, locks: true }
  if (process.platform !== 'linux') return { network: false, locks: true }
  const network = networkTypes.has(typeOf(folder))
  return { network, locks: !network || !localLocks.test(optionsOf(folder)) }
}

function typeOf(folder: string): number {
  try {
    return Number(statfsSync(folder).type) >>> 0
  } catch {
    return 0
  }
}

/** Options of the mount that holds the folder: the longest mount point its path begins with. */
function optionsOf(folder: string): string {
  try {
    return mountOptions(readFileSync('/proc/self/mountinfo', 'utf8'), realpathSync(folder))
  } catch {
    return ''
  }
}

/** From the text of /proc/self/mountinfo: field 5 is the mount point, the last field holds the drive's own options. */
export function mountOptions(mountinfo: string, path: string): string {
  const mounts = mountinfo.split('\n').map((line) => line.split(' '))
  const unescaped = (word: string): string =>
    word.replaceAll(/\\(\d{3})/g, (_all, code: string) => String.fromCharCode(parseInt(code, 8)))
  const holding = mounts
    .filter((fields) => fields.length > 6)
    .map((fields) => ({ point: unescaped(fields[4]), options: `${fields[5]},${fields.at(-1) ?? ''}` }))
    .filter(({ point }) => path === point || path.startsWith(point === '/' ? '/' : `${point}/`))
  return holding.sort((a, b) => b.point.length - a.point.length)[0]?.options ?? ''
}
