import fc from 'fast-check';
import { expect, it } from 'vitest';
import { appliedAnnotation, applyPatch } from './apply-patch';

const manifest = (annotations: Record<string, string>, spec: Record<string, unknown>) => ({
  metadata: { name: 's', annotations },
  spec,
});

/** RFC 7386, the algorithm of its section 2. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

it('removes what the last apply set and this one leaves out, and keeps what others set', () => {
  const first = applyPatch(null, manifest({ a: '1', b: '2' }, { x: 1, deep: { y: 2, z: 3 } })).object;
  const stored = mergePatch(first, { metadata: { annotations: { others: 'own' } }, status: { url: 'u' } });
  const { patch } = applyPatch(stored, manifest({ a: '9' }, { deep: { z: 3 } }));
  expect(mergePatch(stored, patch)).toMatchObject({
    metadata: { annotations: { a: '9', others: 'own' } },
    status: { url: 'u' },
  });
  expect(mergePatch(stored, patch)).not.toHaveProperty('metadata.annotations.b');
  expect(mergePatch(stored, patch)).toHaveProperty('spec', { deep: { z: 3 } });
});

it('only adds where the object was never applied or its note cannot be read', () => {
  for (const note of [undefined, 'not json', '[1]']) {
    const stored = {
      metadata: { annotations: note === undefined ? {} : { [appliedAnnotation]: note } },
      spec: { kept: 1 },
    };
    expect(mergePatch(stored, applyPatch(stored, manifest({}, { added: 2 })).patch)).toHaveProperty('spec', {
      kept: 1,
      added: 2,
    });
  }
});

it('makes the stored object what was applied, after any sequence of applies', () => {
  const tree = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.oneof(fc.integer(), fc.array(fc.integer()), fc.dictionary(fc.constantFrom('a', 'b'), fc.integer())),
  );
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 5 }), (specs) => {
      let stored: unknown = null;
      for (const spec of specs) {
        const { object, patch } = applyPatch(stored, manifest({}, spec));
        stored = stored === null ? object : mergePatch(stored, patch);
      }
      expect(JSON.parse(JSON.stringify(stored))).toHaveProperty(
        'spec',
        JSON.parse(JSON.stringify(specs.at(-1))),
      );
    }),
  );
});
