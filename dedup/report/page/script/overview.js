// The first view: counts, sizes, times, who prints whose articles, what to look at first, sources.

function overview() {
  if (!head.documents) return nothing();
  const articles = head.documents - head.copies - head.no_articles, alone = head.alone - head.no_articles;
  const counts = [["lead", head.stories, head.stories === 1 ? "leads a story" : "lead a story"]];
  RELATIONS.forEach((r, i) => counts.push([r, head.relations[i], head.relations[i] === 1 ? ONE[i] : MANY[i]]));
  counts.push(["reprint", head.others, head.others === 1 ? "other copy" : "other copies"]);
  counts.push(["alone", alone, alone === 1 ? "stands alone" : "stand alone"]);
  counts.push(["alone", head.no_articles, head.no_articles === 1 ? "is no article" : "are no articles"]);
  const known = counts.filter(([, n]) => n > 0);
  return [
    h("h1", {}, "Overview"),
    cutShort(),
    h("p.lede", {}, h("b", {}, many(head.documents, "document")), head.documents === 1 ? " is " : " are ", h("b", {}, many(articles, "article")), ". ", copiesMake()),
    card("", "o1", "What the documents are",
      h("div.stack", {role: "img", "aria-label": known.map(([, n, words]) => num(n) + " " + words).join(", ")}, known.map(([cls, n]) => h("span." + cls, {style: {flex: n + " 1 0"}}))),
      h("ul.key", {}, known.map(([cls, n, words]) => h("li", {}, h("span.dot." + cls), num(n) + " " + words)))),
    h("div.grid", {},
      card(head.time ? ".w4" : ".w12", "o2", "Stories by size", head.stories ? bySize() : null),
      card(head.stories ? ".w8" : ".w12", "o3", "When they were published", head.time ? inTime() : null),
      card(".w7", "o4", "Who prints whose articles", crossing()),
      card(head.crossing.from.length ? ".w5" : ".w12", "o5", "Look at these first", lookFirst()),
      card(".w12", "o7", "Related coverage", coverage()),
      card(".w12", "o6", "Sources", sources()))];
}

// Stories of one event in words of their own, and the rewrites among them.
const coverage = () => head.coverage.map(([rows, score, at]) => [
  h("p", {}, pct(score), at.map(([a, b]) => `; ${a + 1} and ${b + 1}: rewrite`)),
  h("ol", {}, rows.map(([id, home, title, , n]) => h("li", {},
    h("a", {href: n < 0 ? null : "#/story/" + n}, theirs(title || id)), " ", source(home))))]);

function copiesMake() {
  if (!head.copies) return "No document is a copy of another one.";
  return [h("b", {}, many(head.copies, "copy", "copies")), " of ", h("b", {}, many(head.stories, "original")), head.copies === 1 ? " makes " : " make ", pct(head.copies / head.documents), " of what came in."];
}

const cutShort = () => head.complete ? null : h("p.note", {}, "The run was cut short: run it again.");

// Nothing was read: one sentence, and what was skipped.
function nothing() {
  return [h("h1", {}, "No documents"), cutShort(),
    h("p.lede", {}, head.skipped_count ? "No document was read: every input was skipped." : "No document was read. Give the folder or the file of the articles."),
    skippedCard()];
}

function bySize() {
  const sizes = head.sizes.filter((_, i, all) => all.slice(i).some(([, n]) => n)), top = Math.max(1, ...sizes.map(([, n]) => n));
  return h("table", {}, columns("Documents", ["Stories", "num"], ["Share", "sr"]),
    h("tbody", {}, sizes.map(([label, n]) => h("tr", {}, h("th", {scope: "row"}, label), h("td.num", {}, num(n)),
      h("td.middle.wide60", {}, n ? h("span.hbar", {style: {width: 100 * n / top + "%"}}) : null)))));
}

function inTime() {
  const small = innerWidth < 620, {bars, minutes, start, unit} = head.time, W = small ? 340 : 700, H = small ? 170 : 190;
  const top = Math.max(1, ...bars.map(([a, b]) => a + b)), w = (W - 40) / bars.length, step = top < 5 ? 1 : Math.ceil(top / 4);
  const each = unit === "hour" ? "an hour" : /^\d/.test(unit) ? unit : "a " + unit;
  const label = `Documents published, each bar ${each}: at most ${num(top)}, from ${day(start)} to ${day(start + (bars.length - 1) * minutes)}`;
  const plot = s("svg", {viewBox: `0 0 ${W} ${H}`, class: "plot", role: "img", "aria-label": label});
  for (let v = 0; v <= top; v += step) {
    const y = H - 26 - (H - 40) * v / top;
    plot.append(s("line", {class: "grid0", x1: 34, x2: W, y1: y, y2: y}), s("text", {x: 28, y: y + 4, "text-anchor": "end"}, num(v)));
  }
  bars.forEach(([a, b], i) => {
    const ya = (H - 40) * a / top, yb = (H - 40) * b / top, x = 36 + i * w, width = Math.max(1.5, Math.min(w - 1.5, 40));
    if (a) plot.append(s("rect", {class: "a", x, y: H - 26 - ya, width, height: ya}));
    if (b) plot.append(s("rect", {class: "b", x, y: H - 26 - ya - yb, width, height: yb}));
  });
  const ticks = Math.min(small ? 3 : 4, bars.length);
  for (let i = 0; i < ticks; i++) {
    const bar = ticks === 1 ? 0 : Math.round(i * (bars.length - 1) / (ticks - 1)), last = i === ticks - 1 && ticks > 1;
    const x = i === 0 ? 36 : last ? W : 36 + (bar + .5) * w, anchor = i === 0 ? "start" : last ? "end" : "middle";
    plot.append(s("text", {x, y: H - 8, "text-anchor": anchor}, day(start + bar * minutes)));
  }
  return [plot, h("ul.key", {}, h("li", {}, h("span.dot.lead"), "originals, each bar " + each), h("li", {}, h("span.dot.reprint"), "copies"),
    head.undated ? h("li", {}, many(head.undated, "document") + (head.undated === 1 ? " has" : " have") + " no date") : null)];
}

