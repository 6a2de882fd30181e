import { Chart } from 'chart.js';
import { measureEvent } from './measure-event';
import { readTheme } from './theme';

const ratio = 2;
const padding = 16;
const headHeight = 34;
const legendGap = 14;

interface Picture {
  title: string;
  unit: string;
  legend: { label: string; colour: string }[];
  chart: Chart;
  width: number;
  height: number;
}

/** One chart as a PNG with its title and legend; null where it is not on the page. `key`: its `data-chart`. */
export async function chartPng(key: string): Promise<Blob | null> {
  window.dispatchEvent(new Event(measureEvent));
  const picture = pictureOf(document.querySelector(`[data-chart="${CSS.escape(key)}"]`));
  return picture ? pngOf([picture], null) : null;
}

/** All charts of the page below each other as one PNG; null where there is none. */
export async function allChartsPng(title: string): Promise<Blob | null> {
  window.dispatchEvent(new Event(measureEvent));
  const pictures = [...document.querySelectorAll('[data-chart]')].flatMap(
    (element) => pictureOf(element) ?? [],
  );
  return pictures.length > 0 ? pngOf(pictures, title) : null;
}

/** Hands a file to the browser to keep. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function pictureOf(element: Element | null): Picture | null {
  const canvas = element?.querySelector('canvas');
  const chart = canvas ? Chart.getChart(canvas) : undefined;
  if (!element || !chart) return null;
  const legend = chart.data.datasets.flatMap(({ type, label, borderColor, data, hidden }) =>
    type === 'line' && label && typeof borderColor === 'string' && data.length > 0 && !hidden
      ? [{ label, colour: borderColor }]
      : [],
  );
  return {
    title: element.getAttribute('aria-label') ?? '',
    unit: canvas?.getAttribute('aria-label')?.split(', ').slice(1).join(', ') ?? '',
    legend,
    chart,
    width: chart.width,
    height: chart.height,
  };
}

async function pngOf(pictures: readonly Picture[], title: string | null): Promise<Blob | null> {
  const theme = readTheme();
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue('--foreground').trim();
  const muted = style.getPropertyValue('--muted-foreground').trim();
  const titleHeight = title === null ? 0 : 36;
  const canvas = document.createElement('canvas');
  canvas.width = (Math.max(...pictures.map(({ width }) => width)) + 2 * padding) * ratio;
  canvas.height =
    (pictures.reduce((sum, { height }) => sum + height + headHeight, 0) + 2 * padding + titleHeight) * ratio;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.scale(ratio, ratio);
  context.fillStyle = theme.card;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.textBaseline = 'middle';
  const write = (text: string, x: number, y: number, font: string, colour: string): number => {
    context.font = `${font} ${theme.font}`;
    context.fillStyle = colour;
    context.fillText(text, x, y);
    return x + context.measureText(text).width;
  };
  let top = padding;
  if (title !== null) write(title, padding, top + 12, '600 17px', ink);
  top += titleHeight;
  for (const picture of pictures) {
    const middle = top + headHeight / 2;
    let x = write(picture.title, padding, middle, '600 13px', ink);
    x = write(picture.unit, x + 10, middle, '12px', muted);
    context.font = `12px ${theme.font}`;
    let right = canvas.width / ratio - padding;
    for (const { label, colour } of picture.legend.toReversed()) {
      right -= context.measureText(label).width;
      if (right - 16 < x) break;
      write(label, right, middle, '12px', muted);
      context.fillStyle = colour;
      context.fillRect(right - 15, middle - 5, 10, 10);
      right -= 15 + legendGap;
    }
    top += headHeight;
    drawSharp(picture, context, padding, top);
    top += picture.height;
  }
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

/** Draws a chart anew at the picture's own resolution, whatever the screen's is. */
function drawSharp(
  { chart, width, height }: Picture,
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
): void {
  const before = chart.options.devicePixelRatio;
  chart.options.devicePixelRatio = ratio;
  chart.resize();
  context.drawImage(chart.canvas, x, y, width, height);
  chart.options.devicePixelRatio = before ?? window.devicePixelRatio;
  chart.resize();
}
