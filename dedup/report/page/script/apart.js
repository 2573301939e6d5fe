// The pairs that are told apart: those that share enough, then those that come nearest to it.

function apart() {
  const total = head.apart.apart + head.apart.nearest;
  if (!total) {
    return [h("h1", {}, "Told apart"), head.explained
      ? h("p.lede", {}, "No pair of two stories comes near to a match.")
      : h("p.note", {}, "They are not in this file: dedup cluster --explain writes them.")];
  }
  return [h("h1", {}, "Told apart"), h("p.lede", {}, "Pairs that are alike and yet two stories. If one is wrong, its line for --pairs joins the two."),
    card("", "a1", "They share enough, and a rule keeps them apart", pairs("apart")), card(".gap-above", "a2", "They share nearly enough", pairs("nearest"))];
}

function pairs(why) {
  const rows = list.apart.map((row, i) => [row, i]).filter(([row]) => row[2] === why), left = head.apart[why] - rows.length;
  if (!rows.length) return null;
  return [h("table.fold", {}, columns("Two documents", ["In common", "num"], why === "apart" ? "Told apart because" : "Short of", ["Here", "num"], ["Bound", "num"], ["Open", "sr"]), h("tbody", {}, rows.map(([row, i]) => pairLine(row, i)))),
    left > 0 ? h("p.small.quiet.above", {}, `${num(left)} more are not listed.`) : null];
}

// The line for --pairs that joins the two. It is made when it is opened.
function overruled(a, b) {
  const box = h("details.small", {ontoggle: () => { if (box.children.length === 1) box.append(lineToCopy(a, b, true)); }}, h("summary.quiet", {}, "They are one story"));
  return box;
}

function pairLine([a, b, , , decided, ground, common], i) {
  const g = groundOf(ground), name = side => h("div", {}, side[2] ? theirs(side[2]) : theirs(side[0], "mono"), h("span.quiet.small", {}, " ", source(side[1])));
  return h("tr", {}, h("th.full.wide50", {scope: "row"}, name(a), name(b), overruled(a[0], b[0])),
    h("td.num", {"data-k": "in common"}, pct(common)), h("td.full", {}, capital(reasonOf(decided))),
    h("td.num", {"data-k": g ? "here" : null}, g ? valueOf(g) : ""), h("td.num.quiet", {"data-k": g ? "bound" : null}, g ? boundOf(g) : ""),
    h("td.num", {}, h("a", {href: "#/apart/" + i}, "Compare", h("span.sr", {}, " pair " + (i + 1)))));
}
