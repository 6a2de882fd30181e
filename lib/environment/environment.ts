/** What the environment may say: each variable with its meaning and what it takes. Nothing else reads `process.env`, but for the log (lib/telemetry/log.mjs). */
import { z } from 'zod';
import { UserError } from './user-error';

const text = z.string().optional();
const flag = z.stringbool().default(false);
const port = (least: 0 | 1, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= 65535)
    .default(fallback);
const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback);
export const httpUrlSchema = z.url({ protocol: /^https?$/, error: 'an http:// or https:// address.' });

const portText = 'a port from 1 to 65535';
const labPortText = 'a port, or 0 for any that is free';
const flagText = '1 or 0';
const goText = 'what Go takes; handed on to k6';

const proxy = (protocol: string) =>
  text.meta({
    description: `the proxy to what is read at ${protocol}: a cluster whose kubeconfig names none, Prometheus, a gateway’s metrics`,
    takes: 'an address',
  });
const noProxy = () =>
  text.meta({
    description: 'what is read without a proxy',
    takes: 'names, addresses and blocks of them',
  });

const ci = (what: string, takes: string) =>
  text.meta({ description: `\`scaletrace run --comment\`: ${what}`, takes });

/** `description`: what it is for. `takes`: what may stand there. `fallback`: what holds without it, unless the schema's own default says so. */
const variables = z.object({
  SCALETRACE_HOST: z.string().default('127.0.0.1').meta({
    description: 'address that the dashboard listens on',
    takes: 'an address or name of this machine',
  }),
  SCALETRACE_PORT: port(1, 4300).meta({ description: 'port of the dashboard', takes: portText }),
  SCALETRACE_GATEWAY_PORT: port(0, 4380).meta({
    description: 'port of the lab’s gateway',
    takes: labPortText,
  }),
  SCALETRACE_GATEWAY_TLS_PORT: port(0, 4383).meta({
    description: 'port of the lab’s gateway for HTTPS',
    takes: labPortText,
  }),
  SCALETRACE_API_PORT: port(0, 4381).meta({
    description: 'port of the lab’s Kubernetes API',
    takes: labPortText,
  }),
  SCALETRACE_METRICS_PORT: port(0, 4382).meta({
    description: 'port of the lab’s gateway metrics',
    takes: labPortText,
  }),
  SCALETRACE_DIR: text.meta({
    description: 'where Scaletrace keeps what it makes: database, lab, k6',
    takes: 'a folder',
    fallback: '.scaletrace in the checkout',
  }),
  SCALETRACE_SECRETS_DIR: text.meta({
    description:
      'where the secrets of Prometheus, webhooks and gateways’ client certificates lie: one folder for all dashboards on one PostgreSQL',
    takes: 'a folder that is there',
    fallback: 'SCALETRACE_DIR',
  }),
  SCALETRACE_ROOT: text.meta({
    description: 'the checkout',
    takes: 'a folder',
    fallback: 'the one around the working directory',
  }),
  SCALETRACE_MESSAGES: text.meta({
    description: 'the words, one file a language',
    takes: 'a folder that has an en.json',
    fallback: 'messages in the checkout',
  }),
  DATABASE_URL: z
    .string()
    .regex(/^(file:|postgres(ql)?:\/\/)/)
    .optional()
    .meta({
      description: 'the database',
      takes: 'a file: URL of SQLite, or a postgres:// URL of PostgreSQL',
      fallback: 'scaletrace.db in SCALETRACE_DIR',
      secret: true,
    }),
  K6_BIN: text.meta({
    description: 'the k6 to use',
    takes: 'the path of k6 1.0 or newer',
    fallback: 'k6 on PATH, else the one that set-up got',
  }),
  SCALETRACE_CAGE: z.enum(['landlock-other-user', 'landlock', 'bubblewrap', 'none']).optional().meta({
    description: 'the cage that k6 runs in',
    takes: 'landlock-other-user, landlock, bubblewrap or none',
    fallback: 'the first that holds',
  }),
  SCALETRACE_ALLOW_UNCAGED: flag.meta({
    description: 'where no cage holds: let runners run scripts, not only admins',
    takes: flagText,
  }),
  KUBECONFIG: text.meta({
    description: 'the cluster',
    takes: 'kubeconfig files',
    fallback: 'the lab’s while it is there, else kubectl’s own',
  }),
  HTTPS_PROXY: proxy('https://'),
  https_proxy: proxy('https://'),
  HTTP_PROXY: proxy('http://'),
  http_proxy: proxy('http://'),
  NO_PROXY: noProxy(),
  no_proxy: noProxy(),
  SCALETRACE_REQUIRE_SIGN_IN: flag.meta({ description: 'ask for sign-in on loopback too', takes: flagText }),
  SCALETRACE_TRUST_PROXY: flag.meta({
    description: 'believe the X-Forwarded-For of the proxy before it',
    takes: flagText,
  }),
  SCALETRACE_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((name) => name.trim().toLowerCase())
        .filter((name) => name !== ''),
    )
    .meta({
      description: 'further names by which the dashboard may be opened',
      takes: 'names, with commas between',
    }),
  SCALETRACE_MAX_READERS: count(1000).meta({
    description: 'how many may follow one run live at a time',
    takes: 'a whole number from 1',
  }),
  SCALETRACE_MAX_READERS_PER_ADDRESS: count(400).meta({
    description: 'how many may follow runs live from one address at a time',
    takes: 'a whole number from 1',
  }),
  SCALETRACE_URL: httpUrlSchema.default('http://127.0.0.1:4300').meta({
    description: 'the command line: Scaletrace’s address. The dashboard is told its own by its launcher',
    takes: 'an http:// or https:// address',
  }),
  SCALETRACE_PUSH_URL: httpUrlSchema.optional().meta({
    description: 'where k6’s guards send what k6 pushes, each run’s below it',
    takes: 'an http:// or https:// address that passes it on to /api/ingest',
    fallback: 'a port of the recording’s own on loopback',
  }),
  SCALETRACE_RUNNER_URL: httpUrlSchema.optional().meta({
    description: 'the dashboard’s own address as k6-operator’s runners in a cluster reach it',
    takes: 'an http:// or https:// address that holds within the cluster',
    fallback: 'none: only the lab’s runners reach the dashboard',
  }),
  SCALETRACE_PEER_URL: httpUrlSchema.optional().meta({
    description:
      'several dashboards on one PostgreSQL: this one’s own address for the others, which pass on to it what runners of its runs push to them',
    takes: 'an http:// or https:// address that leads to this process alone',
    fallback: 'none: pushes that reach another dashboard are a gap',
  }),
  SCALETRACE_TOKEN: text.meta({ description: 'the command line: an API token', takes: 'a token' }),
  SCALETRACE_LOG: z.enum(['text', 'json']).default('text').meta({
    description: 'how the dashboard writes its log, to standard error',
    takes: 'text or json',
  }),
  SCALETRACE_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('warn').meta({
    description: 'what the dashboard writes to its log; info tells of each run, debug of each request',
    takes: 'fatal, error, warn, info, debug or silent',
  }),
  SCALETRACE_VERBOSE: flag.meta({ description: 'print what the dashboard prints', takes: flagText }),
  SCALETRACE_CHROMIUM: text.meta({
    description: 'the browser of the browser tests and `npm run bench -- pages`',
    takes: 'the path of a Chromium',
    fallback: 'Playwright’s, else one on PATH',
  }),
  SCALETRACE_K6_SHA256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i)
    .optional()
    .meta({
      description: 'set-up: the checksum of the k6 to download where none is pinned for the platform',
      takes: '64 hexadecimal digits',
    }),
  SCALETRACE_CHECK_ANSWERS: flag.meta({
    description: 'the browser tests: hold what the API answers to its contract, as while developing',
    takes: flagText,
  }),
  SCALETRACE_TEST_PORT: port(1, 4490).meta({
    description: 'the browser tests: the first of their ports',
    takes: portText,
  }),
  SCALETRACE_CRDS: text.meta({
    description: 'the conformance tests: Knative’s own custom resources, with which they run once more',
    takes: 'a folder of YAML files',
    fallback: 'those of testdata/crds alone',
  }),
  SCALETRACE_TEST_POSTGRES: text.meta({
    description: 'set by `npm run test:postgres`: the server that lends each test a database',
    takes: 'a postgres:// URL of a superuser',
    fallback: 'tests run on SQLite',
  }),
  SCALETRACE_FUZZ_RUNS: z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .default(0)
    .meta({ description: 'set by `npm run fuzz`: new cases a property', takes: 'a whole number' }),
  PATH: text.meta({ description: 'where k6 is looked for; handed on to the lab’s pods', takes: 'folders' }),
  HOME: text.meta({ description: 'handed on to the lab’s pods', takes: 'a folder' }),
  SSL_CERT_FILE: text.meta({ description: 'the certificates that k6 trusts', takes: goText }),
  SSL_CERT_DIR: text.meta({ description: 'the certificates that k6 trusts', takes: goText }),
  GOMAXPROCS: text.meta({ description: 'the cores that k6 uses', takes: goText }),
  GOGC: text.meta({ description: 'how often k6 collects garbage', takes: goText, fallback: '400' }),
  GOMEMLIMIT: text.meta({
    description: 'from which memory on k6 collects garbage as often as it must',
    takes: goText,
    fallback: 'half of the machine’s memory',
  }),
  GITHUB_API_URL: ci('the API of GitHub, set by its Actions', 'an address'),
  GITHUB_REPOSITORY: ci('the repository, set by GitHub Actions', 'owner/name'),
  GITHUB_REF: ci('what is built, set by GitHub Actions', 'refs/pull/N/merge on a pull request'),
  GITHUB_TOKEN: ci('what may write comments on GitHub', 'a token'),
  CI_API_V4_URL: ci('the API of GitLab, set by its CI', 'an address'),
  CI_PROJECT_ID: ci('the project, set by GitLab CI', 'a number'),
  CI_MERGE_REQUEST_IID: ci('the merge request, set by GitLab CI', 'a number'),
  GITLAB_TOKEN: ci('what may write comments on GitLab', 'a project access token'),
  TZ: text.meta({ description: 'k6’s time zone', takes: goText }),
  SystemRoot: text.meta({ description: 'Windows’ own', takes: goText }),
});

