// The frame: an address for each view, the bar at the top, light and dark, single keys.

const VIEWS = head.pair ? [["#/", "Comparison"]] : [["#/", "Overview"], ["#/stories", "Stories", head.stories], ["#/apart", "Told apart", head.explained ? head.apart.apart + head.apart.nearest : null], ["#/run", "Run"]];
let upTo = "#/", toSearch = false, draws = 0;

const SIMPLE = new Map([["stories", [stories, "Stories", "#/"]], ["apart", [apart, "Told apart", "#/"]], ["alone", [alone, "Alone", "#/stories"]], ["run", [run, "The run", "#/"]]]);

// The view at an address: what it shows, its title, and the address that is above it.
async function view(hash) {
  const [start, name = "", n, m, more] = hash.split("/"), number = text => /^\d{1,9}$/.test(text) ? +text : -1;
  if (more !== undefined || start.length > 1) throw new Error("no such view");
  if (name || head.pair) list = list || await unpack("list");
  if (head.pair) {
    if (name) throw new Error("no such view");
    const data = await entry(list.apart[0][7], "apart/0");
    return [comparison(data, data.compared[0], null), "Comparison", "#/"];
  }
  if (!name && n === undefined) return [overview(), "Overview", "#/"];
  if (SIMPLE.has(name) && n === undefined) {
    const [draw, title, up] = SIMPLE.get(name);
    return [draw(), title, up];
  }
  if (name === "story" && list.size[number(n)] !== undefined) {
    if (m === undefined) return [await story(+n), list.title[+n] || list.lead[+n], "#/stories"];
    const data = await entry(list.part[+n], "story/" + +n), c = data.compared[number(m)];
    if (c) return [comparison(data, c, crumb(["#/stories", "Stories"], ["#/story/" + n, headline(+n)], turn(`#/story/${n}/`, +m, data.compared.length, "comparison"))), "Comparison", "#/story/" + n];
  }
  if (name === "apart" && list.apart[number(n)] && m === undefined) {
    const data = await entry(list.apart[+n][7], "apart/" + +n);
    return [comparison(data, data.compared[0], crumb(["#/apart", "Told apart"], turn("#/apart/", +n, list.apart.length, "pair"))), "Comparison", "#/apart"];
  }
  throw new Error("no such view");
}

const crumb = (...steps) => h("p.crumb", {}, steps.map((step, i) => [i ? " / " : "", Array.isArray(step) ? h("a", {href: step[0]}, step[1]) : step]));

// Which one of some comparisons this is, with links to those beside it.
function turn(address, i, count, what) {
  const link = (n, words) => n >= 0 && n < count ? [", ", h("a", {href: address + n}, words)] : null;
  return h("span", {}, `${what} ${num(i + 1)} of ${num(count)}`, link(i - 1, "previous"), link(i + 1, "next"));
}

function missing(error) {
  document.body.dataset.error = error.message;
  return [[h("h1", {}, "Not in this report"), h("p", {}, "No such story or comparison is here, or the file is damaged. Go to the ", h("a", {href: "#/"}, "overview"), ".")], "Not in this report", "#/"];
}

// Where a reader left each view. Back, Forward and "u" lead there; a link leads to the top.
const leftAt = new Map();
let current = location.hash, returning = false;
history.scrollRestoration = "manual";

async function route(moved) {
  const mine = ++draws, back = returning || history.state !== null;
  if (moved) leftAt.set(current, scrollY);
  current = location.hash;
  returning = false;
  history.replaceState(1, "");
  marks = [];
  delete document.body.dataset.error;
  const [nodes, title, up] = await view(location.hash).catch(missing);
  if (mine !== draws) return;
  const main = $("main"), name = location.hash.split("/")[1] || "", here = name === "story" || name === "alone" ? "#/stories" : "#/" + name;
  upTo = up;
  main.replaceChildren();
  add(main, nodes);
  document.title = clean(title).slice(0, 80) + " – dedup report";
  $("nav").replaceChildren(...VIEWS.map(([to, words, n]) => h("a", {href: to, "aria-current": to === here ? "page" : null}, words, n === null || n === undefined ? "" : h("span.n", {}, num(n)))));
  if (moved) {
    const top = back && leftAt.get(current) || 0;
    (toSearch && $("q") || main).focus({preventScroll: true});
    scrollTo({top, behavior: "instant"});
    toSearch = false;
  }
  document.body.dataset.drawn = performance.now().toFixed(0);
}

const dark = matchMedia("(prefers-color-scheme: dark)");
function theme(name) {
  document.documentElement.dataset.theme = name;
  $("theme").textContent = name === "dark" ? "Light" : "Dark";
}
const flip = () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
theme(dark.matches ? "dark" : "light");
dark.addEventListener("change", event => theme(event.matches ? "dark" : "light"));

$("theme").addEventListener("click", flip);
$("keys").addEventListener("click", () => $("help").showModal());
$("skip").addEventListener("click", event => { event.preventDefault(); $("main").focus(); });
addEventListener("hashchange", () => route(true));

function step(by) {
  const rows = [...document.querySelectorAll("main .list a, main tbody a")], at = rows.indexOf(document.activeElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
}

function toTheSearch() {
  if ($("q")) $("q").focus();
  else if (!head.pair) { toSearch = true; location.hash = "#/stories"; }
}

const KEYS = new Map([
  ["/", toTheSearch], ["j", () => step(1)], ["k", () => step(-1)], ["t", flip], ["u", () => { returning = true; location.hash = upTo; }], ["?", () => $("help").showModal()],
  ["n", () => go(Math.min(marks.length - 1, mark + 1))], ["p", () => go(Math.max(0, mark - 1))],
]);

addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || !$("single").checked || $("help").open || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const action = KEYS.get(event.key);
  if (!action) return;
  event.preventDefault();
  action();
});

route(false);
