// Bars over days, drawn with uPlot; the same numbers stand in a table for whoever can't see them.

import uPlot from 'uplot';
import { html, useEffect, useRef, useState } from '/assets/ui/html.js';
import { locale, t } from '/assets/ui/i18n.js';
import { number } from './sizes.js';
import { Table } from './table.js';

const HEIGHT = 200;
/** As many as tokens.css has colours for. */
export const COLOURS = 6;

/** A day without its year. */
const short = (day) => new Intl.DateTimeFormat(locale(), { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(new Date(day));

/** The colour that a name of tokens.css stands for in the theme that is shown. */
function colourOf(place, name) {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Sums of the first series, of the first two, and so on: what is drawn later stands in front of what is drawn before. */
function stacked(series) {
  const sums = [];
  for (const { values } of series) sums.push(values.map((value, at) => value + (sums.at(-1)?.[at] ?? 0)));
  return sums;
}

function optionsOf(place, days, series, width, onPoint) {
  const quiet = colourOf(place, '--quiet');
  const grid = { stroke: colourOf(place, '--line'), width: 1 };
  const font = `12px ${getComputedStyle(place).fontFamily}`;
  const axis = { stroke: quiet, grid, ticks: grid, font };
  const bars = uPlot.paths.bars({ size: [0.75, 36] });
  return {
    width, height: HEIGHT, legend: { show: false }, padding: [8, 8, 0, 0],
    cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
    scales: { x: { time: false, range: [-0.6, days.length - 0.4] }, y: { range: (plot, least, most) => [0, Math.max(most * 1.05, 4)] } },
    axes: [
      { ...axis, size: 32, grid: { show: false }, space: 70, incrs: [1, 2, 5, 10, 15], values: (plot, places) => places.map((at) => (days[at] ? short(days[at]) : '')) },
      { ...axis, size: 60, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7], values: (plot, sums) => sums.map((sum) => number(sum)) },
    ],
    series: [{}, ...series.map((one, at) => ({ paths: bars, points: { show: false }, stroke: 'transparent', width: 0, fill: colourOf(place, `--chart-${at + 1}`) })).reverse()],
  };
}

/** Draws anew when there is another width, another theme, or other numbers. */
function useDrawing(days, series, onPoint) {
  const place = useRef(null);
  const numbers = JSON.stringify([days, series]);
  useEffect(() => {
    const box = place.current;
    let plot = null;
    const draw = () => {
      plot?.destroy();
      const { clientWidth } = box;
      const data = [days.map((day, at) => at), ...stacked(series).reverse()];
      plot = clientWidth ? new uPlot(optionsOf(box, days, series, clientWidth, onPoint), data, box) : null;
    };
    const sizes = new ResizeObserver(draw);
    const themes = new MutationObserver(draw);
    const system = matchMedia('(prefers-color-scheme: dark)');
    sizes.observe(box);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'lang'] });
    system.addEventListener('change', draw);
    return () => {
      sizes.disconnect();
      themes.disconnect();
      system.removeEventListener('change', draw);
      plot?.destroy();
    };
  }, [numbers]);
  return place;
}

/** `series`: { name, values }, one value for each day. */
export function Chart({ title, days, series }) {
  const [point, setPoint] = useState(null);
  const place = useDrawing(days, series, setPoint);
  const columns = [
    { name: t('day'), cell: (at) => short(days[at]) },
    ...series.map((one) => ({ name: one.name, cell: (at) => number(one.values[at]) })),
  ];
  const shown = point === null || !days[point] ? '' : [short(days[point]), ...series.filter((one) => one.values[point]).map((one) => `${one.name} ${number(one.values[point])}`)].join(' · ');
  return html`<section class="card chart">
    <h3>${title}</h3>
    ${series.length > 1 && html`<ul class="legend">${series.map((one, at) => html`<li><span class=${`swatch c${at + 1}`}></span>${one.name}</li>`)}</ul>`}
    <div class="plot" ref=${place} role="img" aria-label=${t('chart_words', { title })}></div>
    <p class="hint point" aria-hidden="true">${shown}</p>
    <details class="fold"><summary>${t('chart_table')}</summary>
      <div class="inside"><${Table} caption=${title} columns=${columns} rows=${days.map((day, at) => at).reverse()} keyOf=${(at) => at} /></div>
    </details>
  </section>`;
}
