import { describe, expect, it } from 'vitest';
import { errorAt } from '@/lib/api/api-problem';
import {
  envOf,
  firstDraft,
  inputKind,
  isOfVariables,
  nameOf,
  plainEnvOf,
  tagsOf,
  withArchived,
} from './draft';

const script = {
  name: 'tutorial',
  title: 'T',
  question: '',
  parameters: [{ name: 'VUS', default: '50', description: '' }],
  body: 'x',
  origin: 'shipped' as const,
  entry: null,
  files: [],
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
        { name: ' A ', value: '1', isPlain: true },
        { name: 'B', value: '2', isPlain: false },
        { name: '', value: 'x', isPlain: true },
      ],
    };
    expect(envOf(draft)).toEqual({ VUS: '10', A: '1', B: '2' });
    expect(plainEnvOf(draft)).toEqual(['VUS', 'A']);
    expect(plainEnvOf({ ...draft, parameters: { MY_KEY: '1', PIN: '2', N: '3' } })).toEqual(['N', 'A']);
    expect(tagsOf({ ...draft, tags: 'a, b,，a、c' })).toEqual(['a', 'b', 'c']);
  });

  it('takes an archive’s variables, as secrets, in place of those of the same names', () => {
    const variable = (name: string, value: string) => ({ name, value, isPlain: true });
    const archive = { options: null, env: { TOKEN: 'new', SIZE: '3' }, envLeftOut: [] };
    const env = withArchived([variable('TOKEN', 'old'), variable('USERS', '9')], archive);
    expect(env).toEqual([
      variable('USERS', '9'),
      { ...variable('TOKEN', 'new'), isPlain: false },
      { ...variable('SIZE', '3'), isPlain: false },
    ]);
    expect(withArchived(env, null)).toEqual(env);
  });

  it('finds the error of a field and of its parts', () => {
    const errors = [
      { path: 'tags.1', message: 'too long' },
      { path: 'env.K6_X', message: 'reserved' },
    ];
    expect(errorAt(errors, 'tags')).toBe('too long');
    expect(errorAt(errors, 'env.K6_X')).toBe('reserved');
    expect(errorAt(errors, 'name')).toBeUndefined();
    expect([isOfVariables(errors), isOfVariables(errors.slice(1)), isOfVariables([])]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('types an input by its default', () => {
    expect(['50', '0.5', '30s', ''].map(inputKind)).toEqual(['number', 'number', 'text', 'text']);
  });
});

describe('the name of a run that is asked for again', () => {
  const first = { ...firstDraft('s', [script], null, null), name: '50 users' };

  it('is kept while the same is run', () => {
    expect(nameOf(first, first)).toBe('50 users');
    expect(nameOf({ ...first, tags: 'x', parameters: { VUS: ' ' } }, first)).toBe('50 users');
  });

  it('is dropped once it has become false, and kept where it was typed since', () => {
    for (const change of [
      { parameters: { VUS: '100' } },
      { serviceId: 'other' },
      { scriptText: 'y' },
      { scriptName: 'ramp' },
      { env: [{ name: 'A', value: '1', isPlain: false }] },
    ]) {
      expect(nameOf({ ...first, ...change }, first)).toBe('');
      expect(nameOf({ ...first, ...change, name: '100 users' }, first)).toBe('100 users');
    }
  });
});
