// Two texts as rows, each word of both in its order. Rows break where the texts break, and never inside a sentence.

// The longest chain of passages that have one order on both sides. All others are moved.
function chain(passages) {
  const best = [], from = [];
  let top = -1;
  passages.forEach((p, i) => {
    const size = p[1] - p[0];
    best[i] = size;
    from[i] = -1;
    for (let j = Math.max(0, i - 400); j < i; j++) {
      if (passages[j][3] <= p[2] && passages[j][1] <= p[0] && best[j] + size > best[i]) { best[i] = best[j] + size; from[i] = j; }
    }
    if (top < 0 || best[i] > best[top]) top = i;
  });
  const on = [];
  for (let i = top; i >= 0; i = from[i]) on.unshift(i);
  return on;
}

const WORDS = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|(?:(?![\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff])[\p{L}\p{N}\p{M}])+/gu;
const LETTER = /[\p{L}\p{N}]/u;

// A passage, cut where A begins a new line, or B if A has one line. It is cut by words, of which both sides have as many.
function atBreaks(a, b, p) {
  const x = a.slice(p[0], p[1]), y = b.slice(p[2], p[3]), cuts = [];
  if (!x.includes("\n")) {
    if (!y.includes("\n")) return [p];
    return atBreaks(b, a, [p[2], p[3], p[0], p[1]]).map(([fromB, toB, fromA, toA]) => [fromA, toA, fromB, toB]);
  }
  const ends = text => [...text.matchAll(WORDS)].map(word => word.index + word[0].length), ex = ends(x), ey = ends(y);
  if (ex.length !== ey.length) return [p];
  let fromX = 0, fromY = 0, w = 0;
  for (let i = x.indexOf("\n"); i >= 0; i = x.indexOf("\n", i + 1)) {
    while (w < ex.length && ex[w] <= i) w++;
    if (!w || w >= ex.length) continue;
    let cutY = ey[w - 1];
    while (cutY < y.length && !/[\p{L}\p{N}\s]/u.test(y[cutY])) cutY++;
    if (i <= fromX || cutY <= fromY) continue;
    cuts.push([p[0] + fromX, p[0] + i, p[2] + fromY, p[2] + cutY]);
    fromX = i;
    fromY = cutY;
  }
  cuts.push([p[0] + fromX, p[1], p[2] + fromY, p[3]]);
  return cuts;
}

const blank = text => !LETTER.test(text);
const touches = (spans, from, to) => spans.some(([p, q]) => p < to && q > from);
const NEAR = 160;

// The parts of a text between two places, [begin, end, whether it is moved].
function parts(moved, from, to) {
  const out = [];
  let at = from;
  for (const [p, q] of moved) {
    const begin = Math.max(p, at), end = Math.min(q, to);
    if (begin >= end) continue;
    if (begin > at) out.push([at, begin, false]);
    out.push([begin, end, true]);
    at = end;
  }
  if (at < to) out.push([at, to, false]);
  return out;
}

