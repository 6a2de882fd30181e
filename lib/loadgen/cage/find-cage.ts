import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { makeScratch } from '@/lib/environment/scratch';
import { Problem } from '@/lib/model/problem';
import { scriptFileName } from '@/lib/loadgen/k6-environment';
import { whyNotOtherUser } from './other-user';
import { folderSeen, guardStart } from './plan';
import { runGuarded } from './run-guarded';
import { variable } from '@/lib/environment/environment';
import { cageKindSchema, type CageKind, type FoundCage } from './shape';

const limits = { timeoutMs: 15_000, maxBytes: 1_000_000 };
const triedAgainAfterMs = 60_000;
const found = new Map<string, Promise<FoundCage>>();

/**
 * The first cage that holds this k6 on this machine, in the order of docs/decisions/cage.md: Landlock and another user,
 * Landlock, bubblewrap, none. Each is tried by a script that breaks out, once for each k6. `SCALETRACE_CAGE` names one kind, or `none`.
 */
export function findCage(k6Path: string): Promise<FoundCage> {
  const asked = variable('SCALETRACE_CAGE') ?? '';
  const key = `${asked} ${k6Path}`;
  let search = found.get(key);
  if (!search) {
    search = searchCage(k6Path, asked);
    found.set(key, search);
    void search.then(({ kind, switchedOff }) => {
      // A busy machine can fail a trial: none is no answer for good.
      if (kind === null && !switchedOff) setTimeout(() => found.delete(key), triedAgainAfterMs).unref();
    });
  }
  return search;
}

/** The cage to run a script in. Throws a Problem where there is none and the script may not run without. */
export async function requireCage(k6Path: string, uncagedAllowed: boolean): Promise<FoundCage> {
  const found = await findCage(k6Path);
  if (found.kind === null && !uncagedAllowed)
    throw new Problem(
      'problems.uncaged',
      { reasons: whyUncaged(found) },
      { errors: [{ path: 'scriptText' }] },
    );
  return found;
}

/** Why there is no cage, in words: what kept each kind from it. */
export function whyUncaged({ reasons, switchedOff }: FoundCage): string {
  return switchedOff
    ? 'SCALETRACE_CAGE=none'
    : reasons.map(({ kind, reason }) => `${kind}: ${reason}`).join('; ');
}

async function searchCage(k6Path: string, asked: string): Promise<FoundCage> {
  const bubblewrapPath = programOnPath('bwrap');
  const reasons: FoundCage['reasons'] = [];
  for (const kind of cageKindSchema.options.filter((kind) => asked === '' || asked === kind)) {
    const reason = await triedOn(k6Path, kind, bubblewrapPath);
    if (reason === null) return { kind, bubblewrapPath, reasons, switchedOff: false };
    reasons.push({ kind, reason });
  }
  return { kind: null, bubblewrapPath, reasons, switchedOff: asked === 'none' };
}

/** Lets a script try to get out of a cage of this kind. Null if it stays in; else what is wrong, in words. */
async function triedOn(
  k6Path: string,
  kind: CageKind,
  bubblewrapPath: string | null,
): Promise<string | null> {
  if (process.platform !== 'linux') return `there is none on ${process.platform}`;
  if (kind === 'bubblewrap' && bubblewrapPath === null) return 'bwrap is not on PATH';
  const sameUser = kind === 'landlock-other-user' ? whyNotOtherUser() : null;
  if (sameUser !== null) return sameUser;
  const [allowed, other] = [await listen(), await listen()];
  let outside: string | null = null;
  try {
    outside = await makeScratch('trial');
    const folder = join(outside, 'inside');
    const writable = join(folder, 'files');
    await mkdir(writable, { recursive: true });
    await writeFile(join(outside, 'secret.txt'), 'secret');
    await writeFile(join(folder, scriptFileName), trialScript);
    const { code, stderr } = await runGuarded(
      await guardStart({
        cage: { kind, bubblewrapPath },
        k6Path,
        args: [
          ...['run', '--quiet', '--no-usage-report', '--address='],
          join(folderSeen({ kind }, folder), scriptFileName),
        ],
        folder,
        writable: [writable],
        env: { ALLOWED: allowed.url, OTHER: other.url, OUTSIDE: outside },
        peers: [{ address: '127.0.0.1', port: allowed.port }],
        relay: null,
      }),
      limits,
    );
    const paths = allowed.requests;
    if (other.requests.length > 0) return 'a script in it reached another port';
    if (paths.includes('/read')) return 'a script in it read a file outside';
    if (existsSync(join(outside, 'written.txt'))) return 'a script in it wrote a file outside';
    if (!paths.includes('/in') || (await readFile(join(writable, 'kept.txt'), 'utf8').catch(() => '')) === '')
      return `k6 does not work in it (exit code ${code}): ${stderr.trim().slice(0, 300)}`;
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    allowed.server.close();
    other.server.close();
    if (outside !== null) await rm(outside, { recursive: true, force: true });
  }
}

const trialScript = `
import http from 'k6/http';
let read = false;
try { open(__ENV.OUTSIDE + '/secret.txt'); read = true; } catch (error) {}
export const options = { vus: 1, iterations: 1 };
export default function () {
  http.get(__ENV.ALLOWED + '/in');
  http.get(__ENV.OTHER + '/out');
  if (read) http.get(__ENV.ALLOWED + '/read');
}
export function handleSummary() { return { 'kept.txt': 'kept', [__ENV.OUTSIDE + '/written.txt']: 'written' }; }
`;

interface Listener {
  server: Server;
  url: string;
  port: number;
  requests: string[];
}

function listen(): Promise<Listener> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.writeHead(200, { connection: 'close' }).end();
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({ server, port, requests, url: `http://127.0.0.1:${port}` });
    });
  });
}

function programOnPath(name: string): string | null {
  const paths = (variable('PATH') ?? '').split(delimiter).map((folder) => join(folder, name));
  return paths.find((path) => existsSync(/* turbopackIgnore: true */ path)) ?? null;
}