const source = name => name ? theirs(name) : h("span.quiet", {}, "unknown source");

function crossing() {
  const {from, to, cells} = head.crossing, top = Math.max(1, ...cells.flat());
  if (!from.length) return null;
  return h("div.scroll", {tabindex: 0, role: "region", "aria-label": "Table of sources"}, h("table.heat", {},
    h("caption.small.quiet", {}, "Row: who leads. Column: who has the copies."),
    h("thead", {}, h("tr", {}, h("td"), to.map(t => h("th", {scope: "col"}, h("span", {}, source(t)))))),
    h("tbody", {}, from.map((f, i) => h("tr", {}, h("th", {scope: "row"}, source(f)), cells[i].map(n => n
      ? h("td", {style: {background: `rgb(var(--heat) / ${.10 + .42 * n / top})`}}, num(n))
      : h("td.none", {}, h("span.sr", {}, "0"))))))));
}

function lookFirst() {
  const {apart, nearest} = head.apart, rows = head.weakest.map(([n, title, weakest, size]) => h("tr", {},
    h("td", {}, h("a", {href: "#/story/" + n}, theirs(title)), h("div.small.quiet", {}, many(size, "document"))), h("td.num.low", {}, pct(weakest))));
  const weakest = h("table", {}, columns("Stories with the weakest member", ["share", "num"]), h("tbody", {}, rows));
  return [
    rows.length ? weakest : head.stories ? h("p.quiet", {}, "Each document shares 70 % or more with its story.") : null,
    apart + nearest ? h("p.small.above", {}, h("a", {href: "#/apart"}, apart ? many(apart, "pair") + (apart === 1 ? " is" : " are") + " told apart" : "Pairs that come nearest"),
      apart ? " though the two share enough." : " to a match, and are none.") : null,
    head.skipped_count ? h("p.small", {}, h("a", {href: "#/run"}, many(head.skipped_count, "input") + (head.skipped_count === 1 ? " was" : " were") + " skipped"), ".") : null];
}

function sources() {
  const rows = head.sources, top = Math.max(1, ...rows.map(row => row[1]));
  if (!rows.length || (rows.length === 1 && !rows[0][0])) return null;
  const row = ([name, documents, leads, copies, delay]) => h("tr", {},
    h("th.full", {scope: "row"}, name ? h("a", {href: "#/stories", onclick: () => { filters = {...NO_FILTERS, src: name}; }}, theirs(name)) : source("")),
    h("td.num", {"data-k": "documents"}, num(documents)),
    h("td.full.middle.wide34", {}, h("span.stack.thin", {"aria-hidden": "true", style: {width: 100 * documents / top + "%"}},
      [["lead", leads], ["reprint", copies], ["alone", documents - leads - copies]].map(([cls, n]) => n > 0 ? h("span." + cls, {style: {flex: n + " 1 0"}}) : null))),
    h("td.num", {"data-k": "leads"}, num(leads)), h("td.num", {"data-k": "copies"}, num(copies)), h("td.num", {"data-k": "after"}, span(delay)));
  const body = h("tbody", {}, rows.slice(0, 12).map(row)), left = rows.length - 12;
  const more = left > 0 ? h("button", {type: "button", onclick: event => {
    body.append(...rows.slice(12).map(row));
    body.children[12]?.querySelector("a")?.focus();
    event.target.remove();
  }}, "Show all " + num(rows.length)) : null;
  return [h("table.fold", {}, columns("Source", ["Documents", "num"], ["Leads, copies, alone", "sr"], ["Leads", "num"], ["Copies", "num"], ["Copies come after", "num"]), body),
    more ? h("p.above", {}, more) : null, head.more_sources ? h("p.small.quiet", {}, many(head.more_sources, "source") + " more: " + (head.more_sources === 1 ? "it is" : "they are") + " not listed here.") : null];
}
