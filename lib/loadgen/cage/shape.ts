import { z } from 'zod';

/**
 * What confines a program's files: the kernel's Landlock, which root can add a user of no one else's to, or a file system
 * of its own by bubblewrap. In the order in which they are tried.
 */
export const cageKindSchema = z.enum(['landlock-other-user', 'landlock', 'bubblewrap']);
export type CageKind = z.infer<typeof cageKindSchema>;

export interface FoundCage {
  /** Null: k6 runs with all rights of the dashboard's user. */
  kind: CageKind | null;
  bubblewrapPath: string | null;
  /** Why each kind that was tried before is not used, in words. */
  reasons: { kind: CageKind; reason: string }[];
  /** `SCALETRACE_CAGE=none` asked for none. */
  switchedOff: boolean;
}

export interface Peer {
  /** An IP address. */
  address: string;
  port: number;
}

/** What a caged program may see and reach; nothing else. */
export interface Cage {
  kind: CageKind;
  /** Bubblewrap's program, for that kind. */
  bubblewrapPath: string | null;
  /** The user and group, by their number, that it runs as; null: the guard's own. */
  user: number | null;
  /** Files, and folders with all below them. */
  read: string[];
  /** Folders in which files are made and written, and read. */
  write: string[];
  execute: string[];
  /** With none of these, there is no connection at all. */
  connect: Peer[];
  /** Whether it may be connected to: by who tells several that share a load when to begin. */
  listens: boolean;
}

/** Times of a guard's own, which stand still while it does: who was frozen with its dashboard has missed nothing. */
export interface Beat {
  everyMs: number;
  mostMissed: number;
}

/** What the guard is told once, over its channel. */
export interface GuardStart {
  program: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** The run's; what runs as another user finds it as descriptor 3 (`folderSeen`). */
  folder: string;
  cage: Cage | null;
  /** How often the guard is told that its dashboard goes on, and after how many times without that it ends k6; null: it is not told. */
  beat: Beat | null;
  /** k6's configuration file, which the guard writes: with where the metrics go. */
  config: { path: string; content: Record<string, unknown> };
  /** Where pushes are passed on to, with the secret that k6 does not get; null where there are none. */
  relay: {
    /** The first that can be listened on is taken. */
    addresses: string[];
    url: string;
    secret: string;
    /** k6's name of the output, and its settings but for the address. */
    output: string;
    settings: Record<string, unknown>;
  } | null;
}
