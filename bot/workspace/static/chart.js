// data_visualization blocks as small SVG drawings, with the numbers for those who do not see them.

import { h, svg } from "./dom.js";

const WIDTH = 560;
const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 36;
const TOP = 10;

export function chart(block) {
  const drawn = block.chart.type === "pie" ? pie(block.chart.segments) : xy(block.chart);
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", spoken(block));
  const legend = names(block.chart).map((name, index) => h("span", { class: `key series-${index}` }, h("span", {}, name)));
  return h("figure", { class: "chart" }, h("figcaption", {}, block.title), drawn, h("div", { class: "legend" }, legend));
}

const names = (given) => (given.type === "pie" ? given.segments.map((s) => s.label) : given.series.length > 1 ? given.series.map((s) => s.name) : []);

function spoken({ title, chart: given }) {
  const rows = given.type === "pie" ? [{ name: title, data: given.segments }] : given.series;
  return rows.map((row) => `${row.name}: ${row.data.map((p) => `${p.label} ${p.value}`).join(", ")}`).join("; ");
}

function xy({ type, series, axis_config: axis }) {
  const values = series.flatMap((s) => s.data.map((p) => p.value));
  const high = nice(Math.max(...values, 1));
  const low = Math.min(0, ...values);
  const count = axis.categories.length;
  const step = (WIDTH - LEFT - 8) / (type === "bar" ? count : Math.max(count - 1, 1));
  const x = (index) => LEFT + step * (type === "bar" ? index + 0.5 : index);
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low));
  const root = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot" });
  // At the ends of the axis a name stays within the drawing.
  const anchor = (index) => (type === "bar" ? "middle" : { 0: "start", [count - 1]: "end" }[index] || "middle");
  for (const part of [0, 0.5, 1]) {
    const level = low + (high - low) * part;
    root.append(svg("line", { x1: LEFT, x2: WIDTH - 8, y1: y(level), y2: y(level), class: "grid" }), label(LEFT - 6, y(level) + 4, level, "end"));
  }
  // As many names as have room, also where the whole is drawn small.
  const every = Math.ceil(count / 5);
  axis.categories.forEach((name, index) => index % every || root.append(label(x(index), HEIGHT - 10, name, anchor(index))));
  series.forEach((one, index) => root.append(...shape(type, one.data, { x, y, index, step, of: series.length })));
  return root;
}

function shape(type, data, { x, y, index, step, of }) {
  if (type === "bar") {
    const width = Math.min((step * 0.7) / of, 46);
    return data.map((p, i) => {
      const left = x(i) - (width * of) / 2 + width * index;
      const top = Math.min(y(p.value), y(0));
      return svg("rect", { x: left, y: top, width: Math.max(width - 2, 1), height: Math.max(Math.abs(y(p.value) - y(0)), 1), rx: 2, class: `fill series-${index}` });
    });
  }
  const points = data.map((p, i) => `${x(i)},${y(p.value)}`).join(" ");
  const line = svg("polyline", { points, class: `stroke series-${index}` });
  if (type === "line") return [line];
  return [svg("polygon", { points: `${x(0)},${y(0)} ${points} ${x(data.length - 1)},${y(0)}`, class: `area series-${index}` }), line];
}

function pie(segments) {
  const total = segments.reduce((sum, s) => sum + s.value, 0);
  const root = svg("svg", { viewBox: "0 0 220 220", class: "plot pie" });
  let turned = -Math.PI / 2;
  segments.forEach((segment, index) => {
    const angle = (segment.value / total) * Math.PI * 2;
    const at = (a) => `${110 + 96 * Math.cos(a)} ${110 + 96 * Math.sin(a)}`;
    const whole = segments.length === 1;
    const d = `M110 110L${at(turned)}A96 96 0 ${angle > Math.PI ? 1 : 0} 1 ${at(turned + angle)}Z`;
    root.append(whole ? svg("circle", { cx: 110, cy: 110, r: 96, class: "fill series-0" }) : svg("path", { d, class: `fill series-${index}` }));
    turned += angle;
  });
  return root;
}

function label(x, y, text, anchor) {
  return svg("text", { x, y, "text-anchor": anchor }, String(text));
}

function nice(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((m) => m * unit).find((m) => m >= value);
}
