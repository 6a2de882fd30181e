import { z } from 'zod';
import { Problem } from '@/lib/model/problem';
import { type ArchiveTaken } from '@/lib/model/script-files';
import { isReservedVariable } from '@/lib/loadgen/k6-environment';
import { type UploadedFile } from './tar';

/** What is read of an archive's `metadata.json` (k6, lib/archive.go). */
const metadataSchema = z.object({
  type: z.string(),
  filename: z.string().startsWith('file://'),
  options: z.record(z.string(), z.unknown()).nullish(),
  env: z.record(z.string(), z.string()).nullish(),
});

/**
 * The files of an archive that `k6 archive` made, by their paths below the nearest folder that holds them all, that of its
 * script, and what else it holds; null where it is none. As `k6 run` has it, an archive's options stand in place of its
 * script's, which were part of them when it was made. Throws a Problem where it has modules of other addresses, which k6
 * would have to fetch.
 */
export function archivedFiles(
  all: readonly UploadedFile[],
): { files: UploadedFile[]; entry: string; taken: ArchiveTaken } | null {
  const named = (name: string): UploadedFile | undefined => all.find(({ path }) => path === name);
  const [metadata, data] = [named('metadata.json'), named('data')];
  if (!metadata || !data) return null;
  const { filename, options, env } = readMetadata(metadata);
  const remote = all.find(({ path }) => path.startsWith('https/'));
  if (remote) throw new Problem('problems.upload-remote', { address: remote.path.replace('https/', '') });
  const main = decoded(filename.slice('file://'.length));
  const whole = [
    { path: main, content: data.content },
    ...all.flatMap(({ path, content }) =>
      path.startsWith('file/') && path.slice('file'.length) !== main
        ? [{ path: path.slice('file'.length), content }]
        : [],
    ),
  ];
  const root = commonFolder(whole.map(({ path }) => path));
  const below = (path: string): string => path.slice(root.length);
  const files = whole.map((file) => ({ ...file, path: below(file.path) }));
  const starter = withOptions(options ?? {}, below(main), files);
  const names = Object.keys(env ?? {});
  const isOurs = (name: string): boolean =>
    name === 'TARGET_URL' || name === 'HOST' || isReservedVariable(name);
  return {
    files: starter ? [starter, ...files] : files,
    entry: starter?.path ?? below(main),
    taken: {
      options: starter?.path ?? null,
      env: Object.fromEntries(Object.entries(env ?? {}).filter(([name]) => !isOurs(name))),
      envLeftOut: names.filter(isOurs),
    },
  };
}

/** What k6 writes where nobody said anything else (metrics.DefaultSystemTagSet, lib.DefaultSummaryTrendStats). */
const defaults: Record<string, readonly string[]> = {
  systemTags:
    'check error error_code expected_response group method name proto scenario service status subproto tls_version url'.split(
      ' ',
    ),
  summaryTrendStats: ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)'],
};

/** A script that is the archive's own with the archive's options; null where it has none. Beside it, so that `open` reads from the same folder. */
function withOptions(
  all: Record<string, unknown>,
  entry: string,
  files: readonly UploadedFile[],
): UploadedFile | null {
  // A run that is paused would wait for ever; keys stay in the script that reads them.
  const { paused: _, tlsAuth, ...rest } = all;
  const options = withoutUnset(rest, (name, value) => sameNames(defaults[name], value));
  if (!options && !tlsAuth) return null;
  const [folder, name] = [entry.replace(/[^/]*$/, ''), entry.replace(/^.*\//, '')];
  let path = `${folder}archive-options.js`;
  for (let n = 2; files.some((file) => file.path === path); n++) path = `${folder}archive-options-${n}.js`;
  const imported = JSON.stringify(`./${name}`);
  const written = JSON.stringify(options ?? {}, null, 2);
  const text = [
    `// The options that this archive was made with: k6 takes them in place of those of ${name.replace(/\p{Cc}/gu, '?')}.`,
    `import * as script from ${imported};`,
    `export * from ${imported};`,
    'export default script.default;',
    tlsAuth
      ? `export const options = { ...${written}, tlsAuth: script.options?.tlsAuth };`
      : `export const options = ${written};`,
    '',
  ].join('\n');
  return { path, content: Buffer.from(text) };
}

/** What is set of k6's options, where an unset one is null; null: nothing. */
function withoutUnset(
  options: Record<string, unknown>,
  isDefault: (name: string, value: unknown) => boolean = () => false,
): Record<string, unknown> | null {
  const set = Object.entries(options).flatMap(([name, value]): [string, unknown][] => {
    if (value === null || isDefault(name, value)) return [];
    if (typeof value !== 'object' || Array.isArray(value)) return [[name, value]];
    const inner = withoutUnset(value as Record<string, unknown>);
    return inner ? [[name, inner]] : [];
  });
  return set.length > 0 ? Object.fromEntries(set) : null;
}

function sameNames(names: readonly string[] | undefined, value: unknown): boolean {
  return (
    names !== undefined &&
    Array.isArray(value) &&
    value.length === names.length &&
    names.every((name) => value.includes(name))
  );
}

function readMetadata({ content }: UploadedFile): z.infer<typeof metadataSchema> {
  try {
    return metadataSchema.parse(JSON.parse(content.toString('utf8')));
  } catch {
    throw new Problem('problems.upload-unreadable', {});
  }
}

/** A path of a `file:` address, which may have its spaces encoded. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The folder with its `/` in which all of these lie. */
function commonFolder(paths: readonly string[]): string {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const [first = []] = folders;
  const same = first.findIndex((name, i) => folders.some((folder) => folder[i] !== name));
  return [...first.slice(0, same < 0 ? first.length : same), ''].join('/');
}
