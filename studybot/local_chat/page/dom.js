// Elements made from data. Text always goes in as text, so nothing anybody wrote is ever read as markup.

/** Make an element: h("button.send", {title, onclick}, "Send"). A property of null or false is left out. */
export function h(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.classList.add(...classes);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.classList.add(...value.split(" ").filter(Boolean));
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  send: "M4.5 12 3.6 5.2c-.1-1 .9-1.700 1.800-1.300l14.300 7c1 .5 1 1.800 0 2.300l-14.300 7c-.9.4-1.900-.4-1.800-1.300L4.500 12Zm0 0h7",
  clip: "m20 11.500-7.900 7.900a5 5 0 0 1-7.100-7.100l8.300-8.300a3.400 3.400 0 0 1 4.800 4.800l-8.200 8.200a1.700 1.700 0 0 1-2.400-2.400l7.300-7.300",
  menu: "M5 7h14M5 12h14M5 17h9",
  back: "m14.500 5-7 7 7 7",
  more: "M12 6v.01M12 12v.01M12 18v.01",
  plus: "M12 5.500v13M5.500 12h13",
  close: "m6.500 6.500 11 11m0-11-11 11",
  down: "m5.500 9 6.500 6.500L18.500 9",
  copy: "M9 9V6.500A1.500 1.500 0 0 1 10.500 5h7A1.500 1.500 0 0 1 19 6.500v7a1.500 1.500 0 0 1-1.500 1.500H15M6.500 9h7A1.500 1.500 0 0 1 15 10.500v7a1.500 1.500 0 0 1-1.500 1.500h-7A1.500 1.500 0 0 1 5 17.500v-7A1.500 1.500 0 0 1 6.500 9Z",
  check: "m5 12.500 4.500 4.500L19 7.500",
  reply: "M9.500 6 4.500 11l5 5M5 11h8.500a6 6 0 0 1 6 6v1",
  edit: "m14.500 6 3.500 3.500L8.500 19H5v-3.500L14.500 6Z",
  trash: "M5 7.500h14M10 7V5h4v2m-7 .5.800 11.500h8.400L17 7.500",
  file: "M7 4h6.500L18 8.500V20H7V4Zm6 0v5h5",
  save: "M12 4.500v10m-4-4 4 4 4-4M5.500 19.500h13",
  link: "M8 16 16.500 7.500M9.500 7h7.500v7.500",
  lamp: "M9.500 17.500h5M10.500 20.500h3M12 3.500a5.500 5.500 0 0 0-3 10c.6.5.9 1 1 2h4c.1-1 .4-1.500 1-2a5.500 5.500 0 0 0-3-10Z",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 4v4.500l3 2",
  shield: "M12 3.500 5.500 6v5.500c0 4 2.700 7.300 6.500 9 3.800-1.700 6.500-5 6.500-9V6L12 3.500Zm-3 8.500 2.300 2.300L15.500 10",
  people: "M9 11.500a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400Zm-5.500 7.500c.4-3 2.600-4.800 5.500-4.800s5.100 1.800 5.500 4.800M15.500 5.500a3 3 0 0 1 0 5.700m1.500 3.300c2 .5 3.200 2 3.500 4.500",
  face: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM9 10v.500m6-.500v.500M8.700 14.200c1.700 2.300 4.900 2.300 6.600 0",
  stop: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM6.500 6.500l11 11",
  check2: "m3 12.500 4 4 8-9m-3.500 8 1 1 8-9",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-4.500v1m0 15v1M3.500 12h1m15 0h1M6 6l.700.700m10.600 10.600.700.700M6 18l.700-.700M17.300 6.700 18 6",
};

/** Draw one of the icons above; it is decoration, the button around it carries the words. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

const HUES = 8;

/** A round picture of somebody: the first letter of their name on a colour of their own. */
export function avatar(name, id, { bot = false, group = false } = {}) {
  const letter = bot ? icon("lamp") : group ? icon("people") : [...name][0] ?? "?";
  const hue = bot ? "bot" : group ? "group" : `hue-${Math.abs(id) % HUES}`;
  return h("span.avatar", { class: hue, "aria-hidden": "true" }, letter);
}
