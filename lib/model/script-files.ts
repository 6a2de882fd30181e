import { z } from 'zod';
import { code } from './message';

const mebibyte = 2 ** 20;

/** How much a script's files may be, all together: counted by what an upload announces, before any of it is unpacked. */
export const scriptFileLimits = {
  files: 1000,
  bytes: 32 * mebibyte,
  /** Of code and protos, which are kept as text with the run. */
  codeCharacters: 1_000_000,
  /** Of another text that is edited. */
  textCharacters: 1_000_000,
  pathCharacters: 400,
  segmentBytes: 255,
} as const;

/** Why a path names no file within a script's folder. */
export type PathFault =
  'empty' | 'long' | 'absolute' | 'upwards' | 'backslash' | 'control' | 'segment' | 'twice' | 'folder';

/** What is wrong with a path as that of a file below a script's folder; null: nothing. */
function pathFault(path: string): PathFault | null {
  if (path === '') return 'empty';
  if (path.length > scriptFileLimits.pathCharacters) return 'long';
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'control';
  if (path.includes('\\')) return 'backslash';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'absolute';
  const segments = path.split('/');
  if (segments.includes('..')) return 'upwards';
  const isWrong = (segment: string): boolean =>
    segment === '' ||
    segment === '.' ||
    new TextEncoder().encode(segment).length > scriptFileLimits.segmentBytes;
  return segments.some(isWrong) ? 'segment' : null;
}

/** What is wrong with the first path that is wrong, also in that it stands twice or that another file is its folder. */
export function pathsFault(paths: readonly string[]): { path: string; fault: PathFault } | null {
  const known = new Set<string>();
  for (const path of paths) {
    const fault = pathFault(path) ?? (known.has(path) ? 'twice' : null);
    if (fault) return { path, fault };
    known.add(path);
  }
  for (const path of paths) {
    const segments = path.split('/');
    for (let n = 1; n < segments.length; n++)
      if (known.has(segments.slice(0, n).join('/'))) return { path, fault: 'folder' };
  }
  return null;
}

/** What k6 runs: a script or a module. */
export function isScriptPath(path: string): boolean {
  return /\.[cm]?[jt]s$/i.test(path);
}

/** What is kept as text with the run, shown to viewers with its secrets masked, and compared line by line. */
export function isCodePath(path: string): boolean {
  return isScriptPath(path) || /\.proto$/i.test(path);
}

/** What tools put into a folder, and no script reads: never part of an upload. */
export function isLeftOut(path: string): boolean {
  return path
    .split('/')
    .some((segment) => segment === 'node_modules' || segment === '__MACOSX' || /^\.[^.]/.test(segment));
}

const pathSchema = z
  .string()
  .max(scriptFileLimits.pathCharacters)
  .refine((path) => pathFault(path) === null, code('validation.script-path'));

/** A file beside the one that k6 starts with. */
export const scriptFileSchema = z.object({
  /** From the script's folder, with `/`. */
  path: z.string(),
  bytes: z.number().int(),
  /** Of code and protos; null: it is kept under its hash. */
  text: z.string().nullable(),
  /** SHA-256 (hex) of its content; empty where it is not to be told. */
  sha256: z.string(),
});
export type ScriptFile = z.infer<typeof scriptFileSchema>;

/** What an archive of k6's holds beside its files, and what of it is taken. */
export const archiveTakenSchema = z.object({
  /** The file that gives k6 the archive's options, and that it starts with; null: it has none. */
  options: z.string().nullable(),
  /** The variables that it was made with (`-e`). */
  env: z.record(z.string(), z.string()),
  /** Names of variables that are not taken: the service gives them, or they change k6 itself. */
  envLeftOut: z.array(z.string()),
});
export type ArchiveTaken = z.infer<typeof archiveTakenSchema>;

/** Such a file as it is asked for: by its text, or by the hash of what was uploaded. */
export const scriptFileInputSchema = z.union([
  z.strictObject({ path: pathSchema, text: z.string().max(scriptFileLimits.textCharacters) }),
  z.strictObject({ path: pathSchema, sha256: z.string().regex(/^[\da-f]{64}$/) }),
]);
export type ScriptFileInput = z.infer<typeof scriptFileInputSchema>;

/** The files of a script as a request names them; null: it is one file. */
export function scriptFilesAsked(
  script: { entry: string | null; files: readonly ScriptFile[] } | null,
): { entry: string; files: ScriptFileInput[] } | null {
  if (script === null || script.entry === null) return null;
  const files = script.files.map(({ path, text, sha256 }) =>
    text === null ? { path, sha256 } : { path, text },
  );
  return { entry: script.entry, files };
}

/** The fields of a request that has a script. `entry`: the path of the one that k6 starts with; none: one file. */
export const scriptFilesInput = {
  entry: pathSchema.nullable().default(null),
  files: z.array(scriptFileInputSchema).max(scriptFileLimits.files).default([]),
};
/** The same as it is stored. */
export const scriptFilesShape = {
  entry: z.string().nullable().default(null),
  files: z.array(scriptFileSchema).default([]),
};

/** Most characters of a request that names a script and its code. */
export const scriptRequestCharacters = 6_000_000;

/** The file that k6 most likely starts with: `main` or `index` by its name, else the one that is nearest to the top. */
export function likelyEntry(paths: readonly string[]): string | null {
  const scripts = paths.filter((path) => isScriptPath(path) && !/\.d\.[cm]?ts$/.test(path));
  const rank = (path: string): number => {
    const at = ['main', 'index', 'script', 'test'].indexOf(
      path.replace(/^.*\//, '').replace(/\.[cm]?[jt]s$/i, ''),
    );
    return at < 0 ? 4 : at;
  };
  const depth = (path: string): number => path.split('/').length;
  return scripts.sort((a, b) => depth(a) - depth(b) || rank(a) - rank(b) || (a < b ? -1 : 1)).at(0) ?? null;
}
