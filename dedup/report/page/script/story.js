// One story: who leads it and why, who printed it and when, where the copies say they are from, the canonical text.

async function story(n) {
  const data = await entry(list.part[n], "story/" + n), {members} = data, lead = members[0];
  const next = data.lead && members[data.lead[1]], [low, high] = period(members);
  const facts = [
    ["Canonical", [source(lead.source), lead.at === null ? "" : ", " + clock(lead.at)]],
    data.lead ? ["It leads because", [LEADS.get(data.lead[0]) || short(data.lead[0], 60), next ? h("span.quiet", {}, " (before ", next.source && next.source !== lead.source ? theirs(next.source) : theirs(next.id), ")") : null]] : null,
    ["Copies", num(members.length - 1)], ["Sources", num(list.sources[n])],
    high > low ? ["In print for", span(high - low)] : null,
    ["Weakest", h("span" + (list.weakest[n] < .7 ? ".low" : ""), {}, pct(list.weakest[n]))],
  ].filter(Boolean);
  return [
    h("p.crumb", {}, h("a", {href: "#/stories"}, "Stories"), " / ", num(n + 1)),
    h("h1", {}, headline(n)),
    h("dl.facts", {}, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    h("div.grid", {},
      card(".w12", "s1", "Who printed it, and when", printed(n, data, low, high)),
      card(".w5.top", "s2", "Where the copies say they are from", credits(members)),
      card(members.slice(1).some(m => m.credit) ? ".w7" : ".w12", "s3", "The canonical text", canonicalText(data)))];
}

// The first and the last time of some documents. Without a time the first is behind the last.
function period(members) {
  let low = Infinity, high = -Infinity;
  for (const {at} of members) if (at !== null) { low = Math.min(low, at); high = Math.max(high, at); }
  return [low, high];
}

const ROWS = 200;

// The documents in the order of time: each with its dot on one axis, its delay, its share, and why it is in.
function printed(n, data, low, high) {
  const {members, compared} = data, dated = low <= high, credited = members.some(m => m.credit);
  const withLead = new Map(), withNearest = new Map();
  compared.forEach((c, i) => (c.a === 0 ? withLead : withNearest).set(c.b, i));
  const order = members.map((_, i) => i).sort((a, b) => !b - !a || (members[a].at ?? never) - (members[b].at ?? never) || a - b);
  const open = (i, words, comparison) => h("a", {href: `#/story/${n}/${comparison}`}, words, h("span.sr", {}, ", compare"));
  const row = i => {
    const m = members[i], cls = i ? kindOf(m.relation) : "lead", comparison = withLead.get(i);
    return h("tr", {}, h("td", {}, h("span.tag", {}, h("span.dot." + cls), i ? short(m.relation, 24) : "canonical")),
      h("th.full", {scope: "row"}, comparison === undefined ? source(m.source) : open(i, source(m.source), comparison), h("div.small.quiet.mono", {}, theirs(m.id)), i && m.decided ? why(i) : null),
      dated ? [h("td.full.middle.wide26", {}, m.at === null ? null : h("span.track", {role: "img", "aria-label": clock(m.at)}, h("i." + cls + (i ? "" : ".first"), {style: {left: 4 + 92 * (m.at - low) / Math.max(1, high - low) + "%"}}))),
        h("td.num", {}, m.at === null ? h("span.quiet.small", {}, "no date") : m.at === low ? clock(m.at) : "+ " + span(m.at - low))] : null,
      h("td.nowrap", {"data-k": i ? "shares" : null}, i ? [h("span.meter", {"aria-hidden": "true"}, h("i." + kindOf(m.relation), {style: {width: percent(m.containment) + "%"}})), pct(m.containment)] : ""),
      credited ? h("td.small", {"data-k": m.credit ? "credits" : null}, m.credit ? theirs(m.credit) : "") : null);
  };
  const why = i => {
    const m = members[i], near = members[m.by], comparison = m.by === 0 ? withLead.get(i) : withNearest.get(i);
    return h("div.small.quiet", {}, near ? ["nearest to ", comparison === undefined || compared[comparison].a !== m.by ? source(near.source) : open(i, source(near.source), comparison), ": "] : null, JOINS.get(m.decided) || reasonOf(m.decided),
      m.link !== null && m.link < .7 ? [", ", h("span.low.nowrap", {}, pct(m.link) + " with the story")] : null);
  };
  const axis = dated ? h("span.axis", {}, h("span", {}, day(low)), high > low ? h("span", {}, day(high) === day(low) ? clock(high).slice(11) : day(high)) : "") : null;
  const body = h("tbody"), more = h("button", {type: "button"}), fill = () => {
    const at = body.children.length;
    body.append(...order.slice(at, at + ROWS).map(row));
    const left = order.length - at - ROWS;
    more.hidden = left <= 0;
    more.textContent = `Show ${num(Math.min(ROWS, left))} more of ${num(order.length)}`;
    if (at) body.children[at]?.querySelector("a")?.focus();
  };
  more.addEventListener("click", fill);
  fill();
  return [
    h("table.fold", {}, columns("What it is", "Source and document", ...(dated ? [axis, ["After the first", "num"]] : []), "Shared", ...(credited ? ["Credits"] : [])), body), h("p.above", {}, more),
    h("p.small.quiet.above", {}, dated ? null : "No document of this story has a date. ", "Shared: how much of the smaller text is in the text of the canonical document. ",
      compared.length ? "The name of a source opens its comparison." : noComparisons())];
}

const noComparisons = () => head.explained ? "" : "There are no comparisons in this file: dedup cluster --explain writes them.";

const NAMED = 20;

function credits(members) {
  const copies = members.slice(1), of = new Map(), shown = 30;
  if (!copies.some(m => m.credit)) return null;
  for (const m of copies) if (of.has(m.credit)) of.get(m.credit).push(m); else of.set(m.credit, [m]);
  const rows = [...of].sort((a, b) => !a[0] - !b[0] || b[1].length - a[1].length);
  return h("table", {}, columns("Credit, and the sources under it", ["Copies", "num"], ["Share", "sr"]), h("tbody", {}, rows.slice(0, shown).map(([credit, under]) => h("tr", {},
    h("td", {}, credit ? theirs(credit) : h("span.quiet", {}, "no credit"), h("div.small.quiet", {}, under.slice(0, NAMED).map((m, i) => [i ? ", " : "", source(m.source)]), under.length > NAMED ? `, and ${num(under.length - NAMED)} more` : "")),
    h("td.num", {}, num(under.length)), h("td.middle.wide30", {}, h("span.hbar." + (credit ? "reprint" : "alone"), {style: {width: 100 * under.length / copies.length + "%"}}))))));
}

function canonicalText(data) {
  const text = textOf(data, 0);
  if (text) return beginning(text);
  const limit = h("p.quiet", {}, "This text is beyond --texts-limit.");
  return head.texts.has && data.members[0].text >= 0 ? limit : h("p.quiet", {}, "The texts are not in this file: dedup cluster --explain writes them.");
}

const SHOWN = 2400;

function beginning([text, boilerplate]) {
  let end = text.length;
  if (end > SHOWN + 200) for (end = SHOWN; end > SHOWN - 100 && !/\s/.test(text[end]);) end--;
  const box = h("div.cell.bare");
  let at = 0;
  for (const [from, to] of [...boilerplate, [end, end]]) {
    if (at >= end) break;
    add(box, [paragraphs(text.slice(at, Math.min(from, end)))]);
    if (to > from && from < end) box.append(fold(text.slice(from, to)));
    at = Math.max(at, to);
  }
  return [box, text.length > end ? h("p.small.quiet.above", {}, `The first ${num(end)} of ${num(text.length)} characters.`) : null];
}

const paragraphs = text => clean(text).replace(/\n+/g, "\n\n");
const withoutGaps = text => clean(text).replace(/\n{2,}/g, "\n");
const countWords = text => (text.match(/[\p{L}\p{N}]+/gu) || []).length;

// Boilerplate, folded.
function fold(text) {
  return h("details.boilerplate", {}, h("summary", {}, "boilerplate, " + many(countWords(text), "word")), h("div.ch", {}, withoutGaps(text.trim())));
}
