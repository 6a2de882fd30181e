import { structuredPatch } from 'diff';
import { readsGateway } from '@/lib/model/autoscaler-config';
import { shownOptions } from '@/lib/model/import-facts';
import { type Run } from '@/lib/model/run';
import { type ComparedSetting, type ScriptDiff } from './comparison';

/** What a run also has, beside its own record: the versions that it met. */
export interface RunVersions {
  engine: string;
  scaletraceVersion: string | null;
  clusterVersion: string | null;
  /** The files beside its script by their paths: what tells whether two are the same. */
  fileHashes: readonly string[];
}

const longest = 500;
const mostLines = 400;
const mostFiles = 40;
/** Texts that differ in more lines than this are not told apart line by line. */
const mostEdits = 2000;

/** Every setting of the runs side by side, and whether it differs. */
export function comparedSettings(runs: readonly Run[], versions: readonly RunVersions[]): ComparedSetting[] {
  const row = (
    section: ComparedSetting['section'],
    name: string,
    values: (string | null)[],
  ): ComparedSetting => ({ section, name, values: values.map(shorten), differs: new Set(values).size > 1 });
  const table = (section: ComparedSetting['section'], maps: Record<string, string>[]): ComparedSetting[] =>
    [...new Set(maps.flatMap((map) => Object.keys(map)))].sort().map((name) =>
      row(
        section,
        name,
        maps.map((map) => map[name] ?? null),
      ),
    );
  return [
    row(
      'service',
      'name',
      runs.map(({ service }) => service.name),
    ),
    row(
      'service',
      'namespace',
      runs.map(({ service }) => service.namespace),
    ),
    row(
      'service',
      'gatewayUrl',
      runs.map(({ service }) => service.gatewayUrl),
    ),
    row(
      'service',
      'kubeContext',
      runs.map(({ service }) => service.kubeContext),
    ),
    row(
      'service',
      'host',
      runs.map(({ service }) => service.host),
    ),
    row(
      'service',
      'containerConcurrency',
      runs.map(({ service }) => String(service.containerConcurrency)),
    ),
    ...table(
      'annotations',
      runs.map(({ service }) => service.annotations),
    ),
    ...table(
      'autoscaling',
      runs.map(({ autoscaling }) =>
        autoscaling
          ? {
              ...flat(autoscaling.config),
              // A run of an older Scaletrace does not say it of mpa.
              concurrencyFrom: JSON.stringify(readsGateway(autoscaling.config) ? 'gateway' : 'knative'),
              concurrencySource: JSON.stringify(autoscaling.concurrencySource),
            }
          : {},
      ),
    ),
    row(
      'script',
      'name',
      runs.map(({ scriptName }) => scriptName),
    ),
    row(
      'script',
      'text',
      runs.map(({ scriptText }) => `${scriptText.split('\n').length}:${hash(scriptText)}`),
    ),
    ...table('files', filesOf(runs, versions)),
    ...table(
      'environment',
      runs.map(({ env }) => env),
    ),
    ...table(
      'options',
      runs.map(({ options }) => flat(shownOptions(options))),
    ),
    row(
      'versions',
      'k6',
      runs.map(({ k6Version }) => k6Version),
    ),
    row(
      'versions',
      'engine',
      versions.map(({ engine }) => engine),
    ),
    row(
      'versions',
      'runners',
      runs.map(({ runners }) => `${runners}`),
    ),
    row(
      'versions',
      'scaletrace',
      versions.map(({ scaletraceVersion }) => scaletraceVersion),
    ),
    row(
      'versions',
      'cluster',
      versions.map(({ clusterVersion }) => clusterVersion),
    ),
  ];
}

/** The files beside each run's script: their sizes, and a letter that those of the same content share. */
function filesOf(runs: readonly Run[], versions: readonly RunVersions[]): Record<string, string>[] {
  const seen: string[] = [];
  const letterOf = (hash: string): string => {
    if (!seen.includes(hash)) seen.push(hash);
    return String.fromCodePoint(0x61 + (seen.indexOf(hash) % 26)).repeat(
      1 + Math.floor(seen.indexOf(hash) / 26),
    );
  };
  return runs.map(({ files }, i) =>
    Object.fromEntries(
      files.map(({ path, bytes }, n) => [path, `${bytes}:${letterOf(versions[i]?.fileHashes[n] ?? '')}`]),
    ),
  );
}

/**
 * What each run's script changed against the reference's, file by file: first the one that k6 starts with, then code and
 * protos beside it by their paths. A file that only one of them has is there with all its lines; what is the same is left out.
 */
export function scriptDiffs(runs: readonly Run[], reference: Run): ScriptDiff[] {
  return runs.flatMap((run) => {
    const [before, after] = [textsOf(reference), textsOf(run)];
    const paths = [...new Set([...before.keys(), ...after.keys()])].filter(
      (path) => before.get(path) !== after.get(path),
    );
    // All that differ stand among the settings.
    return paths.slice(0, mostFiles).map((path): ScriptDiff => ({
      runId: run.id,
      file: path === entryKey ? null : path,
      ...linesApart(before.get(path) ?? '', after.get(path) ?? ''),
    }));
  });
}

const entryKey = '';

/** All that is compared line by line: the script under no path, so that it is the same file under another name. */
function textsOf({ scriptText, files }: Run): Map<string, string> {
  const others = files.flatMap(({ path, text }): [string, string][] => (text === null ? [] : [[path, text]]));
  return new Map([[entryKey, scriptText], ...others.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function linesApart(before: string, after: string): Pick<ScriptDiff, 'hunks' | 'cut'> {
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context: 3,
    maxEditLength: mostEdits,
  });
  if (!patch) return { hunks: [], cut: true };
  let left = mostLines;
  const hunks: ScriptDiff['hunks'] = [];
  for (const { oldStart, newStart, lines } of patch.hunks) {
    if (left <= 0) break;
    hunks.push({ oldStart, newStart, lines: lines.slice(0, left) });
    left -= lines.length;
  }
  return { hunks, cut: left < 0 };
}

/** Leaves of nested options by their path; what is null was not set. */
function flat(value: unknown, path = ''): Record<string, string> {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Object.keys(value).length === 0) return { [path]: JSON.stringify(value) };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => flat(inner, path === '' ? key : `${path}.${key}`)),
  ) as Record<string, string>;
}

function shorten(text: string | null): string | null {
  return text !== null && text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** FNV-1a: tells two texts apart without sending them. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