// The rows of a comparison. A row has pieces of both sides, [class, text, number of the difference]; a row between
// shared ones, with `gap`, has a place of each side. `moved` are the places of passages that stand elsewhere on the
// other side.
function lines(c, A, B) {
  const [a, hiddenA] = A, [b, hiddenB] = B, on = new Set(chain(c.passages)), out = [];
  const elsewhere = c.passages.filter((_, i) => !on.has(i));
  const moved = {a: elsewhere.map(p => [p[0], p[1]]), b: elsewhere.map(p => [p[2], p[3]]).sort((p, q) => p[0] - q[0])};
  const passages = c.passages.filter((_, i) => on.has(i)).flatMap(p => atBreaks(a, b, p));
  let x = 0, y = 0, line = null;
  const close = () => { if (line) out.push(line); line = null; };
  const open = () => { line = line || {a: [], b: []}; return line; };

  // Marks behind a passage that are the same on both sides belong to it.
  const takeMarks = (endA, endB) => {
    let k = 0;
    while (x + k < endA && y + k < endB && a[x + k] === b[y + k] && !/[\p{L}\p{N}\s\ud800-\udfff]/u.test(a[x + k])
      && !touches(hiddenA, x + k, x + k + 1) && !touches(hiddenB, y + k, y + k + 1)) k++;
    if (!k) return;
    line.a.push(["sh", a.slice(x, x + k)]);
    line.b.push(["sh", b.slice(y, y + k)]);
    x += k;
    y += k;
  };

  // What stands between two passages. Up to its first line end it belongs to the row before, from its last one on to
  // the row behind, and the rest is a row of its own.
  const takeGap = (endA, endB) => {
    const ga = a.slice(x, endA), gb = b.slice(y, endB), last = endA >= a.length && endB >= b.length;
    const difference = c.differences.findIndex(d => d[1] >= x && d[2] <= endA && d[3] >= y && d[4] <= endB);
    const near = (fromA, toA, fromB, toB) => toA - fromA < NEAR && toB - fromB < NEAR
      && !touches(hiddenA, x + fromA, x + toA) && !touches(hiddenB, y + fromB, y + toB);
    const put = (fromA, toA, fromB, toB) => {
      for (const [side, text, from, to] of [["a", a, x + fromA, x + toA], ["b", b, y + fromB, y + toB]]) {
        for (const [begin, end, isMoved] of parts(moved[side], from, to)) {
          const gap = text.slice(begin, end);
          line[side].push(blank(gap) ? ["sh", gap] : isMoved ? ["mv", gap] : difference >= 0 ? ["sw", gap, difference] : ["", gap]);
        }
      }
    };
    const firstA = ga.indexOf("\n"), firstB = gb.indexOf("\n"), lastA = ga.lastIndexOf("\n"), lastB = gb.lastIndexOf("\n");
    if (firstA < 0 && firstB < 0 && near(0, ga.length, 0, gb.length)) {
      if (ga || gb) { open(); put(0, ga.length, 0, gb.length); }
      return;
    }
    let la = Math.max(0, firstA), lb = Math.max(0, firstB), ta = lastA < 0 ? ga.length : lastA + 1, tb = lastB < 0 ? gb.length : lastB + 1;
    // A side without a line end goes with what the other side has: before it, behind it, or to the row between.
    if (firstB < 0) { if (blank(ga.slice(0, lastA))) lb = tb = 0; else if (blank(ga.slice(firstA))) lb = tb = gb.length; }
    if (firstA < 0) { if (blank(gb.slice(0, lastB))) la = ta = 0; else if (blank(gb.slice(firstB))) la = ta = ga.length; }
    if (line && near(0, la, 0, lb)) put(0, la, 0, lb); else la = lb = 0;
    close();
    ta = Math.max(ta, la);
    tb = Math.max(tb, lb);
    if (last || !near(ta, ga.length, tb, gb.length)) { ta = ga.length; tb = gb.length; }
    if (!blank(ga.slice(la, ta)) || !blank(gb.slice(lb, tb))) out.push({gap: true, a: [x + la, x + ta], b: [y + lb, y + tb], difference});
    if (ta < ga.length || tb < gb.length) { open(); put(ta, ga.length, tb, gb.length); }
  };

  for (const p of [...passages, [a.length, a.length, b.length, b.length]]) {
    if (line) takeMarks(p[0], p[2]);
    if ((a[p[0]] === "\n" || b[p[2]] === "\n") && x === p[0] && y === p[2]) close();
    takeGap(p[0], p[2]);
    if (p[1] > p[0]) {
      open().a.push(["sh", a.slice(p[0], p[1])]);
      line.b.push(["sh", b.slice(p[2], p[3])]);
    }
    x = p[1];
    y = p[3];
  }
  close();
  return {out, moved};
}

const KINDS = ["figure", "name", "date", "negation", "words"];
const kindName = kind => KINDS.includes(kind) ? kind : "words";

// The marks of the differences that are drawn, by their numbers.
let marks = [], mark = -1;

