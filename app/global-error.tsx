'use client';

import { en } from './_ui/words/en';

/** Shown when the frame itself failed: it can rely on nothing, not even on the language. */
export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: 'system-ui, sans-serif', padding: '4rem', textAlign: 'center' }}>
        <h1>{en.errors.title}</h1>
        <p>{en.errors.text}</p>
        <button type="button" onClick={reset}>
          {en.common.retry}
        </button>
      </body>
    </html>
  );
}
