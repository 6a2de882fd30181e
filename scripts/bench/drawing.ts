import { rmSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { chromium, type Page, type Request } from '@playwright/test';
import { chromiumOptions } from '@/e2e/chromium';

/** How often what a reader waits for is asked for. */
export const repeats = 7;
export const viewport = { width: 1440, height: 900 };

/** One answer's bytes on the wire and how long it took to its last one. */
export function fetchBytes(url: string, compressed: boolean): Promise<{ bytes: number; ms: number }> {
  return new Promise((resolve, reject) => {
    const beganMs = performance.now();
    get(url, { headers: compressed ? { 'accept-encoding': 'gzip, deflate, br' } : {} }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () =>
        response.statusCode === 200
          ? resolve({ bytes, ms: performance.now() - beganMs })
          : reject(new Error(`${url} answered ${response.statusCode}`)),
      );
    }).on('error', reject);
  });
}

/**
 * Draws a run's page in a browser with a profile, as readers have one: scripts that it has met before it keeps compiled,
 * from the third time on.
 */
export async function timesToCharts(
  url: string,
  profile: string,
): Promise<{ first: number; later: number[]; scripts: ScriptBytes }> {
  rmSync(profile, { recursive: true, force: true });
  const context = await chromium.launchPersistentContext(profile, { ...chromiumOptions, viewport });
  try {
    const all: number[] = [];
    let scripts: ScriptBytes = { files: 0, sent: 0, raw: 0 };
    for (let i = 0; i < 3 + repeats; i++) {
      const page = await context.newPage();
      const loaded = scriptsOf(page);
      all.push(await timeToCharts(page, url));
      // What a page still asks for once it is drawn would be answered while the next is waited for.
      await page.locator('[data-distribution] table').first().waitFor({ timeout: 60_000 });
      await page.waitForTimeout(500);
      if (i === 0) scripts = await bytesOf(loaded);
      await page.close();
    }
    return { first: all[0]!, later: all.slice(3), scripts };
  } finally {
    await context.close();
  }
}

/** What the scripts of a page's visit weigh in bytes: `sent` over the wire, `raw` as they run. */
interface ScriptBytes {
  files: number;
  sent: number;
  raw: number;
}

/** The page's scripts as they come from now on, those loaded ahead for other pages as well. */
function scriptsOf(page: Page): Request[] {
  const scripts: Request[] = [];
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'script') scripts.push(request);
  });
  return scripts;
}

async function bytesOf(scripts: readonly Request[]): Promise<ScriptBytes> {
  const sizes = await Promise.all(
    scripts.map(async (script) => ({
      sent: (await script.sizes()).responseBodySize,
      raw: (await (await script.response())!.body()).length,
    })),
  );
  const sum = (key: 'sent' | 'raw'): number => sizes.reduce((total, size) => total + size[key], 0);
  return { files: sizes.length, sent: sum('sent'), raw: sum('raw') };
}

/** From the navigation's start until all four charts have their data drawn (ms). */
async function timeToCharts(page: Page, url: string): Promise<number> {
  await page.addInitScript({ path: join(import.meta.dirname, 'note-drawing.mjs') });
  await page.goto(url, { waitUntil: 'commit' });
  const root = page.locator('html[data-drawn-ms]');
  await root.waitFor({ timeout: 60_000 });
  return Number(await root.getAttribute('data-drawn-ms'));
}
