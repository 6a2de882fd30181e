import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const app = join(import.meta.dirname, '..');

it('every colour of data that a class names is in the style sheet: one that is not there draws nothing', () => {
  const known = new Set(
    [...readFileSync(join(app, 'globals.css'), 'utf8').matchAll(/--color-(data-[\w-]+):/g)].map(
      ([, name]) => name,
    ),
  );
  const unknown = readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tsx') || file.endsWith('.ts'))
    .flatMap((file) =>
      [
        ...readFileSync(join(app, file), 'utf8').matchAll(
          /\b(?:stroke|fill|bg|text|border)-(data-[a-z0-9-]+)/g,
        ),
      ]
        .filter(([, name]) => !known.has(name))
        .map(([named]) => `${file}: ${named}`),
    );
  expect(known.size).toBeGreaterThan(0);
  expect(unknown).toEqual([]);
});
