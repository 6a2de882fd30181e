const names = [
  'ok',
  'redirect',
  'client-error',
  'server-error',
  'no-answer',
  'no-status',
  'p50',
  'p95',
  'p99',
  'ready',
  'starting',
  'pending',
  'terminating',
  'desired',
  'active',
  'waiting',
  'target',
  'panic',
  'expected',
  'observed',
  'decided',
  'theirs',
  'grid',
  'axis',
  'gap',
] as const;
export type ColourName = (typeof names)[number];

export interface ChartTheme {
  colours: Record<ColourName, string>;
  /** From few to many. */
  heat: string[];
  card: string;
  font: string;
}

/** The colours of data as the style sheet has them in the theme that is on. */
export function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => longHex(style.getPropertyValue(name).trim());
  return {
    colours: Object.fromEntries(names.map((name) => [name, value(`--data-${name}`)])) as Record<
      ColourName,
      string
    >,
    heat: [0, 1, 2, 3, 4].map((i) => value(`--heat-${i}`)),
    card: value('--card'),
    font: getComputedStyle(document.body).fontFamily,
  };
}

/** `#abc` as `#aabbcc`: a style sheet's minifier shortens colours. */
export function longHex(colour: string): string {
  return /^#[0-9a-f]{3}$/i.test(colour)
    ? `#${[...colour.slice(1)].map((digit) => digit + digit).join('')}`
    : colour;
}

/** A colour (#rrggbb) with an opacity from 0 to 1. */
export function withAlpha(colour: string, alpha: number): string {
  return `${colour.slice(0, 7)}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;
}

/** Patterns are drawn on one canvas, one after the other: a new one for each takes longer than to draw. */
let stamp: HTMLCanvasElement | null = null;

export type PatternKind = 'rising' | 'falling' | 'cross' | 'dots' | 'level';

/** A fill that is told from others without its colour. */
export function pattern(
  kind: PatternKind,
  colour: string,
  base = 0.35,
  strength = 1,
): CanvasPattern | string {
  const size = 8;
  const ratio = Math.max(1, Math.round(window.devicePixelRatio));
  const canvas = (stamp ??= document.createElement('canvas'));
  // Setting the size clears it, its transform included.
  canvas.width = canvas.height = size * ratio;
  const context = canvas.getContext('2d');
  if (!context) return withAlpha(colour, base);
  context.scale(ratio, ratio);
  context.fillStyle = withAlpha(colour, base);
  context.fillRect(0, 0, size, size);
  context.strokeStyle = context.fillStyle = withAlpha(colour, strength);
  context.lineWidth = 1.25;
  context.beginPath();
  if (kind === 'dots') {
    for (const [x, y] of [
      [2, 2],
      [6, 6],
    ] as const) {
      context.moveTo(x + 1, y);
      context.arc(x, y, 1, 0, 2 * Math.PI);
    }
    context.fill();
  } else {
    const line = (fromX: number, fromY: number, toX: number, toY: number): void => {
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
    };
    if (kind === 'level') line(0, 4, size, 4);
    if (kind === 'rising' || kind === 'cross') {
      line(-2, 2, 2, -2);
      line(-2, size + 2, size + 2, -2);
      line(size - 2, size + 2, size + 2, size - 2);
    }
    if (kind === 'falling' || kind === 'cross') {
      line(-2, -2, size + 2, size + 2);
      line(size - 2, -2, size + 2, 2);
      line(-2, size - 2, 2, size + 2);
    }
    context.stroke();
  }
  const made = context.createPattern(canvas, 'repeat');
  made?.setTransform(new DOMMatrix().scale(1 / ratio));
  return made ?? withAlpha(colour, base);
}

/** The colour at a share from 0 to 1 of the heat scale. */
export function heatColour(heat: readonly string[], share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (heat.length - 1);
  const low = Math.floor(at);
  const from = heat[low] ?? '#000000';
  const to = heat[low + 1] ?? from;
  const mix = (offset: number): number => {
    const a = parseInt(from.slice(offset, offset + 2), 16);
    return Math.round(a + (parseInt(to.slice(offset, offset + 2), 16) - a) * (at - low));
  };
  return `rgb(${mix(1)} ${mix(3)} ${mix(5)})`;
}
