// Elements of the page. Text of the input goes through `clean` and becomes text nodes: no function here takes markup.

"use strict";

const $ = id => document.getElementById(id);

// Characters that reorder or drive what the reader sees. A mark stands in their place.
const HARMFUL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

function clean(text) {
  return String(text).replace(HARMFUL, c => c < " " ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : "\ufffd");
}

// An element: `name` is a tag with classes ("p.small.quiet"), `given` has attributes, listeners ("onclick") and styles.
function h(name, given, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(given || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [name, size] of Object.entries(value)) node.style.setProperty(name, size);
    else node.setAttribute(key, value === true ? "" : value);
  }
  return add(node, children);
}

function s(tag, given, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(given || {})) node.setAttribute(key, value);
  return add(node, children);
}

function add(node, children) {
  for (const child of children.flat(9)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

// A long text by its beginning and its end.
function short(text, size) {
  const all = clean(text);
  return all.length > size ? all.slice(0, size * 2 / 3) + " … " + all.slice(-size / 3) : all;
}

// A name or a headline of the input, in its own direction of writing.
function theirs(text, cls) {
  const node = h("bdi", {dir: "auto"}, short(text, 300));
  if (cls) node.className = cls;
  return node;
}

// A card with a heading, or nothing if the card has nothing to say.
function card(cls, id, title, ...children) {
  const inside = children.flat(9).filter(child => child);
  return inside.length ? h("section.card" + cls, {"aria-labelledby": id}, h("h2", {id}, title), inside) : null;
}

// The heads of the columns of a table: words, or [words, class], or [words, "sr"] for a head that is not seen.
function columns(...heads) {
  return h("thead", {}, h("tr", {}, heads.map(head => {
    const [words, cls] = Array.isArray(head) ? head : [head, ""];
    return cls === "sr" ? h("th", {scope: "col"}, h("span.sr", {}, words)) : h("th" + (cls ? "." + cls : ""), {scope: "col"}, words);
  })));
}