// The mark of a difference is on its words. What stands around them is as it came.
function marked(text, i, c) {
  const [, before, inside, after] = text.match(/^([^\p{L}\p{N}]*)([^]*?)([^\p{L}\p{N}%°]*)$/u);
  const node = h("span.sw." + kindName(c.differences[i][0]), {tabindex: -1}, clean(inside));
  (marks[i] = marks[i] || []).push(node);
  return [clean(before), node, clean(after)];
}

const movedMark = text => [h("span.sh.moved", {}, clean(text)), h("span.ch", {}, " (moved)")];

// A side of a row between shared ones: its boilerplate is folded, and what is moved is marked.
function gapCell([text, hidden], [from, to], moved, label, difference, c) {
  if (!/\S/.test(text.slice(from, to))) return h("div.cell.void");
  const cell = h("div.cell.only", {}, label);
  const words = (begin, end) => {
    for (const [p, q, isMoved] of parts(moved, begin, end)) {
      let part = text.slice(p, q);
      if (p === begin) part = part.replace(/^\s+/, "");
      if (q === end) part = part.replace(/\s+$/, "");
      add(cell, isMoved ? movedMark(part) : difference >= 0 && !blank(part) ? marked(part.replace(/\n{2,}/g, "\n"), difference, c) : [withoutGaps(part)]);
    }
  };
  let at = from;
  for (const [p, q] of hidden) {
    if (q <= from || p >= to) continue;
    if (p > at) words(at, Math.min(p, to));
    cell.append(fold(text.slice(Math.max(p, from), Math.min(q, to))));
    at = Math.min(q, to);
  }
  if (at < to) words(at, to);
  return cell;
}

const allShared = pieces => pieces.every(([cls]) => cls === "sh");
const trimmed = pieces => pieces.map(([cls, text, i], n) => [cls, n ? text : text.replace(/^\s+/, ""), i]);

// One side of a row, of two columns.
function sideCell(pieces, c) {
  const cell = h("div.cell" + (pieces.length && allShared(pieces) ? ".all" : ""));
  for (const [cls, text, i] of trimmed(pieces)) add(cell, cls === "sw" ? marked(text, i, c) : cls === "mv" ? movedMark(text) : cls ? [h("span." + cls, {}, clean(text))] : [clean(text)]);
  return cell;
}

// Both sides of a row as one: what is shared stands once, a replacement is "13 → 27".
function onlyCell(line, c) {
  const cell = h("div.cell" + (allShared(line.a) && allShared(line.b) ? ".all" : "")), rest = trimmed(line.b);
  const other = ([cls, text, i]) => cls === "sw" ? [h("span.arrow", {}, " → "), marked(text, i, c).slice(1)] : only("B", text);
  const only = (side, text) => [h("span.ch", {}, ` [${side}: `), clean(text.trim()), h("span.ch", {}, "] ")];
  for (const [cls, text, i] of trimmed(line.a)) {
    if (cls === "sh") {
      while (rest.length && rest[0][0] !== "sh") add(cell, other(rest.shift()));
      rest.shift();
      cell.append(h("span.sh", {}, clean(text)));
    } else add(cell, cls === "sw" ? marked(text, i, c).slice(0, 2) : only("A", text));
  }
  for (const piece of rest) if (piece[0] !== "sh") add(cell, other(piece));
  return cell;
}

// The two texts, side by side or in one column.
function body(c, A, B, two) {
  const {out, moved} = lines(c, A, B), box = h("div.texts" + (two ? "" : ".one"));
  const label = side => two ? null : h("span.lab", {}, "only in " + side);
  marks = [];
  mark = -1;
  if (!c.passages.length) box.append(h("p.empty", {}, "The two texts share no passage."));
  for (const line of out) {
    if (line.gap) box.append(h("div.line", {}, gapCell(A, line.a, moved.a, label("A"), line.difference, c), gapCell(B, line.b, moved.b, label("B"), line.difference, c)));
    else if (two) box.append(h("div.line.same", {}, sideCell(line.a, c), sideCell(line.b, c)));
    else box.append(h("div.line.same", {}, onlyCell(line, c)));
  }
  return box;
}
