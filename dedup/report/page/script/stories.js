// The list of stories, with its search, filters and orders, and the list of documents alone.

const NO_FILTERS = {q: "", sort: "size", rel: "", src: "", shown: 60};
let filters = {...NO_FILTERS};

const never = 1e15;
const SORTS = {
  size: ["largest first", (a, b) => list.size[b] - list.size[a]],
  weakest: ["weakest first", (a, b) => list.weakest[a] - list.weakest[b]],
  newest: ["newest first", (a, b) => (list.first[b] ?? -never) - (list.first[a] ?? -never)],
  oldest: ["oldest first", (a, b) => (list.first[a] ?? never) - (list.first[b] ?? never)],
  longest: ["longest in print", (a, b) => (list.span[b] ?? -1) - (list.span[a] ?? -1)],
  sources: ["most sources", (a, b) => list.sources[b] - list.sources[a]],
};

// A text as the search takes it, as `folded` of the writer does: capitals without accents.
const folded = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toUpperCase();

const wordsOf = text => folded(text).split(/\s+/).filter(Boolean);

function searchBox(oninput, open) {
  const box = h("input", {type: "search", id: "q", autocomplete: "off", spellcheck: "false", oninput, onkeydown: event => event.key === "Enter" && open?.(), placeholder: "headline, source, file name"});
  box.value = filters.q;
  return h("label.wide", {}, "Search", box);
}

// The documents alone that have all words of the search.
function searchAlone() {
  const words = wordsOf(filters.q);
  list.aloneFind ||= list.alone.map(row => folded(row.slice(0, 3).join("\n")));
  return list.alone.filter((_, i) => words.every(word => list.aloneFind[i].includes(word)));
}

// The numbers of the stories that the filters let through, in their order.
function search() {
  const words = wordsOf(filters.q), relation = RELATIONS.indexOf(filters.rel);
  const wanted = filters.src ? "\n\t" + folded(filters.src) + "\n" : "";
  const hits = [];
  for (let n = 0; n < list.size.length; n++) {
    const text = list.find[n];
    if (relation >= 0 && !list.rel[n][relation]) continue;
    if (wanted && !("\n" + text + "\n").includes(wanted)) continue;
    if (words.every(word => text.includes(word))) hits.push(n);
  }
  const order = (Object.hasOwn(SORTS, filters.sort) ? SORTS[filters.sort] : SORTS.size)[1];
  return hits.sort((a, b) => order(a, b) || a - b);
}

function stories() {
  if (!head.stories) return [h("h1", {}, "Stories"), h("p.lede", {}, "There are no stories: no document is a copy of another one."), h("p.small.quiet", {}, aloneLink())];
  const out = h("ul.list"), say = h("p.small.quiet.count"), more = h("button", {type: "button"}, "Show more"), others = h("p.small.quiet");
  let hits = [], later = 0;
  const show = () => {
    const begin = performance.now();
    hits = search();
    fill();
    document.body.dataset.search = (performance.now() - begin).toFixed(1);
  };
  const fill = () => {
    out.replaceChildren(...hits.slice(0, filters.shown).map(storyRow));
    if (!hits.length) out.append(h("li.empty", {}, "No story has that. Fewer words or other filters find more."));
    const all = many(list.size.length, "story", "stories"), text = hits.length === list.size.length ? all : `${num(hits.length)} of ${all}`;
    say.textContent = text;
    $("say").textContent = text;
    others.replaceChildren();
    add(others, aloneLink());
    more.hidden = hits.length <= filters.shown;
    more.textContent = `Show ${num(Math.min(200, hits.length - filters.shown))} more of ${num(hits.length)}`;
  };
  more.addEventListener("click", () => {
    const first = filters.shown;
    filters.shown += 200;
    fill();
    out.children[first]?.querySelector("a")?.focus();
  });
  const change = (key, typed) => event => {
    filters = {...filters, [key]: event.target.value, shown: 60};
    cancelAnimationFrame(later);
    if (typed) later = requestAnimationFrame(show); else show();
  };
  const choice = (label, key, options) => h("label", {}, label, h("select", {onchange: change(key), id: "f-" + key}, options.map(([value, text]) => {
    const option = h("option", {value}, short(text, 48));
    option.selected = value === filters[key];
    return option;
  })));
  const box = searchBox(change("q", true), () => {
    show();
    if (hits.length) location.hash = "#/story/" + hits[0];
  });
  show();
  const names = head.sources.map(row => row[0]).filter(Boolean);
  return [h("h1", {}, "Stories"), cutShort(),
    h("div.tools", {role: "search"}, box,
      names.length ? choice("Source", "src", [["", "any"], ...names.map(name => [name, name])]) : null,
      choice("With", "rel", [["", "any copies"], ...RELATIONS.map((r, i) => [r, MANY[i]])]), choice("Order", "sort", Object.entries(SORTS).map(([key, [words]]) => [key, words]))),
    say, h("div.row.head", {"aria-hidden": "true"}, ["Story, and who leads it", "Copies", "Sources", "First seen", "Weakest"].map((words, i) => h("span" + (i ? "" : ".first-col"), {}, words))),
    out, h("p.above", {}, more), others];
}

