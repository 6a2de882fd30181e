import {
  settingValue,
  SweepAxisError,
  type WhatIfField,
  whatIfFields,
  type WhatIfSettings,
} from '@/lib/whatif';
import { type Message } from '@/lib/model/message';

/** The settings that a user has changed, as typed; an absent one is the service's own. */
export type WhatIfDraft = Partial<Record<WhatIfField, string>>;

/** The draft as settings, and why fields of it are none. */
export function readDraft(draft: WhatIfDraft): {
  settings: WhatIfSettings;
  errors: Partial<Record<WhatIfField, Message>>;
} {
  const settings: Record<string, number | string> = {};
  const errors: Partial<Record<WhatIfField, Message>> = {};
  for (const field of whatIfFields) {
    const text = draft[field]?.trim();
    if (text === undefined) continue;
    try {
      settings[field] = settingValue(field, text);
    } catch (error) {
      if (!(error instanceof SweepAxisError)) throw error;
      errors[field] = error.said;
    }
  }
  return { settings, errors };
}

/** Settings as a draft: what a sweep's point is opened with. */
export function draftOf(settings: WhatIfSettings): WhatIfDraft {
  return Object.fromEntries(
    whatIfFields.flatMap((field) =>
      settings[field] === undefined ? [] : [[field, String(settings[field])]],
    ),
  );
}

/** The draft in an address's query: one parameter a changed setting. */
export function draftOfAddress(search: string): WhatIfDraft {
  const params = new URLSearchParams(search);
  return Object.fromEntries(
    whatIfFields.flatMap((field) => (params.has(field) ? [[field, params.get(field)!.slice(0, 40)]] : [])),
  );
}

/** The revision that an address names; null: all of them together. */
export function revisionOfAddress(search: string): string | null {
  return new URLSearchParams(search).get('revision')?.slice(0, 253) || null;
}

/** The query of an address that opens the same draft of the same revision. */
export function addressOf(draft: WhatIfDraft, revision: string | null = null): string {
  const query = new URLSearchParams([
    ...(revision === null ? [] : [['revision', revision]]),
    ...whatIfFields.flatMap((field) => (draft[field] === undefined ? [] : [[field, draft[field]]])),
  ]).toString();
  return query === '' ? '' : `?${query}`;
}
