import { type FieldProblem } from '@/lib/api/api-problem';
import { isSecretVariable } from '@/lib/masking/secret-names';
import { type Run } from '@/lib/model/run';
import { type Script } from '@/lib/model/script';
import { type ArchiveTaken, scriptFilesAsked, type ScriptFile } from '@/lib/model/script-files';
import { splitTags } from '@/app/_ui/split-tags';
import { operatorDraft, type OperatorDraft } from './operator-draft';

/** The files of a script that is more than one. */
export interface Folder {
  /** The path of the file that k6 starts with, whose text is the script's. */
  entry: string;
  /** The files beside it; one that was edited has its text, and no hash. */
  files: ScriptFile[];
}

/** What a user has chosen and typed for a run; nothing of it is lost by an error. */
export interface Draft {
  serviceId: string;
  scriptName: string;
  /** Null: the stored script as it is. */
  scriptText: string | null;
  /** Null: the stored script's files, or none. */
  folder: Folder | null;
  /** What came with the files in a tar that `k6 archive` made. */
  archive: ArchiveTaken | null;
  /** The parameters that differ from the script's defaults. */
  parameters: Record<string, string>;
  env: { name: string; value: string; isPlain: boolean }[];
  name: string;
  tags: string;
  /** Null: k6 on this machine. */
  operator: OperatorDraft | null;
  /** How many k6s of this machine share the load, as typed. */
  runners: string;
}

/** The draft of a first visit, or of a run that is to be asked for again. */
export function firstDraft(
  serviceId: string,
  scripts: readonly Script[],
  from: Run | null,
  scriptName: string | null,
): Draft {
  const script = scripts.find(({ name }) => name === (from?.scriptName ?? scriptName)) ?? scripts[0];
  if (!from)
    return {
      serviceId,
      scriptName: script?.name ?? '',
      scriptText: null,
      folder: null,
      archive: null,
      parameters: {},
      env: [],
      name: '',
      tags: '',
      operator: null,
      runners: '1',
    };
  const known = new Set(script?.name === from.scriptName ? script.parameters.map(({ name }) => name) : []);
  const entries = Object.entries(from.env);
  const isStored =
    script?.name === from.scriptName &&
    script.body === from.scriptText &&
    JSON.stringify(scriptFilesAsked(folderOf(script))) === JSON.stringify(scriptFilesAsked(folderOf(from)));
  return {
    serviceId,
    scriptName: from.scriptName,
    scriptText: isStored ? null : from.scriptText,
    folder: isStored ? null : folderOf(from),
    archive: null,
    parameters: Object.fromEntries(entries.filter(([name]) => known.has(name))),
    env: entries
      .filter(([name]) => !known.has(name))
      .map(([name, value]) => ({
        name,
        value,
        isPlain: from.plainEnv.includes(name),
      })),
    name: from.name,
    tags: from.tags.join(', '),
    operator: from.operator && operatorDraft(from.operator),
    runners: `${from.runners}`,
  };
}

/** The files of a run's or a stored script; null: it is one. */
export function folderOf({ entry, files }: Pick<Script, 'entry' | 'files'>): Folder | null {
  return entry === null ? null : { entry, files };
}

/**
 * The name as it still holds: one that a run was given says what it was, and no longer does once another service, script
 * or variable is chosen. A name that was typed since is kept.
 */
export function nameOf(draft: Draft, first: Draft): string {
  if (draft.name !== first.name) return draft.name;
  const whatIsRun = (one: Draft): string =>
    JSON.stringify([
      one.serviceId,
      one.scriptName,
      one.scriptText,
      scriptFilesAsked(one.folder),
      envOf(one),
      one.runners,
    ]);
  return whatIsRun(draft) === whatIsRun(first) ? draft.name : '';
}

/** The variables with those of an archive, whose values are nobody else's to read until a user says so. */
export function withArchived(env: Draft['env'], archive: ArchiveTaken | null): Draft['env'] {
  const archived = Object.entries(archive?.env ?? {});
  const names = archived.map(([name]) => name);
  return [
    ...env.filter(({ name }) => !names.includes(name.trim())),
    ...archived.map(([name, value]) => ({ name, value, isPlain: false })),
  ];
}

/** The environment that the draft asks for: parameters that were changed, then the variables of its own. */
export function envOf(draft: Draft): Record<string, string> {
  const changed = Object.entries(draft.parameters).filter(([, value]) => value.trim() !== '');
  return Object.fromEntries([
    ...changed,
    ...draft.env
      .filter(({ name }) => name.trim() !== '')
      .map(({ name, value }): [string, string] => [name.trim(), value]),
  ]);
}

/** Whether all that is refused is in variables and parameters, whose fields tell it. */
export function isOfVariables(errors: readonly FieldProblem[]): boolean {
  return errors.length > 0 && errors.every(({ path }) => path.startsWith('env.'));
}

/** The variables that viewers and links may read: those marked so, and a script's parameters but for what may be a secret. */
export function plainEnvOf(draft: Draft): string[] {
  const own = draft.env.filter(({ isPlain }) => isPlain).map(({ name }) => name.trim());
  const parameters = Object.keys(draft.parameters).filter((name) => !isSecretVariable(name));
  return Object.keys(envOf(draft)).filter((name) => own.includes(name) || parameters.includes(name));
}

export function tagsOf(draft: Draft): string[] {
  return splitTags(draft.tags);
}

/** How a parameter's input looks, by its default. */
export function inputKind(defaultValue: string): 'number' | 'text' {
  return /^\d+(\.\d+)?$/.test(defaultValue) ? 'number' : 'text';
}