// How many documents are alone, or how many of them have the words of the search.
function aloneLink() {
  const some = filters.q && head.alone_listed, n = some ? searchAlone().length : head.alone;
  return n ? [h("a", {href: "#/alone"}, many(n, "document")), some ? " alone with these words." : " alone."] : [];
}

const headline = n => list.title[n] ? theirs(list.title[n]) : theirs(list.lead[n], "mono");

function storyRow(n) {
  const low = list.weakest[n] < .7;
  return h("li", {}, h("a.row", {href: "#/story/" + n},
    h("span.first-col", {}, h("span.t", {}, headline(n)), h("span.s", {}, source(list.home[n]))),
    h("span.r", {}, relationBar(n), many(list.size[n] - 1, "copy", "copies")), h("span.r.hide", {}, many(list.sources[n], "source")),
    h("span.r", {}, list.first[n] === null ? h("span.quiet", {}, "no date") : [day(list.first[n]), list.span[n] ? h("span.quiet", {}, " + " + span(list.span[n])) : ""]),
    h("span.r" + (low ? ".low" : ".hide"), {}, h("span.cap", {}, "weakest "), pct(list.weakest[n]))));
}

function relationBar(n) {
  const width = Math.min(100, 20 + 80 * Math.log(list.size[n]) / Math.log(Math.max(3, list.size[0])));
  return h("span.mini", {style: {width: width + "%"}, "aria-hidden": "true"}, h("span.lead", {style: {flex: "1 1 0"}}),
    RELATIONS.map((r, i) => list.rel[n][i] ? h("span." + r, {style: {flex: list.rel[n][i] + " 1 0"}}) : null));
}

function alone() {
  const body = h("tbody"), more = h("button", {type: "button"}, "Show more"), reasons = list.alone.some(row => row[4]);
  let shown = 200;
  const fill = () => {
    const hits = searchAlone();
    body.replaceChildren(...hits.slice(0, shown).map(([id, home, title, at, why]) => h("tr", {},
      h("th.full", {scope: "row"}, title ? theirs(title) : theirs(id, "mono"), title ? h("div.small.quiet.mono", {}, theirs(id)) : null),
      h("td", {}, source(home)), h("td.num", {}, at === null ? "" : day(at)), reasons ? h("td.small", {}, why ? theirs(why) : "") : null)));
    more.hidden = shown >= hits.length;
    $("say").textContent = many(hits.length, "document");
  };
  more.addEventListener("click", () => { shown += 1000; fill(); });
  fill();
  return [h("h1", {}, "Alone"), h("p.lede", {}, many(head.alone, "document") + " without any copy."),
    head.alone && !head.alone_listed ? h("p.note", {}, "They are not in this file: dedup cluster --singletons writes them.") : null,
    head.alone_listed ? [h("div.tools", {role: "search"}, searchBox(event => { filters.q = event.target.value; fill(); })),
      h("section.card", {"aria-label": "Documents"}, h("table.fold", {}, columns("Document", "Source", ["Published", "num"], ...(reasons ? ["No article because"] : [])), body), more)] : null,
    head.alone > head.alone_listed && head.alone_listed ? h("p.small.quiet.above", {}, `The first ${num(head.alone_listed)} are listed.`) : null];
}
