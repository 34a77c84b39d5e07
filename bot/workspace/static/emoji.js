// The emoji that a bot like this one uses, drawn here so that they look the same on machines without an emoji font.
// Others are shown as the machine has them, or by name.

import { h, svg } from "./dom.js";

const RED = "#d3493f";
const GREEN = "#2d9a63";
const AMBER = "#dd9a1c";
const BLUE = "#3a7fc4";
const GREY = "#6f7d80";
const thumb = "M7 21H3V10h4zM9 21V10l4-7c2 0 3 1 3 3l-1 4h5c1.500 0 2 1 2 2l-2 7c-.3 1-1 2-2 2z";
const padlock = "M5 11h14v10H5zM12 15v3";
const disc = "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18";

// name: [colour, filled shape, strokes on it in white (filled) or in the colour (not filled)]
const DRAWN = {
  "+1": [AMBER, thumb],
  "-1": [AMBER, thumb, "", "rotate(180 12 12)"],
  eyes: [GREY, "M7 6c2 0 4 3 4 6.500S9 19 7 19s-4-3-4-6.500S5 6 7 6M17 6c2 0 4 3 4 6.500S19 19 17 19s-4-3-4-6.500S15 6 17 6", "M8 12v2M18 12v2"],
  white_check_mark: [GREEN, "M6 3h12a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3", "M7.500 12.500l3 3 6-7"],
  x: [RED, "", "M6 6l12 12M18 6 6 18"],
  warning: [AMBER, "M12 3 22 20H2z", "M12 9v5M12 17v.2"],
  rotating_light: [RED, "M6 18v-5a6 6 0 0 1 12 0v5zM4 19h16v2H4z", "M9 14a3 3 0 0 1 3-3"],
  mag: [BLUE, "", "M10.500 4a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13M15.500 15.500 21 21"],
  lock: [AMBER, padlock.split("M12")[0], "M12 15v3", "", "M8 11V7a4 4 0 0 1 8 0v4"],
  unlock: [AMBER, padlock.split("M12")[0], "M12 15v3", "", "M8 11V7a4 4 0 0 1 7.500-1.500"],
  key: [AMBER, "", "M8 6a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9M11.500 13.500 20 21M16 17.500l2-2"],
  hourglass: [AMBER, "", "M6 3h12M6 21h12M7 3c0 5 5 6 5 9s-5 4-5 9M17 3c0 5-5 6-5 9s5 4 5 9"],
  bulb: [AMBER, "M12 3a6.500 6.500 0 0 1 3.500 12v2h-7v-2A6.500 6.500 0 0 1 12 3M9 18.500h6V21H9z"],
  information_source: [BLUE, disc, "M12 11v6M12 7.500v.2"],
  question: [RED, "", "M8 8a4 4 0 1 1 5.500 3.700c-1 .5-1.500 1.300-1.500 2.800M12 19v.2"],
  exclamation: [RED, "", "M12 4v10M12 19v.2"],
  bell: [AMBER, "M5 17c2-2 2-4 2-7a5 5 0 0 1 10 0c0 3 0 5 2 7zM10 18.500h4a2 2 0 0 1-4 0"],
  memo: [BLUE, "", "M6 3h8l4 4v14H6zM9 12h6M9 16h4"],
  link: [BLUE, "", "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"],
  arrows_counterclockwise: [BLUE, "", "M4 11a8 8 0 0 1 14-4l2 2M20 4v5h-5M20 13a8 8 0 0 1-14 4l-2-2M4 20v-5h5"],
  bar_chart: [BLUE, "M4 12h4v9H4zM10 5h4v16h-4zM16 9h4v12h-4z"],
  chart_with_upwards_trend: [RED, "", "M3 4v17h18M6 16l5-5 3 3 6-7"],
  speech_balloon: [GREY, "M4 5h16v11H10l-4 4v-4H4z"],
  tada: [AMBER, "M3 21 8 9l7 7z", "", "", "M13 8c0-3 1-4 3-5M16 11c3 0 4-1 5-3M18 15l3 1"],
  wrench: [GREY, "", "M14 6a4.500 4.500 0 0 1 6-2l-3 3 1 1 3-3a4.500 4.500 0 0 1-6 6L7 20a2 2 0 0 1-3-3l8-8"],
  shield: [BLUE, "M12 3 20 6v6c0 5-4 8-8 9-4-1-8-4-8-9V6z", "M8.500 12l2.500 2.500 4.500-5"],
  no_entry: [RED, disc, "M7.500 12h9"],
  red_circle: [RED, disc],
  large_green_circle: [GREEN, disc],
  large_yellow_circle: [AMBER, disc],
  large_orange_circle: ["#e07b29", disc],
  large_blue_circle: [BLUE, disc],
  white_circle: ["#c3cbcc", disc],
};
const SAME = {
  thumbsup: "+1", thumbsdown: "-1", heavy_check_mark: "white_check_mark", mag_right: "mag", closed_lock_with_key: "lock", old_key: "key",
  hourglass_flowing_sand: "hourglass", stopwatch: "hourglass", page_facing_up: "memo", scroll: "memo", repeat: "arrows_counterclockwise",
  grey_question: "question", no_entry_sign: "no_entry", octagonal_sign: "no_entry", hammer_and_wrench: "wrench", speech_left: "speech_balloon",
};
const GLYPHS = {
  wave: "👋", robot_face: "🤖", fire: "🔥", zap: "⚡", thinking_face: "🤔", pray: "🙏", raised_hands: "🙌", heart: "❤️", package: "📦",
  globe_with_meridians: "🌐", satellite_antenna: "📡", star: "⭐", sparkles: "✨", sos: "🆘", ok_hand: "👌", point_right: "👉", calendar: "📅",
  arrow_right: "➡️", clock3: "🕒", alarm_clock: "⏰", paperclip: "📎", gear: "⚙️", ticket: "🎫", broom: "🧹", small_blue_diamond: "🔹",
};

export function emoji(given) {
  const name = given.replace(/::skin-tone-\d$/, "");
  const known = DRAWN[SAME[name] || name];
  const shown = known ? picture(known) : GLYPHS[name];
  if (!shown) return `:${given}:`;
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, shown);
}

function picture([colour, shape, strokes = "", transform = "", outline = ""]) {
  const line = { fill: "none", "stroke-width": "2.4", "stroke-linecap": "round", "stroke-linejoin": "round" };
  const root = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  if (shape) root.append(svg("path", { d: shape, fill: colour, transform }));
  if (strokes) root.append(svg("path", { d: strokes, stroke: shape ? "#fff" : colour, ...line }));
  if (outline) root.append(svg("path", { d: outline, stroke: colour, ...line }));
  return root;
}
