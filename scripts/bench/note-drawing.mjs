// Runs in the page before its own scripts: notes when its fourth chart has had many strokes, as `data-drawn-ms` of the
// root. Pixels cannot be asked for without delaying them.
(() => {
  /** Grid, axes and titles are fewer strokes than this on any chart; data of 600 columns are more. */
  const least = 400;
  let left = 4;
  /** Kept on the object itself: a map of ten thousands of strokes would take longer than to draw them. */
  const key = Symbol('strokes');

  /** @typedef {{ [key]?: number }} Stroked */

  /** @param {CanvasRenderingContext2D & Stroked} context @param {number} strokes */
  function gain(context, strokes) {
    const before = context[key] ?? 0;
    context[key] = before + strokes;
    if (before < least && before + strokes >= least && context.canvas.closest('[data-chart]') && --left === 0)
      document.documentElement.dataset.drawnMs = `${performance.now()}`;
  }

  /** @param {object} prototype @param {string[]} names @param {(self: object, args: unknown[]) => void} after */
  function watch(prototype, names, after) {
    for (const name of names) {
      /** @type {unknown} */
      const found = Reflect.get(prototype, name);
      const draw = /** @type {(...args: unknown[]) => void} */ (found);
      /** @this {object} @param {...unknown} args */
      const watched = function (...args) {
        Reflect.apply(draw, this, args);
        after(this, args);
      };
      Reflect.set(prototype, name, watched);
    }
  }

  const context = CanvasRenderingContext2D.prototype;
  watch(context, ['lineTo', 'rect', 'fillRect', 'bezierCurveTo'], (self) =>
    gain(/** @type {CanvasRenderingContext2D} */ (self), 1),
  );
  // What is put together as a path counts when it is drawn.
  watch(Path2D.prototype, ['lineTo', 'rect', 'bezierCurveTo'], (self) => {
    const path = /** @type {Stroked} */ (self);
    path[key] = (path[key] ?? 0) + 1;
  });
  watch(
    context,
    ['fill', 'stroke'],
    (self, [path]) =>
      path instanceof Path2D &&
      gain(/** @type {CanvasRenderingContext2D} */ (self), /** @type {Stroked} */ (path)[key] ?? 0),
  );
})();
