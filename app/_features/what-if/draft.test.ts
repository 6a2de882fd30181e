import { describe, expect, it } from 'vitest';
import { addressOf, draftOf, draftOfAddress, readDraft } from './draft';
import { message } from '@/lib/model/message';

describe('the draft of a what-if', () => {
  it('comes back from its address, with what was typed wrong', () => {
    const draft = { class: 'kpa', minScale: '2', target: 'many' };
    expect(draftOfAddress(addressOf(draft))).toEqual(draft);
    expect(addressOf({})).toBe('');
    expect(draftOfAddress('?tab=log&maxscale=3')).toEqual({});
  });

  it('is settings where it can be, and errors at their fields where not', () => {
    expect(readDraft({ class: 'kpa', minScale: ' 2 ', target: 'many', panicWindowPercent: '' })).toEqual({
      settings: { class: 'kpa', minScale: 2 },
      errors: {
        target: message('validation.no-number', { text: 'many' }),
        panicWindowPercent: message('validation.no-number', { text: '' }),
      },
    });
    expect(readDraft(draftOf({ minScale: 3, aggregation: 'linear' })).settings).toEqual({
      minScale: 3,
      aggregation: 'linear',
    });
  });
});
