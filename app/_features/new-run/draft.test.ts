import { describe, expect, it } from 'vitest';
import { errorAt } from '@/lib/api/api-problem';
import { envOf, firstDraft, inputKind, tagsOf } from './draft';

const script = {
  name: 'tutorial',
  title: 'T',
  question: '',
  parameters: [{ name: 'VUS', default: '50', description: '' }],
  body: 'x',
  origin: 'shipped' as const,
};

describe('draft', () => {
  it('begins with the first script', () => {
    expect(firstDraft('s', [script], null, null)).toMatchObject({
      serviceId: 's',
      scriptName: 'tutorial',
      scriptText: null,
    });
  });

  it('sends only what was changed, and its own variables', () => {
    const draft = {
      ...firstDraft('s', [script], null, null),
      parameters: { VUS: '10', REQUESTS: ' ' },
      env: [
        { name: ' A ', value: '1' },
        { name: '', value: 'x' },
      ],
    };
    expect(envOf(draft)).toEqual({ VUS: '10', A: '1' });
    expect(tagsOf({ ...draft, tags: 'a, b,，a、c' })).toEqual(['a', 'b', 'c']);
  });

  it('finds the error of a field and of its parts', () => {
    const errors = [
      { path: 'tags.1', message: 'too long' },
      { path: 'env.K6_X', message: 'reserved' },
    ];
    expect(errorAt(errors, 'tags')).toBe('too long');
    expect(errorAt(errors, 'env.K6_X')).toBe('reserved');
    expect(errorAt(errors, 'name')).toBeUndefined();
  });

  it('types an input by its default', () => {
    expect(['50', '0.5', '30s', ''].map(inputKind)).toEqual(['number', 'number', 'text', 'text']);
  });
});
