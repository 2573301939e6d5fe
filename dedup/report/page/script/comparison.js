// A comparison: the verdict with the rule that gave it, all grounds, how much is shared and where, then the texts.

let twoColumns = null;

function verdict(c, b) {
  if (c.same === null) return c.match ? "A match" : "No match";
  if (c.match && c.same) return b.relation === "original" ? "Copies of one article" : `B is ${B_IS.get(c.relation) || B_IS.get(b.relation) || "a copy"} of A`;
  if (c.match) return "A match, but two stories";
  return c.same ? "One story, though this pair is no match" : "Two different articles";
}

function reasonsOf(c) {
  const ground = groundOf(c.grounds.find(g => g[0] === c.decided)), longer = c.decided === "share" || c.decided === "one_site";
  return [because(c.decided, ground), longer ? ` A passage counts its words less ${head.costs[0]}; a replaced figure costs ${head.costs[1]} words more.` : ""];
}

function comparison(data, c, up) {
  const a = data.members[c.a], b = data.members[c.b], A = textOf(data, c.a), B = textOf(data, c.b), both = A && B && c.passages;
  return [up, h("h1", {}, verdict(c, b)),
    c.known ? null : h("p.note", {}, "Boilerplate is not known: two documents alone are compared with their menus. Give --among."),
    h("section.card.verdict." + ((c.same ?? c.match) ? "yes" : "no"), {"aria-label": "Verdict"}, h("p", {}, h("b", {}, c.match ? "Match. " : "No match. "), reasonsOf(c))),
    h("div.pair", {}, sideCard("A", "", a, A, c, 0), sideCard("B", ".b", b, B, c, 1)),
    h("div.grid.tight", {}, card(".w7", "c1", "The rules that were asked", grounds(c)), card(c.grounds.length ? ".w5" : ".w12", "c2", "How much they share", shares(c))),
    both ? card(".gap", "c3", "Where", places(c, A, B)) : null,
    c.same === null ? null : overrule(a.id, b.id, !c.same, c.decided),
    both ? texts(c, A, B) : h("p.note", {}, head.texts.has ? "The texts of this pair are beyond --texts-limit." : "The texts of this pair are not there.")];
}

function sideCard(letter, cls, m, text, c, i) {
  const left = text ? text[1].reduce((n, [p, q]) => n + countWords(text[0].slice(p, q)), 0) : 0;
  return h("div.card", {}, h("h2.flat", {}, h("span.side" + cls, {}, letter), source(m.source), m.relation === "original" ? h("span.quiet.small.light", {}, " canonical") : null),
    m.title ? h("div", {}, theirs(m.title)) : null, h("div.small.quiet.mono", {}, theirs(m.id)),
    h("div.small.quiet", {}, (m.at === null ? "no date" : clock(m.at)) + "; " + many(c.words[i], "word") + " compared", text ? (left ? `, ${num(left)} of boilerplate left out` : ", no boilerplate") : ""));
}

function grounds(c) {
  if (!c.grounds.length) return null;
  return h("table.fold", {}, columns("Rule", ["Here", "num"], ["Bound", "num"], "Passed"), h("tbody", {}, c.grounds.map(groundOf).map(g => {
    const rule = ruleOf(g.name), of = g.counts && rule.counted && g.name !== "equal" ? `${num(g.counts[0])} of ${num(g.counts[1])} ${rule.counted}` : "";
    return h("tr" + (g.name === c.decided ? ".last" : ""), {}, h("th.full", {scope: "row"}, theirs(capital(rule.title)), h("div.small.quiet", {}, rule.sentence)),
      h("td.num", {"data-k": "here"}, g.name === "equal" ? "" : valueOf(g), of && rule.unit !== "count" ? h("div.small.quiet", {}, of) : null), h("td.num.quiet", {"data-k": "bound"}, g.name === "equal" ? "" : boundOf(g)),
      h("td", {}, g.passed ? h("span.ok", {}, "yes") : h("span.low", {}, "no"), g.name === c.decided ? h("div.small.quiet.nowrap", {}, "decides") : null));
  })));
}

function shares(c) {
  const rows = [["A that is in B", c.shares[0]], ["B that is in A", c.shares[1]], ["Shared, of both together", c.shares[2]]];
  const shared = c.grounds.find(g => g[0] === "shingles"), met = c.met;
  return [h("table", {}, h("tbody", {}, rows.map(([words, x]) => h("tr", {}, h("th", {scope: "row"}, words), h("td.num.wide50", {}, h("span.meter", {"aria-hidden": "true"}, h("i", {style: {width: percent(x) + "%"}})), pct(x)))))),
    h("p.small.quiet.above", {}, "In shingles (five words by default), without boilerplate.",
      shared && shared[5] ? ` ${num(shared[5][0])} of ${num(shared[5][1])} are in both.` : "", c.figures ? ` ${many(c.figures, "figure")} replaced.` : "",
      met ? ` The two met by ${num(met[0])} of ${num(met[1])} band keys and ${many(met[2], "sampled shingle")}.` : " They share too few keys.")];
}

const long = c => c.passages.filter(p => p[4] >= 5).length;