export type VariableName = keyof z.output<typeof variables>;

/** The value of a variable of the environment, or what holds without it; empty is as not set. Throws a UserError that names a wrong one. */
export function variable<N extends VariableName>(name: N): z.output<typeof variables>[N] {
  const given = process.env[name] || undefined;
  const schema = variables.shape[name];
  const result = schema.safeParse(given);
  if (!result.success) {
    const { takes, secret } = schema.meta() as { takes: string; secret?: boolean };
    throw new UserError(`${name} is ${secret ? 'wrong' : `"${given}"`}: it takes ${takes}.`);
  }
  return result.data as z.output<typeof variables>[N];
}

/** Throws a UserError that names each variable that is wrong, and what it takes. */
export function checkEnvironment(exitCode?: number): void {
  const wrong = Object.keys(variables.shape).flatMap((name) => {
    try {
      variable(name as VariableName);
      return [];
    } catch (error) {
      return error instanceof UserError ? [error.message] : [];
    }
  });
  if (wrong.length > 0)
    throw new UserError(
      `The environment is wrong; change these variables or unset them.\n  ${wrong.join('\n  ')}`,
      exitCode,
    );
}

/** The whole environment for a process of ours, with some variables changed. */
export function environmentWith(changed: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...changed };
}

/** All variables as a table in Markdown, for docs/environment.md: its columns as wide as Prettier makes them. */
export function environmentTable(): string {
  const rows = Object.entries(variables.shape).map(([name, schema]) => {
    const { description, takes, fallback } = schema.meta() as {
      description: string;
      takes: string;
      fallback?: string;
    };
    return [
      `\`${name}\``,
      description,
      takes,
      fallback ?? String(schema.safeParse(undefined).data ?? '').replace('false', '0'),
    ];
  });
  const table = [['variable', 'what it is for', 'takes', 'without it'], ...rows];
  const widths = table[0]!.map((_head, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`,
  );
  return [lines[0], `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...lines.slice(1)].join(
    '\n',
  );
}
