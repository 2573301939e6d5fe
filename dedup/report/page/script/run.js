// The run: what is in this file, what was skipped, notes, settings.

function run() {
  return [h("h1", {}, "The run"), cutShort(),
    h("p.lede", {}, "dedup ", clean(head.version), head.inputs.length ? [" read ", head.inputs.map((path, n) => [n ? ", " : "", theirs(path, "mono")])] : "", "."),
    runCard("r0", "What is in this file", [["Texts", textsIn()], ["Comparisons", head.explained ? "each copy with the canonical document and with the nearest one, and the pairs that are told apart" : "none; dedup cluster --explain writes them"],
      ["Documents alone", head.alone_listed ? (head.alone_listed < head.alone ? `the first ${num(head.alone_listed)} of ${num(head.alone)}` : "all") : head.alone ? "none; write the stories with --singletons" : "there are none"],
      ["Network", "nothing is loaded, and nothing is sent"]].map(([name, words]) => h("tr", {}, h("th.name", {scope: "row"}, name), h("td", {}, words)))),
    skippedCard(),
    runCard("r2", "Notes", head.notes.map(note => h("tr", {}, h("th.name", {scope: "row"}, theirs(note.about)), h("td", {}, theirs(note.reason))))),
    runCard("r3", "Settings", head.settings.map(([name, value]) => h("tr", {}, h("th.name.mono", {scope: "row"}, theirs(name)), h("td.mono", {}, value === "" ? "none" : theirs(value)))))];
}

const runCard = (id, title, rows) => rows.length ? card(".gap-above", id, title, h("table", {}, h("tbody", {}, rows))) : null;

function textsIn() {
  const {has, shown, left_out, limit} = head.texts;
  if (!has) return "none; dedup cluster --explain writes them";
  const words = `${num(shown)} of stories and pairs, the largest stories first`;
  return left_out ? `${words}; ${num(left_out)} are left out, beyond ${num(limit)} characters (--texts-limit)` : words;
}

function skippedCard() {
  if (!head.skipped.length) return null;
  const rows = head.skipped.map(skip => h("tr", {}, h("th.mono", {scope: "row"}, theirs(skip.path + (skip.line ? ":" + skip.line : ""))), h("td", {}, theirs(skip.reason), (skip.count || 1) > 1 ? h("span.quiet", {}, `, and ${num(skip.count - 1)} more`) : null)));
  return runCard("r1", "Skipped: " + num(head.skipped_count), rows);
}