function places(c, A, B) {
  const groups = new Map(), shown = 24;
  c.differences.forEach(d => groups.set(kindName(d[0]), (groups.get(kindName(d[0])) || 0) + 1));
  const counts = KINDS.filter(kind => groups.has(kind)).map(kind => many(groups.get(kind), kind === "words" ? "wording" : kind)).join(", ");
  const quote = (text, from, to) => {
    const words = text[0].slice(from, to).replace(/\s+/g, " ").trim();
    return words.length > 46 ? words.slice(0, 45) + "…" : words || "nothing";
  };
  return [map(c, A, B),
    h("ul.key", {}, h("li", {}, h("span.dot.reprint"), many(long(c), "shared passage") + " of five words or more"),
      A[1].length + B[1].length ? h("li", {}, h("span.dot.alone"), "boilerplate") : null, c.differences.length ? h("li", {}, h("span.dot.other"), many(c.differences.length, "difference")) : null),
    c.differences.length ? [h("h3.above", {}, "In place of each other: " + counts),
      h("ul.diffs", {}, c.differences.slice(0, shown).map((d, i) => h("li", {}, h("button", {type: "button", onclick: () => go(i)},
        h("span.k", {}, kindName(d[0])), theirs(quote(A, d[1], d[2])), h("span.arrow", {}, "→"), theirs(quote(B, d[3], d[4])))))),
      c.differences.length > shown ? h("p.small.quiet", {}, `${num(c.differences.length - shown)} more are in the texts.`) : null] : null];
}

// Both texts as bars: shared passages are joined, boilerplate is grey, differences are red.
function map(c, A, B) {
  const W = 1000, longest = Math.max(A[0].length, B[0].length, 1), x = n => W * n / longest;
  const plot = s("svg", {viewBox: `0 0 ${W} 74`, preserveAspectRatio: "none", class: "map", role: "img", "aria-label": `Shared passages, above in A, below in B: ${many(long(c), "passage")} of five words or more`});
  for (const [text, y] of [[A, 2], [B, 58]]) {
    plot.append(s("rect", {class: "base", x: 0, y, width: x(text[0].length), height: 14, rx: 2}));
    for (const [p, q] of text[1]) plot.append(s("rect", {class: "hid", x: x(p), y, width: Math.max(1, x(q - p)), height: 14}));
  }
  for (const [a0, a1, b0, b1] of c.passages) {
    plot.append(s("path", {class: "tie", d: `M${x(a0)} 16L${x(a1)} 16L${x(b1)} 58L${x(b0)} 58Z`}), s("rect", {class: "run", x: x(a0), y: 2, width: Math.max(1, x(a1 - a0)), height: 14}), s("rect", {class: "run", x: x(b0), y: 58, width: Math.max(1, x(b1 - b0)), height: 14}));
  }
  for (const d of c.differences) plot.append(s("rect", {class: "tick", x: x(d[1]), y: 0, width: 3, height: 18}), s("rect", {class: "tick", x: x(d[3]), y: 56, width: 3, height: 18}));
  return plot;
}

// The line for --pairs that overrules the verdict.
function overrule(a, b, same, decided) {
  if (decided === "by hand") return card(".gap", "c4", "When it is wrong", h("p.small", {}, "A person decided. To take this back, take the line of the two out of the file of --pairs."));
  return h("section.card.gap", {"aria-labelledby": "c4"}, h("h2", {id: "c4"}, "When it is wrong"),
    h("p.small", {}, same ? "Are they one story?" : "Are they two stories?", " Add this line to a file, and give it to dedup cluster --pairs."), lineToCopy(a, b, same));
}

const LONGEST_LINE = 2000;

function lineToCopy(a, b, same) {
  const row = pairRow(a, b, same), code = h("code.pairs", {}, row);
  if (row.length > LONGEST_LINE) return h("p.quiet", {}, "The ids are too long.");
  const copy = h("button", {type: "button", onclick: async () => {
    const range = document.createRange();
    range.selectNodeContents(code);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    try { await navigator.clipboard.writeText(row); $("say").textContent = copy.textContent = "Copied"; } catch { $("say").textContent = copy.textContent = "Selected: copy it"; }
  }}, "Copy");
  return h("div.copy", {}, code, copy);
}

function texts(c, A, B) {
  const holder = h("div"), buttons = [["Side by side", true], ["One column", false]].map(([words, two]) => h("button", {type: "button", onclick: () => { twoColumns = two; paint(two); }}, words));
  const paint = two => {
    holder.replaceChildren(body(c, A, B, two));
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(two === !i)));
  };
  paint(twoColumns ?? innerWidth > 760);
  return [h("div.tools.apart", {}, h("h2.flat", {}, "The texts"), h("span.seg", {role: "group", "aria-label": "Columns"}, buttons)), holder];
}

// Goes to a difference of the text, and says which one it is.
function go(i) {
  const nodes = marks[i];
  if (!nodes) return;
  document.querySelectorAll(".sw.here").forEach(node => node.classList.remove("here"));
  nodes.forEach(node => node.classList.add("here"));
  mark = i;
  nodes[0].scrollIntoView({block: "center"});
  nodes[0].focus({preventScroll: true});
  $("say").textContent = `Difference ${i + 1} of ${marks.length}`;
}
