import { describe, expect, it } from 'vitest';
import { pictureSvg, type PictureChart } from './picture';

const chart: PictureChart = {
  endMs: 10_000,
  unit: 'requests',
  rate: [],
  ready: [
    { atMs: 0, pods: 2 },
    { atMs: 4000, pods: 5 },
    { atMs: 6000, pods: 3 },
  ],
  revisions: [],
  desired: [],
  expectedMs: [],
  observedMs: [],
};
const revisions = [
  {
    name: '00001',
    ready: [
      { atMs: 0, pods: 2 },
      { atMs: 6000, pods: 0 },
    ],
  },
  { name: '00002', ready: [{ atMs: 4000, pods: 3 }] },
];
const drawn = (own: PictureChart['revisions']): string =>
  pictureSvg({
    title: 'Rollout',
    subtitle: '',
    state: 'Finished',
    verdict: null,
    figures: [],
    chart: { ...chart, revisions: own },
  });
/** Each band's height at its every corner, in pods: a pod is as high in all. */
const bandsIn = (svg: string): [x: number, y: number][][] =>
  [...svg.matchAll(/<path data-revision d="M([^Z]+)Z"/g)].map(([, corners]) =>
    corners!.split('L').map((corner) => corner.split(' ').map(Number) as [number, number]),
  );

describe('of a run with several revisions the picture', () => {
  it('stacks their ready pods, each from where the one below ends', () => {
    const [first, second] = bandsIn(drawn(revisions));
    const top = (band: [number, number][]): [number, number][] => band.slice(0, band.length / 2);
    const bottom = (band: [number, number][]): [number, number][] => band.slice(band.length / 2).reverse();
    expect(bottom(second!)).toEqual(top(first!));
    const [zero] = bottom(first!).map(([, y]) => y);
    const pod = (zero! - top(first!)[0]![1]) / 2;
    const heights = top(second!).map(([, y]) => Math.round((zero! - y) / pod));
    // At 0, 4 and 6 s, up to the next and to the end: as many as there were together.
    expect(heights).toEqual([2, 2, 5, 5, 3, 3]);
  });

  it('names them where they are two, and says that they are revisions where they are more', () => {
    expect(drawn(revisions)).toMatch(/>00001 ready<.*>00002 ready</s);
    const three = drawn([...revisions, { name: '00003', ready: [] }]);
    expect(three).toContain('>ready, by revision<');
    expect(bandsIn(three)).toHaveLength(3);
  });

  it('draws one as it always was', () => {
    expect(bandsIn(drawn([]))).toEqual([]);
    expect(drawn([])).toContain('>ready pods<');
  });
});
